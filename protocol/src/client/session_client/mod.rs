//! The client's machine in session mode: nothing is lost, or the application is told.
//!
//! Owns: how a link and a session work together. Never: decides what either of
//! them decides; it passes on what one has to tell the other.
//!
//! ```text
//!            opened, lost, ping                    attached, relocate, ended
//!  link ────────────────────────────► session ────────────────────────────────► link
//!    │  connect, detach, reconnecting     │  transmit, messages, gaps
//!    └────────────────► outputs ◄─────────┘
//! ```

mod io;

use alloc::collections::VecDeque;

pub use io::{SessionEvent, SessionOutput};

use super::link::{self, Link, Status};
use super::session::{self, Data, EndReason, SendError, Session};
use super::{Cause, ClientConfig, Hint, Input, Verdict};
use crate::message::ToClient;
use crate::parts::heartbeat::{Heartbeat, HeartbeatConfig};
use crate::parts::tokens::OwnTokens;
use crate::wire::{Epoch, Name, Stream, StreamPosition};
use crate::{CloseCode, ConnectionId, Duration, Instant};

/// A session with one server, kept up over as many connections as it takes.
///
/// `P` is a payload handle that is cheap to clone, `T` a token, `R` the handle of who waits for a reply, `N` the name of
/// a topic, `E` an epoch; the last two are the wire's own unless a driver keeps them elsewhere.
///
/// A driver calls a command or an input, then takes outputs until [`poll_output`](Self::poll_output) is empty, then
/// sets its one timer to [`poll_timeout`](Self::poll_timeout).
#[derive(Debug)]
pub struct SessionClient<P, T, R, N = Name<'static>, E = Epoch> {
    config: ClientConfig,
    seed: u64,
    link: Link<P, true>,
    session: Session<P, T, R, N, E>,
    /// The latest time that anybody told: what is done without a clock is done then.
    now: Instant,
    outputs: VecDeque<SessionOutput<P, T, R, N, E>>,
}

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> SessionClient<P, T, R, N, E> {
    /// A client that does nothing until [`connect`](Self::connect); all its jitter follows from `seed`.
    ///
    /// `token` makes a token of 256 random bits, from the system's source.
    #[must_use]
    pub fn new(config: ClientConfig, seed: u64, token: impl FnMut() -> T) -> Self {
        Self {
            link: Link::new(config.clone(), seed),
            session: new_session(&config, seed, token),
            config,
            seed,
            now: Instant::from_millis(0),
            outputs: VecDeque::new(),
        }
    }

    // Commands of the application.

    /// Begins, or gives the session a new connection now, which takes over from the one there is; after the end,
    /// begins another session.
    pub fn connect(&mut self, now: Instant, token: impl FnMut() -> T) {
        self.now = now;
        if self.session.has_ended() {
            // The end is told before another session begins: what was not acknowledged has an unknown outcome.
            self.link.stop_closing();
            self.follow();
            self.seed = self.seed.wrapping_add(1);
            self.session = new_session(&self.config, self.seed, token);
        }
        self.link.connect(now);
        self.follow();
    }

    /// Ends the session and the conversation; what was not acknowledged has an unknown outcome.
    ///
    /// [`SessionEvent::Closed`] follows by way of the clock, because `close` events are asynchronous (WHATWG).
    pub fn close(&mut self, now: Instant) {
        self.now = now;
        self.session.goodbye();
        self.link.close(now);
        // What the session wants comes first, so the goodbye goes before the close frame.
        self.follow();
    }

    /// Does something with the session: sends, asks, replies, subscribes.
    pub fn with_session<O>(&mut self, command: impl FnOnce(&mut Session<P, T, R, N, E>) -> O) -> O {
        let outcome = command(&mut self.session);
        self.follow();
        outcome
    }

    /// Goes on with the broadcast or the user's stream right after a position that the application has kept
    /// ([`Session::continue_from`]).
    pub fn continue_from(&mut self, stream: Stream<N>, position: StreamPosition<E>) {
        self.session.continue_from(stream, position);
    }

    /// Sends a message, connected or not; its number, by which it is acknowledged.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was accepted.
    pub fn send(&mut self, payload: P, bytes: u32) -> Result<u64, SendError> {
        self.with_session(|session| session.send(payload, bytes))
    }

    /// The number of the next message, if the driver may transmit messages by itself ([`Session::next_number`]).
    #[must_use]
    pub fn next_number(&self, bytes: u64) -> Option<u64> {
        if self.outputs.is_empty() { self.session.next_number(bytes) } else { None }
    }

    /// Takes in that the driver has done so ([`Session::on_transmitted`]).
    pub fn on_transmitted(&mut self, payload: P, bytes: u32) {
        self.session.on_transmitted(payload, bytes);
    }

    // Inputs.

    /// Takes in what happened to a connection or to the page.
    ///
    /// Inputs that name a connection which is given up do nothing.
    pub fn handle_input(&mut self, now: Instant, input: Input<P>) {
        self.now = now;
        match input {
            Input::Opened { connection } => self.link.on_opened(now, connection),
            Input::OpenHandled { .. } => {}
            Input::Closed { connection, closed, retry } => {
                self.on_gone(connection);
                self.link.on_closed(now, connection, closed, retry);
            }
            Input::Failed { connection, reason } => {
                self.on_gone(connection);
                self.link.on_failed(connection, reason);
            }
            Input::Hint(Hint::PageHide { persisted: false }) => return self.close(now),
            Input::Hint(hint) => self.link.on_hint(now, hint),
        }
        self.follow();
    }

    /// Takes in a message of `bytes` bytes of payload that came on `connection`.
    ///
    /// `spare` makes the token for the resume after the next; it is called where the message is an answer.
    pub fn receive(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        message: ToClient<P, N, E>,
        bytes: u32,
        spare: impl FnOnce() -> T,
    ) {
        self.now = now;
        let attached = self.session.attached();
        self.link.on_heard_at(now, connection);
        self.session.receive(now, connection, message, bytes, spare);
        if let Some(connection) = self.session.attached()
            && attached != Some(connection)
        {
            let heartbeat = self.session.limits().map(|limits| {
                let millis = Duration::from_millis;
                HeartbeatConfig::new(millis(limits.interval_millis), millis(limits.timeout_millis))
            });
            let heartbeat = heartbeat.filter(HeartbeatConfig::is_on);
            self.link.established(now, connection, heartbeat.map(|config| Heartbeat::watching(config, now)));
        }
        self.follow();
    }

    /// Takes in a message that is only a payload, without a clock and without the payload: called for each one.
    ///
    /// The same as [`receive`](Self::receive), for a driver that delivers by itself.
    pub fn on_data(&mut self, connection: ConnectionId, data: Data, bytes: u32) -> Verdict {
        self.link.on_data(connection);
        let verdict = self.session.on_data(connection, data, bytes);
        self.follow();
        verdict
    }

    /// Takes in that what came on `connection` is not of the protocol: the session ends.
    pub fn violated(&mut self, connection: ConnectionId) {
        self.session.violated(connection);
        self.follow();
    }

    /// Takes in that the clock reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        self.link.handle_timeout(now);
        self.session.handle_timeout(now);
        self.follow();
    }

    /// Whether `on_data` has left something to do: then the driver calls [`handle_timeout`](Self::handle_timeout).
    #[must_use]
    pub fn wants_attention(&self) -> bool {
        !self.outputs.is_empty() || self.session.wants_attention()
    }

    // Outputs.

    /// The next thing that the driver has to do; only dequeues.
    pub fn poll_output(&mut self) -> Option<SessionOutput<P, T, R, N, E>> {
        self.outputs.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.link.poll_timeout().into_iter().chain(self.session.poll_timeout()).min()
    }

    // Questions.

    /// What the application is told of the state.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.link.status()
    }

    /// The session, to ask about it.
    #[must_use]
    pub const fn session(&self) -> &Session<P, T, R, N, E> {
        &self.session
    }

    fn on_gone(&mut self, connection: ConnectionId) {
        if self.link.knows(connection) {
            self.session.lost(connection);
        }
    }

    /// Passes on what link and session have to tell each other and the driver.
    fn follow(&mut self) {
        loop {
            self.follow_session();
            let Some(output) = self.link.poll_output() else { return };
            self.follow_link(output);
        }
    }

    fn follow_link(&mut self, output: link::Output<P>) {
        match output {
            link::Output::Connect { connection } => self.emit(SessionOutput::Connect { connection }),
            link::Output::Ping { .. } => self.session.ping(),
            link::Output::Close { connection } => self.emit(SessionOutput::Close { connection }),
            link::Output::Detach { connection, code } => {
                self.emit(SessionOutput::Detach { connection, code });
                self.session.lost(connection);
            }
            // The session has a queue of its own.
            link::Output::Flush { .. } => {}
            link::Output::Event(link::Event::Open { connection }) => self.session.opened(connection),
            link::Output::Event(link::Event::Stale) => self.tell(SessionEvent::Stale),
            link::Output::Event(link::Event::Reconnecting(next)) => {
                self.tell(SessionEvent::Reconnecting(next));
            }
            link::Output::Event(link::Event::Closed { closed, is_failure }) => {
                self.session.goodbye();
                self.follow_session();
                self.tell(SessionEvent::Closed { closed, is_failure });
            }
        }
    }

    fn follow_session(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match output {
                session::Output::Transmit { connection, message } => {
                    self.emit(SessionOutput::Transmit { connection, message });
                }
                // What the link knows, it gives up by itself.
                session::Output::Drop { connection, .. } if self.link.knows(connection) => {}
                session::Output::Drop { connection, code } => {
                    self.emit(SessionOutput::Detach { connection, code });
                }
                session::Output::Relocate { after } => self.link.relocate(self.now, after),
                session::Output::Event(session::Event::Ended(EndReason::Goodbye)) => {
                    self.link.end(CloseCode::NORMAL, Cause::Peer);
                }
                session::Output::Event(session::Event::Ended(EndReason::Violation)) => {
                    self.link.end(CloseCode::VIOLATION, Cause::Violation);
                }
                session::Output::Event(event) => self.tell(SessionEvent::Session(event)),
            }
        }
    }

    fn tell(&mut self, event: SessionEvent<P, R, N, E>) {
        self.emit(SessionOutput::Event(event));
    }

    /// Queues an output. (`inline(never)`: a fortieth of the wasm.)
    #[inline(never)]
    fn emit(&mut self, output: SessionOutput<P, T, R, N, E>) {
        self.outputs.push_back(output);
    }
}

fn new_session<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq>(
    config: &ClientConfig,
    seed: u64,
    mut token: impl FnMut() -> T,
) -> Session<P, T, R, N, E> {
    let tokens = OwnTokens::new(token(), token());
    Session::new(tokens, config.max_queue_bytes, config.max_requests, seed)
}
