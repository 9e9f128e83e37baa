//! A proxy between clients and a server, on which everything goes wrong that
//! goes wrong on a network, on command or by seed.
//!
//! Owns: one port, the connections that came through it, and where they go.
//! Never: speaks WebSocket: it moves bytes, and knows of frames only where
//! one ends and the next begins.
//!
//! ```text
//! client ─► door ─► connection ─┬─ pump up ───► server
//!                     ▲         └─ pump down ◄─
//!            orders: a test, a Weather
//! ```

mod close_frame;
mod connection;
mod door;
mod frame_tracker;
mod jitter;
mod link;
mod pump;
mod storm;
mod weather;

pub use connection::ProxiedConnection;
pub use weather::{Fault, Gust, Rates, Weather};

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use door::Door;

/// How long the proxy leaves clients waiting when the system would not give it one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// How a connection through the proxy ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionEnd {
    /// The proxy was told to cut it.
    Cut,
    /// Both sides have closed, or the proxy was told to close it.
    Closed,
    /// One side reset it, and so was the other.
    Reset,
    /// Nobody listened where the proxy forwards to; the client was reset.
    Unreachable,
}

/// A TCP proxy with faults. Dropping it ends its connections and frees its port.
///
/// Nothing goes wrong until it is asked for. What is random follows from the seed alone, but what it meets does not:
/// how fast the machine is decides which bytes are on the wire by then.
#[derive(Debug)]
pub struct FaultProxy {
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    door: Door,
    upstream: Mutex<SocketAddr>,
    /// Every connection so far, in the order in which they came, those that have ended included.
    connections: watch::Sender<Vec<ProxiedConnection>>,
    /// How many of them [`FaultProxy::next_connection`] has returned.
    returned: Mutex<usize>,
    prepare: Mutex<Prepare>,
    seed: u64,
}

type Prepare = Box<dyn Fn(&ProxiedConnection) + Send>;

impl FaultProxy {
    /// A proxy on a loopback port that the system chooses, which forwards to `upstream`.
    ///
    /// # Panics
    ///
    /// When the system has no free port.
    pub async fn to(upstream: SocketAddr) -> Self {
        Self::seeded(upstream, 0).await
    }

    /// The same, with jitter drawn from `seed`.
    ///
    /// # Panics
    ///
    /// When the system has no free port.
    // It needs a runtime; as an async function it cannot be called without one.
    #[allow(clippy::unused_async)]
    pub async fn seeded(upstream: SocketAddr, seed: u64) -> Self {
        let shared = Arc::new(Shared {
            door: Door::open().expect("a free loopback port"),
            upstream: Mutex::new(upstream),
            connections: watch::Sender::new(Vec::new()),
            returned: Mutex::new(0),
            prepare: Mutex::new(Box::new(|_| {})),
            seed,
        });
        let accepting = tokio::spawn(Arc::clone(&shared).accept()).abort_handle();
        Self { shared, accepting }
    }

    /// Where clients dial.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.door.address()
    }

    /// `path` on this proxy, as a WebSocket URL.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address())
    }

    /// Connections that come from now on go to `upstream`.
    pub fn forward_to(&self, upstream: SocketAddr) {
        *lock(&self.shared.upstream) = upstream;
    }

    /// Lets clients in, as at first; those first that have waited since [`hang`](Self::hang).
    pub fn admit(&self) {
        self.shared.door.admit().expect("the port is still ours");
    }

    /// Refuses clients from now on, as a machine does on which nothing listens. Open connections go on.
    pub fn refuse(&self) {
        self.shared.door.refuse().expect("the port is still ours");
    }

    /// Lets clients dial and wait, as a process does that hangs. Open connections go on.
    pub fn hang(&self) {
        self.shared.door.hang().expect("the port is still ours");
    }

    /// Has `prepare` give its orders to each connection that comes from now on, before its first byte.
    pub fn prepare_connections(&self, prepare: impl Fn(&ProxiedConnection) + Send + 'static) {
        *lock(&self.shared.prepare) = Box::new(prepare);
    }

    /// Waits for the first connection that this function has not returned yet; it may have ended by now.
    ///
    /// # Panics
    ///
    /// When none comes within `limit`.
    pub async fn next_connection(&self, limit: Duration) -> ProxiedConnection {
        let mut connections = self.shared.connections.subscribe();
        let number = {
            let mut returned = lock(&self.shared.returned);
            *returned += 1;
            *returned
        };
        let came = timeout(limit, connections.wait_for(|connections| connections.len() >= number)).await;
        let came = came.unwrap_or_else(|_| panic!("no connection within {limit:?}"));
        came.expect("the proxy outlives this call")[number - 1].clone()
    }

    /// Every connection so far, in the order in which they came, those that have ended included.
    #[must_use]
    pub fn connections(&self) -> Vec<ProxiedConnection> {
        self.shared.connections.borrow().clone()
    }

    /// The connections that have not ended.
    #[must_use]
    pub fn open_connections(&self) -> Vec<ProxiedConnection> {
        self.shared.connections.borrow().iter().filter(|connection| connection.is_open()).cloned().collect()
    }

    /// [Cuts](ProxiedConnection::cut) every open connection.
    pub fn cut_all(&self) {
        self.open_connections().iter().for_each(ProxiedConnection::cut);
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    /// Carries every client that comes; ending this task ends their connections.
    async fn accept(self: Arc<Self>) {
        let mut carrying = JoinSet::new();
        loop {
            let client = tokio::select! {
                client = self.door.accept() => client,
                Some(_) = carrying.join_next() => continue,
            };
            let Ok(client) = client else {
                // The client has gone before it was let in, or the system is out of descriptors for now.
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let number = self.connections.borrow().len() as u64 + 1;
            let connection = ProxiedConnection::new(number);
            lock(&self.prepare)(&connection);
            self.connections.send_modify(|connections| connections.push(connection.clone()));
            let upstream = *lock(&self.upstream);
            carrying.spawn(connection.run(client, upstream, self.seed));
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("door", &self.door)
            .field("upstream", &self.upstream)
            .finish_non_exhaustive()
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
