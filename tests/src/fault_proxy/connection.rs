//! One connection through the proxy: the handle that tests hold, and the task
//! that moves its bytes.
//!
//! Owns: both sockets, and how they end. Never: decides what goes wrong; a
//! test or a [`Weather`](super::Weather) does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::link::{Latency, Link};
use super::pump::Pump;
use super::{ConnectionEnd, Direction, close_frame};

/// How long both ends may take to answer a FIN with their own.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// One connection, from a client to the proxy and from there to the server. Cheap to clone.
///
/// Each fault holds for every byte after the call that ordered it.
#[derive(Clone, Debug)]
pub struct ProxiedConnection {
    number: u64,
    link: Arc<Link>,
}

impl ProxiedConnection {
    pub(super) fn new(number: u64) -> Self {
        Self { number, link: Arc::new(Link::new()) }
    }

    /// Counts the proxy's connections from 1, in the order in which they came.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Resets both sides, as a router does that has forgotten the connection; what is on its way is lost.
    pub fn cut(&self) {
        self.link.order(|orders| orders.end = Some(ConnectionEnd::Cut));
    }

    /// Ends both sides with a FIN, without a closing handshake; what is on its way is lost.
    pub fn close(&self) {
        self.link.order(|orders| orders.end = Some(ConnectionEnd::Closed));
    }

    /// Cuts the connection once exactly `bytes` more bytes have been handed on in `direction`.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        self.link.order(|orders| {
            let course = orders.course(direction);
            course.cut_at = Some(course.passed + bytes);
        });
    }

    /// Nothing moves any more, and neither side is told: its sockets stay open, also when the other side closes.
    pub fn half_open(&self) {
        self.silence(Direction::Up);
        self.silence(Direction::Down);
    }

    /// Nothing moves in `direction` any more, not even its end.
    pub fn silence(&self, direction: Direction) {
        self.link.order(|orders| orders.course(direction).is_silent = true);
    }

    /// Takes back silence, latency, limits, and cuts that have not come yet: what was held back follows, and
    /// nothing is missing.
    pub fn restore(&self) {
        self.link.order(|orders| {
            orders.up.restore();
            orders.down.restore();
        });
    }

    /// What is read from now on is `base` and up to `jitter` late, in its order; both are zero at first.
    pub fn delay(&self, direction: Direction, base: Duration, jitter: Duration) {
        self.link.order(|orders| orders.course(direction).latency = Latency { base, jitter });
    }

    /// At most `rate` bytes per second of what is read from now on; `None`, as at first, for no limit.
    pub fn throttle(&self, direction: Direction, rate: Option<u32>) {
        self.link.order(|orders| orders.course(direction).rate = rate);
    }

    /// Ends `direction` with a close frame (RFC 6455 §5.5.1), as soon as the frame under way has passed whole.
    ///
    /// What the sender sends after it is lost. The receiver's own close frame passes, so that the sender sees its
    /// peer close; towards the receiver a FIN follows.
    ///
    /// # Panics
    ///
    /// When `reason` is longer than 123 bytes.
    pub fn close_with(&self, direction: Direction, code: u16, reason: &str) {
        let frame = close_frame::encode(direction, code, reason);
        self.link.order(|orders| orders.course(direction).close_frame = Some(frame));
    }

    /// Bytes that have been handed on in `direction`.
    #[must_use]
    pub fn bytes(&self, direction: Direction) -> u64 {
        self.link.orders().course(direction).passed
    }

    /// Whether the sockets are still there.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.link.end().is_none()
    }

    /// Waits until the sockets are gone.
    ///
    /// # Panics
    ///
    /// When they are not within `limit`.
    pub async fn ended(&self, limit: Duration) -> ConnectionEnd {
        let ended = timeout(limit, self.link.ended()).await;
        ended.unwrap_or_else(|_| panic!("connection {} was still open after {limit:?}", self.number))
    }

    /// Carries `client` to `upstream` until the connection ends.
    pub(super) async fn run(self, client: TcpStream, upstream: SocketAddr, seed: u64) {
        let end = self.carry(client, upstream, seed).await;
        self.link.finish(end);
    }

    async fn carry(&self, mut client: TcpStream, upstream: SocketAddr, seed: u64) -> ConnectionEnd {
        // Not given up for an order: on loopback it takes no time, and the server may have seen it already.
        let Ok(mut server) = TcpStream::connect(upstream).await else {
            leave(client, ConnectionEnd::Unreachable).await;
            return ConnectionEnd::Unreachable;
        };
        // A proxy that gathered bytes would be a fault nobody ordered.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let end = self.pump(&mut client, &mut server, seed).await;
        tokio::join!(leave(client, end), leave(server, end));
        end
    }

    /// Moves bytes both ways until both have ended or the connection has to.
    async fn pump(&self, client: &mut TcpStream, server: &mut TcpStream, seed: u64) -> ConnectionEnd {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let seed = seed.wrapping_add(2 * self.number);
        let up = Pump::new(&self.link, Direction::Up, from_client, to_server, seed);
        let down = Pump::new(&self.link, Direction::Down, from_server, to_client, seed.wrapping_add(1));
        tokio::select! {
            end = self.link.ordered_end() => end,
            both = async { tokio::try_join!(up.run(), down.run()) } => both.err().unwrap_or(ConnectionEnd::Closed),
        }
    }
}

/// Lets go of one side in the way that `end` asks for.
async fn leave(mut stream: TcpStream, end: ConnectionEnd) {
    if end != ConnectionEnd::Closed {
        // A system that refuses closes with a FIN, which ends the connection as well.
        let _ = stream.set_zero_linger();
        return;
    }
    // Closing a socket with bytes that nobody has read would reset it, so they are read to their end.
    let drained = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    };
    let _ = timeout(CLOSE_TIMEOUT, drained).await;
}
