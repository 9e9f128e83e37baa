//! The client's half of a session: one session over the connections it is given.
//!
//! Owns: what is not yet done of its lane, how far the inbox and the streams
//! were read, and the tokens. Never: dials, retries or decides that a
//! connection is dead; that is the link's, and [`SessionClient`](crate::client::SessionClient) tells each of the other.
//!
//! ```text
//!  send / request / reply / goodbye ─┐
//!  opened, receive, lost ────────────┼─► transition ─► outputs ─► poll_output
//!  handle_timeout(now) ──────────────┘        └──────────────────► poll_timeout
//! ```
//!
//! Read `state` first. The rules are PROTOCOL.md's; the files mirror the server's.

mod ahead;
mod data;
mod io;
mod opening;
mod reactions;
mod state;
mod streams;
mod subscriptions;
mod topics;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub use data::Data;
pub use io::{EndReason, Event, Output, SendError, SubscribeError};
pub use subscriptions::MAX_SUBSCRIPTION_BYTES;

use crate::message::{LaneMessage, RequestError, ToClient, ToServer};
use crate::parts::acknowledger::Acknowledger;
use crate::parts::credit::Allowance;
use crate::parts::numbers::Numbers;
use crate::parts::outbox::Outbox;
use crate::parts::pending::PendingRequests;
use crate::parts::position::Position;
use crate::parts::tokens::OwnTokens;
use crate::wire::{Epoch, FailureCode, Id, Limits, Name};
use crate::{CloseCode, ConnectionId, Instant, Random};
use state::State;
use streams::ReadStream;
use subscriptions::Subscriptions;

/// A session as its client keeps it.
///
/// `P` is a payload handle that is cheap to clone, `T` a token, `R` the handle of who waits for a reply, `N` the name of
/// a topic, `E` an epoch.
#[derive(Debug)]
pub struct Session<P, T, R, N = Name<'static>, E = Epoch> {
    state: State,
    random: Random,
    tokens: OwnTokens<T>,
    /// The session that the last answer was for; none before the first answer.
    known: Option<Id>,
    /// The client's lane.
    outbox: Outbox<LaneMessage<P, N, E>>,
    allowance: Allowance,
    /// How far the inbox was delivered.
    inbox: Position,
    acknowledger: Acknowledger,
    streams: Vec<ReadStream<N, E>>,
    subscriptions: Subscriptions<N, E>,
    /// How many topics the newest opening has named.
    named_topics: usize,
    pending: PendingRequests<R>,
    /// The server's requests that the application was given, and has neither answered nor been told to give up.
    unanswered: Numbers,
    /// Publications that the server may still refuse.
    published: Numbers,
    /// What the server allows; nothing is known before its first answer.
    limits: Option<Limits>,
    max_queue_bytes: u64,
    max_requests: usize,
    outputs: VecDeque<Output<P, T, R, N, E>>,
}

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    /// A session that was never asked for.
    ///
    /// At most `max_queue_bytes` bytes wait or are unacknowledged, and at most `max_requests` requests are under way.
    #[must_use]
    pub fn new(tokens: OwnTokens<T>, max_queue_bytes: u64, max_requests: usize, seed: u64) -> Self {
        Self {
            state: State::Detached,
            random: Random::from_seed(seed),
            tokens,
            known: None,
            outbox: Outbox::new(max_queue_bytes),
            allowance: Allowance::default(),
            inbox: Position::default(),
            acknowledger: Acknowledger::new(u64::MAX, crate::Duration::MAX),
            streams: Vec::new(),
            subscriptions: Subscriptions::new(),
            named_topics: 0,
            pending: PendingRequests::new(max_requests),
            unanswered: Numbers::new(),
            published: Numbers::new(),
            limits: None,
            max_queue_bytes,
            max_requests,
            outputs: VecDeque::new(),
        }
    }

    // Commands of the application.

    /// Sends a message, connected or not; its number, by which it is acknowledged.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was accepted.
    pub fn send(&mut self, payload: P, bytes: u32) -> Result<u64, SendError> {
        self.push(LaneMessage::Message(payload), bytes)
    }

    /// Asks the server; the reply is an [`Event::Settled`] with `who`.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was accepted.
    pub fn request(
        &mut self,
        payload: P,
        bytes: u32,
        deadline: Option<Instant>,
        who: R,
    ) -> Result<u64, SendError> {
        self.pending
            .admit()
            .map_err(|too_many| SendError::TooManyRequests { max_requests: too_many.max_count })?;
        let number = self.push(LaneMessage::Request(payload), bytes)?;
        self.pending.insert(number, deadline, who);
        Ok(number)
    }

    /// Gives up an own request; who waited for it is told no more.
    pub fn cancel(&mut self, number: u64) -> Option<R> {
        let who = self.pending.settle(number)?;
        // Without room for the cancel the handler works in vain, and its reply finds nobody.
        let _ = self.push(LaneMessage::Cancel { to: number }, 0);
        Some(who)
    }

    /// Replies to the server's request `to`.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was accepted.
    pub fn reply(&mut self, to: u64, payload: P, bytes: u32) -> Result<u64, SendError> {
        self.answer(to, LaneMessage::Reply { to, payload }, bytes)
    }

    /// Fails the server's request `to`.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was accepted.
    pub fn fail(&mut self, to: u64, code: FailureCode, payload: P, bytes: u32) -> Result<u64, SendError> {
        self.answer(to, LaneMessage::Failure { to, code, payload }, bytes)
    }

    /// Ends the session, here at once and there if there is a connection to say so.
    pub fn goodbye(&mut self) {
        if let Some(connection) = self.state.attached() {
            self.transmit(connection, ToServer::Goodbye);
        }
        self.finish(EndReason::Goodbye);
    }

    /// Asks whether the server is still there.
    pub fn ping(&mut self) {
        if let Some(connection) = self.state.attached() {
            let number = self.acknowledger.tell();
            self.transmit(connection, ToServer::Ping(number));
        }
    }

    // Inputs.

    /// Takes in that `connection` has opened: as the only one, or as a second that will take over.
    pub fn opened(&mut self, connection: ConnectionId) {
        let replaced = self.state.asking();
        match self.state {
            State::Detached | State::Asking { .. } => self.transition(State::Asking { connection }),
            State::Attached { connection: first, .. } => {
                self.transition(State::Attached { connection: first, successor: Some(connection) });
            }
            State::Ended => return,
        }
        if let Some(connection) = replaced {
            self.emit(Output::Drop { connection, code: CloseCode::NORMAL });
        }
        self.ask(connection);
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
        if let ToClient::Answer { answer, limits, streams } = message {
            if self.state.asking() == Some(connection) {
                self.on_answer(connection, &answer, limits, streams, spare());
            }
        } else if self.state.attached() == Some(connection) {
            self.on_message(connection, message, bytes);
            self.acknowledger.arm(now);
        }
    }

    /// Takes in that what came on `connection` is not of the protocol.
    pub fn violated(&mut self, connection: ConnectionId) {
        if self.state.attached() == Some(connection) || self.state.asking() == Some(connection) {
            self.on_violation(connection);
        }
    }

    /// Takes in that `connection` is gone, or was given up.
    pub fn lost(&mut self, connection: ConnectionId) {
        match self.state {
            State::Asking { connection: asking } if asking == connection => self.transition(State::Detached),
            State::Attached { connection: first, successor } if first == connection => {
                self.transition(successor.map_or(State::Detached, |connection| State::Asking { connection }));
            }
            State::Attached { connection: first, successor } if successor == Some(connection) => {
                self.transition(State::Attached { connection: first, successor: None });
                self.pump();
            }
            _ => {}
        }
    }

    /// Takes in that the clock reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.acknowledger.arm(now);
        while let Some((number, who)) = self.pending.expire(now) {
            let _ = self.push(LaneMessage::Cancel { to: number }, 0);
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::Timeout) }));
        }
        if self.acknowledger.is_due(now) {
            let number = self.acknowledger.tell();
            if let Some(connection) = self.state.attached() {
                self.transmit(connection, ToServer::Ack(number));
            }
        }
    }

    // Outputs.

    /// The next thing that the driver has to do; only dequeues.
    pub fn poll_output(&mut self) -> Option<Output<P, T, R, N, E>> {
        self.outputs.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.acknowledger.poll_timeout().into_iter().chain(self.pending.poll_timeout()).min()
    }

    // Questions.

    /// The connection that carries the session.
    #[must_use]
    pub const fn attached(&self) -> Option<ConnectionId> {
        self.state.attached()
    }

    /// What the server allows; `None` before its first answer.
    #[must_use]
    pub const fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// Whether the session is over.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Whether everything that was sent is done.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        self.outbox.is_empty()
    }

    /// Queues an output. (`inline(never)`: a fortieth of the wasm.)
    #[inline(never)]
    fn emit(&mut self, output: Output<P, T, R, N, E>) {
        self.outputs.push_back(output);
    }

    fn transmit(&mut self, connection: ConnectionId, message: ToServer<P, T, N, E>) {
        self.emit(Output::Transmit { connection, message });
    }

    /// Answers a request, unless nobody waits for it any more.
    fn answer(&mut self, to: u64, message: LaneMessage<P, N, E>, bytes: u32) -> Result<u64, SendError> {
        if !self.unanswered.contains(to) {
            return Err(SendError::NotWaiting);
        }
        let number = self.push(message, bytes)?;
        self.unanswered.remove(to);
        Ok(number)
    }

    fn push(&mut self, message: LaneMessage<P, N, E>, bytes: u32) -> Result<u64, SendError> {
        if self.state == State::Ended {
            return Err(SendError::Ended);
        }
        if let Some(Limits { max_message_bytes, .. }) = self.limits
            && u64::from(bytes) > max_message_bytes
        {
            return Err(SendError::TooLarge { max_message_bytes });
        }
        let max_bytes = self.max_queue_bytes;
        let number = self.outbox.push(message, bytes).map_err(|_| SendError::QueueFull { max_bytes })?;
        self.pump();
        Ok(number)
    }

    /// Transmits what waits, as far as the credit goes.
    fn pump(&mut self) {
        // While a second connection asks, what goes out on the first may be taken in after what that one has said.
        let State::Attached { connection, successor: None } = self.state else { return };
        while let Some(kept) = self.outbox.peek()
            && self.allowance.admits(kept.number, kept.bytes)
        {
            let (number, bytes) = (kept.number, kept.bytes);
            let message = self.brought_up_to_date(kept.payload.clone());
            self.allowance.on_transmitted(number, bytes);
            self.outbox.on_transmitted();
            self.transmit(connection, ToServer::Lane { number, message });
        }
    }

    /// The only place where `state` is assigned.
    fn transition(&mut self, to: State) {
        self.state = to;
    }
}
