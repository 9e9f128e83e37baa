//! The client's machine in plain mode: any WebSocket server, and no promise about loss.
//!
//! Owns: what waits to be sent. Never: decides about connections, which is the
//! link's business, or sees a payload.
//!
//! ```text
//!  connect / send / close ─────────────┐
//!  handle_input(now, Opened …) ────────┼─► link ─► outputs ─► poll_output
//!  handle_timeout(now) ────────────────┘     └──────────────► poll_timeout
//!  on_data(connection) ─► Verdict       (every message; touches no clock and no output)
//! ```

mod io;

use alloc::collections::VecDeque;

pub use io::{Event, Output, SendError, Verdict};

use super::link::{self, Link, Status};
use super::{ClientConfig, Input};
use crate::parts::outgoing_queue::OutgoingQueue;
use crate::{ConnectionId, Instant};

/// A conversation with one server, kept up over as many connections as it takes.
///
/// `P` is whatever the driver uses as a handle for a payload or a text; the
/// machine only stores and returns it.
///
/// A driver calls a command, [`handle_input`](Self::handle_input) or
/// [`handle_timeout`](Self::handle_timeout), then takes outputs until
/// [`poll_output`](Self::poll_output) is empty, then sets its one timer to
/// [`poll_timeout`](Self::poll_timeout).
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
pub struct Client<P> {
    link: Link<P, false>,
    /// The connection whose `open` handlers run: what they send goes out, the queue waits, so that they can
    /// authenticate first.
    greeting: Option<ConnectionId>,
    queue: OutgoingQueue<P>,
    /// Bytes that were accepted by `send` and can never leave any more.
    discarded_bytes: u64,
    outputs: VecDeque<Output<P>>,
}

impl<P> Client<P> {
    /// A client that does nothing until [`connect`](Self::connect); all its jitter follows from `seed`.
    #[must_use]
    pub fn new(config: ClientConfig, seed: u64) -> Self {
        Self {
            queue: OutgoingQueue::new(config.max_queue_bytes),
            link: Link::new(config, seed),
            greeting: None,
            discarded_bytes: 0,
            outputs: VecDeque::new(),
        }
    }

    // Commands of the application.

    /// Begins the conversation, or gives it a new connection now: instead of the one there is, without waiting for
    /// the next attempt, also after the end.
    pub fn connect(&mut self, now: Instant) {
        self.discarded_bytes = 0;
        self.link.connect(now);
        self.follow_link();
    }

    /// Accepts a message of `bytes` bytes, connected or not, and says at once if it cannot.
    ///
    /// On an open connection it is transmitted; this also holds while the
    /// `open` handlers run, so that what they send goes before what was queued.
    /// A driver may as well hand it to the open connection itself: nothing here depends on it.
    ///
    /// # Errors
    ///
    /// - [`SendError::QueueFull`]: nothing was queued; try again once connected.
    /// - [`SendError::Closed`]: the conversation is over; the bytes count as buffered for ever, as WHATWG has it.
    pub fn send(&mut self, payload: P, bytes: u32) -> Result<(), SendError> {
        if let Some(connection) = self.link.open_connection() {
            self.emit(Output::Transmit { connection, payload });
            return Ok(());
        }
        if matches!(self.status(), Status::Closing | Status::Closed) {
            self.discarded_bytes += u64::from(bytes);
            return Err(SendError::Closed);
        }
        let max_bytes = self.queue.max_bytes();
        self.queue.push(payload, bytes).map_err(|_| SendError::QueueFull { max_bytes })
    }

    /// Ends the conversation: by a closing handshake where a connection is open, else at once.
    ///
    /// The driver gives code and reason to the connection that [`Output::Close`] names. [`Event::Closed`]
    /// follows by way of the clock, because `close` events are asynchronous (WHATWG).
    pub fn close(&mut self, now: Instant) {
        self.drain_queue();
        self.link.close(now);
        self.follow_link();
    }

    // Inputs.

    /// Takes in what happened to a connection or to the page.
    ///
    /// Inputs that name a connection which is not in charge any more do nothing.
    pub fn handle_input(&mut self, now: Instant, input: Input<P>) {
        match input {
            Input::Opened { connection } => self.link.on_opened(now, connection),
            Input::OpenHandled { connection } => self.on_open_handled(connection),
            Input::Closed { connection, closed, retry } => {
                self.link.on_closed(now, connection, closed, retry)
            }
            Input::Failed { connection, reason } => self.link.on_failed(connection, reason),
            Input::Hint(hint) => self.link.on_hint(now, hint),
        }
        self.follow_link();
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
        self.follow_link();
    }

    // Outputs.

    /// The next thing that the driver has to do; only dequeues.
    ///
    /// Events come last of what one call brought, so that a callback of the application finds the rest done.
    pub fn poll_output(&mut self) -> Option<Output<P>> {
        self.outputs.pop_front()
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

    /// Bytes that `send` accepted and no connection has taken yet.
    #[must_use]
    pub const fn buffered_bytes(&self) -> u64 {
        self.queue.bytes() + self.discarded_bytes
    }

    fn on_open_handled(&mut self, handled: ConnectionId) {
        if self.greeting == Some(handled) {
            self.greeting = None;
            self.drain_queue();
        }
    }

    /// Hands the queue to the open connection, if there is one.
    fn drain_queue(&mut self) {
        let Some(connection) = self.link.open_connection() else { return };
        while let Some(payload) = self.queue.pop() {
            self.emit(Output::Transmit { connection, payload });
        }
    }

    /// Passes on what the link wants.
    fn follow_link(&mut self) {
        while let Some(output) = self.link.poll_output() {
            self.follow(output);
        }
    }

    fn follow(&mut self, output: link::Output<P>) {
        let output = match output {
            link::Output::Connect { connection } => Output::Connect { connection },
            link::Output::Opened { connection } => {
                self.greeting = Some(connection);
                Output::Event(Event::Open { connection })
            }
            link::Output::Ping { connection } => Output::Ping { connection },
            link::Output::Close { connection } => Output::Close { connection },
            link::Output::Detach { connection, .. } => Output::Detach { connection },
            link::Output::Lost { .. } => return self.greeting = None,
            link::Output::Stale => Output::Event(Event::Stale),
            link::Output::Reconnecting(next) => Output::Event(Event::Reconnecting(next)),
            link::Output::Closed { closed, is_failure } => {
                // What still waits can never leave; its bytes stay counted as WHATWG's `bufferedAmount` has it.
                self.discarded_bytes += self.queue.bytes();
                self.queue.clear();
                Output::Event(Event::Closed { closed, is_failure })
            }
        };
        self.emit(output);
    }

    /// Queues an output. (`inline(never)`: 2 % of the wasm.)
    #[inline(never)]
    fn emit(&mut self, output: Output<P>) {
        self.outputs.push_back(output);
    }
}
