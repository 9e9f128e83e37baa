//! The client's machine: one conversation over many connections.
//!
//! Owns: which connection is in charge, when the next attempt is made, what
//! waits to be sent, and what the application is told. Never: opens a socket,
//! reads a clock, or calls the application.
//!
//! ```text
//!  connect / send / close ─────────────┐
//!  handle_input(now, Opened …) ────────┼─► transition ─► outputs ─► poll_output
//!  handle_timeout(now) ────────────────┘        └──────────────────► poll_timeout
//!  on_data(connection) ─► Verdict       (every message; touches no clock and no output)
//! ```
//!
//! Read `state` first: its diagram is the whole behaviour. `reactions` are
//! the arrows that peers and clocks draw, `hints` those that the page draws.
//! This is plain mode: any WebSocket server, and no promise about loss.

mod config;
mod hints;
mod io;
mod reactions;
pub mod session;
mod state;

use alloc::collections::VecDeque;
use core::time::Duration;

pub use config::ClientConfig;
pub use io::{Cause, Closed, Event, Hint, Input, Output, Reconnecting, SendError, Verdict};
pub use state::Status;

use crate::parts::backoff::Backoff;
use crate::parts::heartbeat::Heartbeat;
use crate::parts::outgoing_queue::OutgoingQueue;
use crate::{ConnectionId, Instant, Random};
use state::{Phase, State};

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
    config: ClientConfig,
    random: Random,
    state: State,
    /// The number of the next connection; numbers are never reused.
    next_connection: u32,
    /// When the newest connection was asked for; keeps hints from dialling in a tight loop.
    dialled_at: Instant,
    /// Whether the first attempt is over, however it ended: from then on it is *re*connecting.
    was_tried: bool,
    /// Whether the page said that it has no network; attempts then are slow and not counted.
    is_offline: bool,
    /// Whether the outstanding probe was asked for by a hint: somebody is looking at the page.
    woke_up: bool,
    backoff: Backoff,
    /// The heartbeat of the open connection.
    heartbeat: Option<Heartbeat>,
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
            random: Random::from_seed(seed),
            state: State::Idle,
            next_connection: 0,
            dialled_at: Instant::from_millis(0),
            was_tried: false,
            is_offline: false,
            woke_up: false,
            backoff: Backoff::new(config.backoff),
            heartbeat: None,
            queue: OutgoingQueue::new(config.max_queue_bytes),
            discarded_bytes: 0,
            outputs: VecDeque::new(),
            config,
        }
    }

    // Commands of the application.

    /// Begins the conversation, or gives it a new connection now: instead of the one there is, without waiting for
    /// the next attempt, also after the end.
    pub fn connect(&mut self, now: Instant) {
        self.backoff.reset();
        self.discarded_bytes = 0;
        let replaced = self.state.connection();
        if let Some(connection) = replaced {
            self.emit(Output::Detach { connection });
        }
        self.dial(now);
        if replaced.is_some() {
            self.announce_reconnecting(Duration::ZERO, 0, Closed::abnormal(Cause::Requested));
        }
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
        match self.state {
            State::Open { connection, .. } => {
                self.emit(Output::Transmit { connection, payload });
                Ok(())
            }
            State::Idle | State::Connecting { .. } | State::Waiting { .. } | State::Suspended => {
                let max_bytes = self.config.max_queue_bytes;
                self.queue.push(payload, bytes).map_err(|_| SendError::QueueFull { max_bytes })
            }
            State::Closing { .. } | State::Closed => {
                self.discarded_bytes += u64::from(bytes);
                Err(SendError::Closed)
            }
        }
    }

    /// Ends the conversation: by a closing handshake where a connection is open, else at once.
    ///
    /// The driver gives code and reason to the connection that [`Output::Close`] names. [`Event::Closed`]
    /// follows by way of the clock, because `close` events are asynchronous (WHATWG).
    pub fn close(&mut self, now: Instant) {
        match self.state {
            State::Open { connection, .. } => {
                self.drain_queue(connection);
                self.emit(Output::Close { connection });
                let deadline = now + self.config.close_timeout;
                self.transition(State::Closing { connection: Some(connection), deadline });
            }
            State::Connecting { connection, .. } => {
                self.emit(Output::Detach { connection });
                self.transition(State::Closing { connection: None, deadline: now });
            }
            State::Idle | State::Waiting { .. } | State::Suspended => {
                self.transition(State::Closing { connection: None, deadline: now });
            }
            State::Closing { .. } | State::Closed => {}
        }
    }

    // Inputs.

    /// Takes in what happened to a connection or to the page.
    ///
    /// Inputs that name a connection which is not in charge any more do nothing.
    pub fn handle_input(&mut self, now: Instant, input: Input<P>) {
        match input {
            Input::Opened { connection } => self.on_opened(now, connection),
            Input::OpenHandled { connection } => self.on_open_handled(connection),
            Input::Closed { connection, closed } => self.on_closed(now, connection, closed),
            Input::Failed { connection, reason } => self.on_failed(connection, reason),
            Input::Hint(hint) => self.on_hint(now, hint),
        }
    }

    /// Takes in that a message arrived, without a clock: called for each one.
    pub fn on_data(&mut self, connection: ConnectionId) -> Verdict {
        if self.state.connection() != Some(connection) {
            return Verdict::Drop;
        }
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.on_heard();
        }
        Verdict::Deliver
    }

    /// Takes in that the peer answered a ping: from now on its silence means something.
    pub fn on_answered(&mut self, connection: ConnectionId) {
        if self.state.connection() == Some(connection)
            && let Some(heartbeat) = &mut self.heartbeat
        {
            heartbeat.on_answered();
        }
    }

    /// Takes in that the clock reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        match self.state {
            State::Connecting { deadline, connection } if deadline <= now => {
                self.on_connect_timeout(now, connection)
            }
            State::Waiting { retry_at } if retry_at <= now => self.dial(now),
            State::Closing { deadline, connection } if deadline <= now => self.on_close_timeout(connection),
            State::Open { connection, .. } => self.on_heartbeat_timeout(now, connection),
            _ => {}
        }
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
        match self.state {
            State::Connecting { deadline, .. } | State::Closing { deadline, .. } => Some(deadline),
            State::Waiting { retry_at } => Some(retry_at),
            State::Open { .. } => self.heartbeat.as_ref().map(Heartbeat::poll_timeout),
            State::Idle | State::Suspended | State::Closed => None,
        }
    }

    // Questions.

    /// What the application is told of the state.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.state.status(self.was_tried)
    }

    /// The connection in charge, the only one whose inputs count.
    #[must_use]
    pub const fn connection(&self) -> Option<ConnectionId> {
        self.state.connection()
    }

    /// Bytes that `send` accepted and no connection has taken yet.
    #[must_use]
    pub const fn buffered_bytes(&self) -> u64 {
        self.queue.bytes() + self.discarded_bytes
    }

    /// Queues an output. (`inline(never)`, here and on the other rare paths with many callers: 7 % of the wasm.)
    #[inline(never)]
    fn emit(&mut self, output: Output<P>) {
        self.outputs.push_back(output);
    }

    /// The only place where `state` is assigned, so that no two parts can disagree about it.
    fn transition(&mut self, to: State) {
        self.state = to;
    }
}
