//! The server's machine: one session over many connections.
//!
//! Owns: which connection is in charge, what the session still owes its client,
//! and when it ends. Never: finds sessions (a registry does, by the hashes of
//! their tokens), keeps streams and topics (they are shared), or calls the listener.
//!
//! ```text
//!  send / request / reply / finished / end ─┐
//!  open, resume, receive, disconnected ─────┼─► transition ─► outputs ─► poll_output
//!  handle_timeout(now) ─────────────────────┘        └──────────────────► poll_timeout
//! ```
//!
//! Read `state` first: its diagram is the whole behaviour. The rules are
//! PROTOCOL.md's; the files mirror the client's.

mod config;
mod io;
mod opening;
mod reactions;
mod readings;
mod ruling;
mod snapshot;
mod state;
mod stream;
mod topics;

use alloc::collections::{BTreeSet, VecDeque};

pub use config::SessionConfig;
pub use io::{EndReason, Event, Output, Resume, StreamAnswer};
pub use ruling::{Found, Ruling};
pub use snapshot::Snapshot;
pub use stream::{SharedStream, StreamSnapshot};

use crate::message::{LaneMessage, RequestError, ToClient, ToServer};
use crate::parts::credit::Grant;
use crate::parts::heartbeat::Heartbeat;
use crate::parts::inbox::Inbox;
use crate::parts::pace::Pace;
use crate::parts::pending::{PendingRequests, TooMany};
use crate::parts::ring::Ring;
use crate::parts::tokens::KnownTokens;
use crate::wire::{FailureCode, Id};
use crate::{CloseCode, ConnectionId, Duration, Instant};
use readings::Readings;
use state::State;

/// A session as its server keeps it.
///
/// `P` is a payload handle that is cheap to clone and whose default is the empty
/// text, `H` the hash of a token, `R` the handle of who waits for a reply of the
/// client.
#[derive(Debug)]
pub struct Session<P, H, R> {
    config: SessionConfig,
    id: Id,
    state: State,
    tokens: KnownTokens<H>,
    /// The client's lane.
    lane: Inbox,
    /// Whether the process that held the session before may have delivered more than is known: until a resume is
    /// proven, for only its `sent` is sure to be the highest.
    is_doubtful: bool,
    grant: Grant,
    /// The acknowledgements of the lane, on the connection in charge.
    pace: Pace,
    /// The inbox: what was sent to this session alone.
    ring: Ring<LaneMessage<P>>,
    /// The highest number of the inbox that ever went out on a connection of this process.
    sent: u64,
    pending: PendingRequests<R>,
    /// The client's requests that were handed out, and neither replied to nor given up.
    unanswered: BTreeSet<u64>,
    readings: Readings,
    /// The heartbeat of the connection in charge.
    heartbeat: Option<Heartbeat>,
    outputs: VecDeque<Output<P, R>>,
}

impl<P: Clone + Default, H: PartialEq + Clone, R> Session<P, H, R> {
    // Commands of the application.

    /// Sends a message to the client, connected or not; its number in the inbox.
    ///
    /// The ring keeps it until the client has acknowledged it, and at most as long as its bound allows.
    pub fn send(&mut self, payload: P, bytes: u32) -> u64 {
        self.push(LaneMessage::Message(payload), bytes)
    }

    /// Asks the client; the reply is an [`Event::Settled`] with `who`.
    ///
    /// # Errors
    ///
    /// [`TooMany`] requests are under way; nothing was sent.
    pub fn request(
        &mut self,
        payload: P,
        bytes: u32,
        deadline: Option<Instant>,
        who: R,
    ) -> Result<u64, TooMany> {
        self.pending.admit()?;
        let number = self.push(LaneMessage::Request(payload), bytes);
        self.pending.insert(number, deadline, who);
        Ok(number)
    }

    /// Gives up an own request.
    pub fn cancel(&mut self, number: u64) -> Option<R> {
        let who = self.pending.settle(number)?;
        self.push(LaneMessage::Cancel { to: number }, 0);
        Some(who)
    }

    /// Replies to the client's request `to`; ignored where nobody waits for it any more.
    pub fn reply(&mut self, to: u64, payload: P, bytes: u32) {
        if self.unanswered.remove(&to) {
            self.push(LaneMessage::Reply { to, payload }, bytes);
        }
    }

    /// Fails the client's request `to`, with a `payload` that is text; ignored where nobody waits for it any more.
    pub fn fail(&mut self, to: u64, code: FailureCode, payload: P, bytes: u32) {
        if self.unanswered.remove(&to) {
            self.push(LaneMessage::Failure { to, code, payload }, bytes);
        }
    }

    /// The listener is done with the message `number`, or a handler has the request.
    ///
    /// It is acknowledged at once or, where many are, by [`poll_timeout`](Self::poll_timeout), and with each new credit.
    pub fn finished(&mut self, now: Instant, number: u64) {
        if !self.lane.on_finished(number) {
            return;
        }
        let credit = self.grant.on_done(self.lane.done_bytes());
        let Some(connection) = self.state.connection() else { return };
        if self.pace.on_done(now, &self.lane) || credit.is_some() {
            self.acknowledge(now, connection);
        }
        if let Some(credit) = credit {
            self.transmit(connection, ToClient::Credit(credit));
        }
    }

    /// Asks the client to come back on another connection within `window`.
    pub fn relocate(&mut self, window: Duration) {
        if let Some(connection) = self.state.connection() {
            self.transmit(connection, ToClient::Move(window));
        }
    }

    /// Ends the session with a code that says stop.
    pub fn end(&mut self, code: CloseCode) {
        if let Some(connection) = self.state.connection() {
            // Or its client would not know what became of messages that are done.
            if self.pace.holds() {
                self.transmit(connection, ToClient::Ack(self.lane.done()));
            }
            self.emit(Output::Close { connection, code });
        }
        self.finish(EndReason::Server);
    }

    // Inputs.

    /// Takes in a message of `bytes` bytes of payload that came on `connection`.
    ///
    /// What comes on a connection that is not in charge any more is ignored.
    pub fn receive<T>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        message: ToServer<P, T>,
        bytes: u32,
    ) {
        if self.state.connection() != Some(connection) {
            return;
        }
        self.tokens.on_heard();
        self.is_doubtful = false;
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.on_heard();
        }
        match message {
            ToServer::Lane { number, message } => self.on_lane(now, connection, (number, message), bytes),
            ToServer::Ack(number) | ToServer::Pong(number) => self.on_ack(connection, number),
            ToServer::Ping(number) => {
                self.on_ack(connection, number);
                let done = self.pace.tell(now, &self.lane);
                self.transmit(connection, ToClient::Pong(done));
            }
            ToServer::Goodbye => {
                self.emit(Output::Close { connection, code: CloseCode::NORMAL });
                self.finish(EndReason::Goodbye);
            }
            ToServer::Opening(_) => self.on_violation(connection),
        }
    }

    /// Takes in that bytes came on `connection` which are no whole message yet: they are life, and prove nothing.
    pub fn heard(&mut self, connection: ConnectionId) {
        if self.state.connection() == Some(connection)
            && let Some(heartbeat) = &mut self.heartbeat
        {
            heartbeat.on_heard();
        }
    }

    /// Takes in that another session was made with `next`, which opens this one no more.
    pub fn forget_next(&mut self, next: &H) {
        self.tokens.forget_next(next);
    }

    /// Takes in that what came on `connection` is not of the protocol.
    pub fn violated(&mut self, connection: ConnectionId) {
        if self.state.connection() == Some(connection) {
            self.on_violation(connection);
        }
    }

    /// Takes in that `connection` is gone; the session stays for its window.
    pub fn disconnected(&mut self, now: Instant, connection: ConnectionId) {
        if self.state.connection() == Some(connection) {
            self.suspend(now, self.config.window);
        }
    }

    /// Takes in that the clock reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((number, who)) = self.pending.expire(now) {
            self.push(LaneMessage::Cancel { to: number }, 0);
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::Timeout) }));
        }
        match self.state {
            State::Suspended { until } if until <= now => self.finish(EndReason::Expired),
            State::Connected { connection } => self.on_connection_timeout(now, connection),
            State::Suspended { .. } | State::Ended { .. } => {}
        }
    }

    // Outputs.

    /// The next thing that the driver has to do; only dequeues.
    pub fn poll_output(&mut self) -> Option<Output<P, R>> {
        let output = self.outputs.pop_front();
        if output.is_none() {
            // A burst must not leave its memory behind; one place, and a quiet conversation allocates nothing.
            self.outputs.shrink_to(1);
        }
        output
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let own = match self.state {
            State::Suspended { until } => Some(until),
            State::Connected { .. } => self.heartbeat.as_ref().map(Heartbeat::poll_timeout),
            State::Ended { .. } => return None,
        };
        own.into_iter().chain(self.acknowledgement_due()).chain(self.pending.poll_timeout()).min()
    }

    // Questions.

    /// When an acknowledgement is due that is held for others to join it: a part of
    /// [`poll_timeout`](Self::poll_timeout), which [`finished`](Self::finished) may have moved to an earlier time.
    #[must_use]
    pub fn acknowledgement_due(&self) -> Option<Instant> {
        self.state.connection().and_then(|_| self.pace.poll_timeout())
    }

    /// The connection in charge.
    #[must_use]
    pub const fn connection(&self) -> Option<ConnectionId> {
        self.state.connection()
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> Id {
        self.id
    }

    /// Why the session is over, if it is.
    #[must_use]
    pub const fn ended(&self) -> Option<EndReason> {
        match self.state {
            State::Ended { reason } => Some(reason),
            State::Connected { .. } | State::Suspended { .. } => None,
        }
    }

    /// The hashes of its tokens: a registry finds by them what was made with a token, and what it opens.
    #[must_use]
    pub const fn tokens(&self) -> &KnownTokens<H> {
        &self.tokens
    }

    /// What the messages that are kept for the client count as, in bytes.
    #[must_use]
    pub const fn kept_bytes(&self) -> u64 {
        self.ring.charged()
    }

    /// The client's lane: what was taken in and what is done.
    #[must_use]
    pub const fn lane(&self) -> &Inbox {
        &self.lane
    }

    fn emit(&mut self, output: Output<P, R>) {
        self.outputs.push_back(output);
    }

    fn transmit(&mut self, connection: ConnectionId, message: ToClient<P>) {
        self.emit(Output::Transmit { connection, message });
    }

    fn acknowledge(&mut self, now: Instant, connection: ConnectionId) {
        let done = self.pace.tell(now, &self.lane);
        self.transmit(connection, ToClient::Ack(done));
    }

    /// Gives a message its number in the inbox, and sends it if there is a connection.
    fn push(&mut self, message: LaneMessage<P>, bytes: u32) -> u64 {
        let number = self.ring.push(message.clone(), bytes);
        if let Some(connection) = self.state.connection() {
            self.transmit(connection, ToClient::Lane { number, message });
            self.sent = number;
        }
        number
    }

    /// The only place where `state` is assigned.
    fn transition(&mut self, to: State) {
        self.state = to;
    }
}
