//! The client's machine in plain mode: any WebSocket server, and no promise about loss.
//!
//! Owns: whether a message may wait to be sent, and when those that do leave.
//! Never: decides about connections, which is the link's business, or holds a
//! message, which is the driver's.
//!
//! ```text
//!  connect / send / close ─────────────┐
//!  handle_input(now, Opened …) ────────┼─► link ─► outputs ─► poll_output
//!  handle_timeout(now) ────────────────┘     └──────────────► poll_timeout
//!  on_data(connection) ─► Verdict       (every message; touches no clock and no output)
//! ```

mod io;

pub use io::{Accepted, SendError, Verdict};

use super::link::{Link, Output, Status};
use super::{ClientConfig, Input};
use crate::parts::outgoing_queue::OutgoingQueue;
use crate::{ConnectionId, Instant};

/// A conversation with one server, kept up over as many connections as it takes.
///
/// `R` is whatever the driver uses as a handle for a close reason; the machine
/// only stores and returns it.
///
/// A driver calls a command, [`handle_input`](Self::handle_input) or
/// [`handle_timeout`](Self::handle_timeout), then takes outputs until
/// [`poll_output`](Self::poll_output) is empty, which it has to be before the
/// next of them, then sets its one timer to [`poll_timeout`](Self::poll_timeout).
///
/// # Examples
///
/// ```
/// use staywire_protocol::client::{Client, ClientConfig, Event, Input, Output, Status};
/// use staywire_protocol::Instant;
///
/// let now = Instant::from_millis(0);
/// let mut client = Client::<&str>::new(ClientConfig::default(), 42);
/// client.connect(now);
/// let Some(Output::Connect { connection }) = client.poll_output() else { panic!("a connection is wanted") };
///
/// client.handle_input(now, Input::Opened { connection });
/// assert_eq!(client.poll_output(), Some(Output::Event(Event::Open { connection })));
/// client.handle_input(now, Input::OpenHandled { connection });
/// assert_eq!(client.status(), Status::Open);
/// ```
#[derive(Debug)]
pub struct Client<R> {
    link: Link<R, false>,
    queue: OutgoingQueue,
    /// Bytes that were given to `send` when nothing was accepted any more.
    discarded_bytes: u64,
}

impl<R> Client<R> {
    /// A client that does nothing until [`connect`](Self::connect); all its jitter follows from `seed`.
    #[must_use]
    pub fn new(config: ClientConfig, seed: u64) -> Self {
        Self {
            queue: OutgoingQueue::new(config.max_queue_bytes),
            link: Link::new(config, seed),
            discarded_bytes: 0,
        }
    }

    // Commands of the application.

    /// Begins the conversation, or gives it a new connection now: instead of the one there is, without waiting for
    /// the next attempt, also after the end.
    pub fn connect(&mut self, now: Instant) {
        self.discarded_bytes = 0;
        if self.status() == Status::Closed {
            // What waited could never leave; until now its bytes counted, as WHATWG's `bufferedAmount` has it.
            self.queue.clear();
        }
        self.link.connect(now);
    }

    /// Says at once what becomes of a message of `bytes` bytes, connected or not.
    ///
    /// While the `open` handlers run there is an open connection already, so that what they send goes before what was
    /// kept: they can authenticate first.
    ///
    /// # Errors
    ///
    /// - [`SendError::QueueFull`]: nothing was accepted; try again once connected.
    /// - [`SendError::Closed`]: the conversation is over; the bytes count as buffered for ever, as WHATWG has it.
    pub fn send(&mut self, bytes: u32) -> Result<Accepted, SendError> {
        if let Some(connection) = self.link.open_connection() {
            return Ok(Accepted::Sent { connection });
        }
        if matches!(self.status(), Status::Closing | Status::Closed) {
            self.discarded_bytes += u64::from(bytes);
            return Err(SendError::Closed);
        }
        let max_bytes = self.queue.max_bytes();
        if self.queue.push(bytes) { Ok(Accepted::Kept) } else { Err(SendError::QueueFull { max_bytes }) }
    }

    /// Ends the conversation: by a closing handshake where a connection is open, else at once.
    ///
    /// The driver gives code and reason to the connection that [`Output::Close`] names. [`Event::Closed`](super::Event::Closed)
    /// follows by way of the clock, because `close` events are asynchronous (WHATWG).
    pub fn close(&mut self, now: Instant) {
        self.flush();
        self.link.close(now);
    }

    // Inputs.

    /// Takes in what happened to a connection or to the page.
    ///
    /// Inputs that name a connection which is not in charge any more do nothing.
    pub fn handle_input(&mut self, now: Instant, input: Input<R>) {
        match input {
            Input::Opened { connection } => self.link.on_opened(now, connection),
            Input::OpenHandled { connection } => self.on_open_handled(connection),
            Input::Closed { connection, closed, retry } => {
                self.link.on_closed(now, connection, closed, retry)
            }
            Input::Failed { connection, reason } => self.link.on_failed(connection, reason),
            Input::Hint(hint) => self.link.on_hint(now, hint),
        }
    }

    /// Takes in that a message arrived, without a clock: called for each one.
    pub fn on_data(&mut self, connection: ConnectionId) -> Verdict {
        if self.link.on_data(connection) { Verdict::Deliver } else { Verdict::Drop }
    }

    /// Takes in that the peer answered a ping: from now on its silence means something.
    pub fn on_answered(&mut self, connection: ConnectionId) {
        self.link.on_answered(connection);
    }

    /// Takes in that the clock reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.link.handle_timeout(now);
    }

    // Outputs.

    /// The next thing that the driver has to do; only dequeues.
    ///
    /// Events come last of what one call brought, so that a callback of the application finds the rest done.
    pub fn poll_output(&mut self) -> Option<Output<R>> {
        self.link.poll_output()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due; changes only with the methods that take a time.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.link.poll_timeout()
    }

    // Questions.

    /// What the application is told of the state.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.link.status()
    }

    /// The connection in charge, the only one whose inputs count.
    #[must_use]
    pub const fn connection(&self) -> Option<ConnectionId> {
        self.link.connection()
    }

    /// Bytes that `send` was given and no connection has taken yet.
    #[must_use]
    pub const fn buffered_bytes(&self) -> u64 {
        self.queue.bytes() + self.discarded_bytes
    }

    fn on_open_handled(&mut self, handled: ConnectionId) {
        if self.link.open_connection() == Some(handled) {
            self.flush();
        }
    }

    /// Has what waits sent on the open connection, if there is one.
    fn flush(&mut self) {
        if !self.queue.is_empty() && self.link.flush() {
            self.queue.clear();
        }
    }
}
