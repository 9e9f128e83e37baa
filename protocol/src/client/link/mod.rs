//! A link: one connection after the other to the same server.
//!
//! Owns: which connection is in charge, when the next attempt is made, when a
//! connection is dead, and when a second one is to take over. Never: knows a
//! message; what the connections carry is `plain`'s or the session's.
//!
//! ```text
//!  connect / close / relocate / established ─┐
//!  on_opened, on_closed, on_failed, on_hint ─┼─► transition ─► outputs ─► poll_output
//!  handle_timeout(now) ──────────────────────┘        └──────────────────► poll_timeout
//! ```
//!
//! Read `state` first: its diagram is the whole behaviour. `reactions` are the
//! arrows that peers and clocks draw, `hints` those that the page draws,
//! `successor` is what happens before the connection in charge is gone.

mod hints;
mod io;
mod outputs;
mod reactions;
mod state;
mod successor;

pub use io::{Event, Output};
pub use state::Status;

use super::{Cause, ClientConfig, Closed, Reconnecting};
use crate::parts::backoff::Backoff;
use crate::parts::heartbeat::Heartbeat;
use crate::{CloseCode, ConnectionId, Duration, Instant, Random};
use outputs::Outputs;
use state::State;
use successor::Successor;

/// One connection after the other; `R` is the handle of a close reason.
///
/// With `IS_SESSION` a connection counts only once the session was answered on it, and then it may have a successor.
/// (Known when compiled, because what plain mode does not need would be a tenth of what ships for it.)
#[derive(Debug)]
pub(super) struct Link<R, const IS_SESSION: bool> {
    config: ClientConfig,
    random: Random,
    state: State,
    /// The second connection, which takes over when it is established.
    successor: Option<Successor>,
    /// When a successor is to be dialled.
    relocate_at: Option<Instant>,
    /// The connection that the session was asked for on last.
    last_asked: Option<ConnectionId>,
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
    outputs: Outputs<Output<R>>,
}

impl<R, const IS_SESSION: bool> Link<R, IS_SESSION> {
    /// A link that does nothing until [`connect`](Self::connect); all its jitter follows from `seed`.
    pub(super) fn new(config: ClientConfig, seed: u64) -> Self {
        Self {
            random: Random::from_seed(seed),
            state: State::Idle,
            successor: None,
            relocate_at: None,
            last_asked: None,
            next_connection: 0,
            dialled_at: Instant::from_millis(0),
            was_tried: false,
            is_offline: false,
            woke_up: false,
            backoff: Backoff::new(),
            heartbeat: None,
            outputs: Outputs::new(),
            config,
        }
    }

    // Commands.

    /// Begins, or gives the conversation a new connection now: without waiting for the next attempt, also after the end.
    ///
    /// An open connection of a session goes on until the new one is established; any other is dropped.
    pub(super) fn connect(&mut self, now: Instant) {
        self.backoff.reset();
        if IS_SESSION && matches!(self.state, State::Open { .. }) {
            return self.relocate(now, Duration::ZERO);
        }
        let replaced = self.state.connection();
        if let Some(connection) = replaced {
            self.drop_connection(connection, CloseCode::NORMAL);
        }
        self.dial(now);
        if replaced.is_some() {
            self.announce_reconnecting(Duration::ZERO, 0, Closed::abnormal(Cause::Requested));
        }
    }

    /// Ends: by a closing handshake where a connection is open, else at once, and by way of the clock in any case.
    pub(super) fn close(&mut self, now: Instant) {
        self.forget_successor();
        match self.state {
            State::Open { connection, .. } => {
                self.emit(Output::Close { connection });
                let deadline = now + self.config.close_timeout;
                self.transition(State::Closing { connection, deadline });
            }
            State::Connecting { connection, .. } | State::Asking { connection, .. } => {
                self.drop_connection(connection, CloseCode::NORMAL);
                self.transition(State::Ending { deadline: now });
            }
            State::Idle | State::Waiting { .. } | State::Suspended => {
                self.transition(State::Ending { deadline: now });
            }
            State::Closing { .. } | State::Ending { .. } | State::Closed => {}
        }
    }

    /// Ends a closing handshake that is under way: who begins again does not wait for it.
    pub(super) fn stop_closing(&mut self) {
        if self.is_closing() {
            self.on_close_timeout();
        }
    }

    /// Ends at once: the session is over, for the reason that `code` says.
    pub(super) fn end(&mut self, code: CloseCode, cause: Cause) {
        if self.is_closing() || self.state == State::Closed {
            return;
        }
        self.drop_successor(code);
        if let Some(connection) = self.state.connection() {
            self.drop_connection(connection, code);
        }
        let was_clean = code == CloseCode::NORMAL;
        self.finish(Closed { code, reason: None, was_clean, cause }, !was_clean);
    }

    /// Has what waits sent on the open connection; whether there is one.
    pub(super) fn flush(&mut self) -> bool {
        let open = self.open_connection();
        if let Some(connection) = open {
            self.emit(Output::Flush { connection });
        }
        open.is_some()
    }

    // Inputs.

    /// Marks that a message came on `connection`, without a clock; whether it is the one in charge.
    pub(super) fn on_data(&mut self, connection: ConnectionId) -> bool {
        let is_in_charge = self.state.connection() == Some(connection);
        if is_in_charge && let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.on_heard();
        }
        is_in_charge
    }

    /// Marks that a message came on `connection` at `now`.
    pub(super) fn on_heard_at(&mut self, now: Instant, connection: ConnectionId) {
        if self.state.connection() == Some(connection)
            && let Some(heartbeat) = &mut self.heartbeat
        {
            heartbeat.on_heard_at(now);
        }
    }

    /// Marks that the peer answered a ping: from now on its silence means something.
    pub(super) fn on_answered(&mut self, connection: ConnectionId) {
        if self.state.connection() == Some(connection)
            && let Some(heartbeat) = &mut self.heartbeat
        {
            heartbeat.on_answered();
        }
    }

    /// Takes in that the clock reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.state.deadline().is_some_and(|deadline| deadline <= now) {
            match self.state {
                State::Connecting { connection, .. } | State::Asking { connection, .. } => {
                    self.on_connect_timeout(now, connection);
                }
                State::Waiting { .. } => self.dial(now),
                State::Closing { .. } | State::Ending { .. } => self.on_close_timeout(),
                State::Idle | State::Open { .. } | State::Suspended | State::Closed => {}
            }
        }
        if let State::Open { connection, .. } = self.state {
            self.on_successor_timeout(now);
            self.on_heartbeat_timeout(now, connection);
        }
    }

    // Outputs.

    /// The next thing to do; only dequeues.
    pub(super) fn poll_output(&mut self) -> Option<Output<R>> {
        self.outputs.pop()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        if !matches!(self.state, State::Open { .. }) {
            return self.state.deadline();
        }
        let heartbeat = self.heartbeat.as_ref().map(Heartbeat::poll_timeout);
        if !IS_SESSION {
            return heartbeat;
        }
        let successor = self.successor.map(|successor| successor.deadline);
        [heartbeat, successor, self.relocate_at].into_iter().flatten().min()
    }

    // Questions.

    /// What the application is told of the state.
    pub(super) const fn status(&self) -> Status {
        self.state.status(self.was_tried)
    }

    /// The connection in charge.
    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        self.state.connection()
    }

    /// The same, if it is open.
    pub(super) const fn open_connection(&self) -> Option<ConnectionId> {
        match self.state {
            State::Open { connection, .. } => Some(connection),
            _ => None,
        }
    }

    /// Whether `connection` is in charge or about to be.
    pub(super) fn knows(&self, connection: ConnectionId) -> bool {
        self.state.connection() == Some(connection) || self.succeeds(connection)
    }

    /// Whether the application asked for the end, which has not come yet.
    const fn is_closing(&self) -> bool {
        matches!(self.state, State::Closing { .. } | State::Ending { .. })
    }

    /// Gives `connection` up.
    fn drop_connection(&mut self, connection: ConnectionId, code: CloseCode) {
        self.emit(Output::Detach { connection, code });
    }

    fn announce_reconnecting(&mut self, delay: Duration, attempt: u32, closed: Closed<R>) {
        self.was_tried = true;
        self.heartbeat = None;
        self.tell(Event::Reconnecting(Reconnecting { attempt, delay, closed }));
    }

    /// The end, told once.
    #[inline(never)]
    fn finish(&mut self, closed: Closed<R>, is_failure: bool) {
        self.forget_successor();
        self.was_tried = true;
        self.heartbeat = None;
        self.transition(State::Closed);
        self.tell(Event::Closed { closed, is_failure });
    }

    fn tell(&mut self, event: Event<R>) {
        self.emit(Output::Event(event));
    }

    /// Queues an output. (`inline(never)`, here and on the other rare paths with many callers: 7 % of the wasm.)
    #[inline(never)]
    fn emit(&mut self, output: Output<R>) {
        self.outputs.push(output);
    }

    /// The only place where `state` is assigned, so that no two parts can disagree about it.
    fn transition(&mut self, to: State) {
        self.state = to;
    }
}
