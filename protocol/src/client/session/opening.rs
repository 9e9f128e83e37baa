//! How a connection comes to carry the session.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::{Event, Output, ReadStream, Session, State};
use crate::message::{Answer, LaneMessage, Opening, RequestError, ToServer};
use crate::parts::acknowledger::Acknowledger;
use crate::parts::credit::Allowance;
use crate::parts::numbers::Numbers;
use crate::parts::outbox::Kept;
use crate::parts::pending::PendingRequests;
use crate::parts::position::Position;
use crate::parts::ring::Gap;
use crate::wire::{FreshReason, Limits, StreamLine};
use crate::{CloseCode, ConnectionId, Duration};

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    /// Sends the first message of a connection.
    pub(super) fn ask(&mut self, connection: ConnectionId) {
        let streams: Vec<_> = self.streams.iter().map(ReadStream::held).collect();
        self.named_topics = streams.iter().filter(|held| held.stream.is_topic()).count();
        let (inbox, sent) = (self.inbox.offset(), self.outbox.sent());
        let (current, next, attempt) = self.tokens.attempt();
        let (current, next) = (current.clone(), next.clone());
        let opening = if let Some(session) = self.known {
            Opening::Resume { session, current, next, attempt, inbox, sent, streams }
        } else {
            Opening::Hello { token: current, attempt, streams }
        };
        self.transmit(connection, ToServer::Opening(opening));
    }

    pub(super) fn on_answer(
        &mut self,
        connection: ConnectionId,
        answer: &Answer,
        limits: Limits,
        streams: Vec<StreamLine<N, E>>,
        spare: T,
    ) {
        let topics = streams.iter().filter(|line| line.stream.is_topic()).count();
        if self.known.is_some() == matches!(answer, Answer::Welcome { .. }) || topics > self.named_topics {
            return self.on_violation(connection);
        }
        let replaces_a_token = self.known.is_some();
        self.take_over(connection);
        let unsent = match *answer {
            Answer::Welcome { session, oldest } => {
                self.known = Some(session);
                self.emit(Output::Event(Event::Open));
                self.on_oldest(oldest);
                None
            }
            Answer::Resumed { accepted, done, oldest } => {
                let Ok(forgotten) = self.outbox.on_resumed(accepted, done) else {
                    return self.on_violation(connection);
                };
                self.tokens.on_answered(spare);
                self.on_resumed((forgotten > 0).then_some(done), accepted, oldest);
                None
            }
            Answer::Fresh { reason, session, oldest } => {
                self.known = Some(session);
                self.tokens.on_answered(spare);
                let unsent = self.on_fresh(reason);
                self.on_oldest(oldest);
                Some(unsent)
            }
        };
        self.keep_to(limits);
        let mut given_up = Vec::new();
        for line in streams {
            given_up.extend(self.on_opening_line(connection, line));
            if self.state == State::Ended {
                return;
            }
        }
        self.forget_unserved();
        if let Some(unsent) = unsent {
            self.adopt(unsent);
        }
        self.ask_for_topics();
        for line in given_up {
            self.turn_down(line);
        }
        self.refuse_what_is_too_large(limits.max_message_bytes);
        if replaces_a_token {
            // Proves that the answer has arrived, also where nothing else is said: the older token opens nothing any more.
            let number = self.acknowledger.tell();
            self.transmit(connection, ToServer::Ack(number));
        }
        self.pump();
    }

    /// What was sent before the limit was known is refused now, alone: its number is given up in its place.
    fn refuse_what_is_too_large(&mut self, max_message_bytes: u64) {
        let mut refused = Vec::new();
        self.outbox.replace_unsent(|kept| {
            (u64::from(kept.bytes) > max_message_bytes).then(|| {
                refused.push(kept.number);
                LaneMessage::Cancel { to: kept.number }
            })
        });
        for number in refused {
            if let Some(who) = self.pending.settle(number) {
                self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::Undelivered) }));
            }
            self.emit(Output::Event(Event::TooLarge { number }));
        }
    }

    /// Puts `connection` in charge; the one before is given up only now.
    fn take_over(&mut self, connection: ConnectionId) {
        if let Some(older) = self.state.attached() {
            self.emit(Output::Drop { connection: older, code: CloseCode::NORMAL });
        }
        self.transition(State::Attached { connection, successor: None });
        // An alias means nothing on another connection.
        self.streams.iter_mut().for_each(|read| read.alias = None);
    }

    fn on_resumed(&mut self, done: Option<u64>, accepted: u64, oldest: u64) {
        self.emit(Output::Event(Event::Resumed));
        if let Some(number) = done {
            self.emit(Output::Event(Event::Acknowledged { number }));
        }
        self.repeat_subscriptions(accepted);
        self.on_oldest(oldest);
    }

    /// Steps over what the server's ring has lost, and tells it.
    fn on_oldest(&mut self, oldest: u64) {
        let next = self.inbox.offset() + 1;
        if oldest <= next {
            return;
        }
        self.inbox.skip_to(oldest - 1);
        self.emit(Output::Event(Event::InboxGap(Gap { from: next, to: oldest - 1 })));
        // A reply may have been among what is lost, to any request that the server ever had.
        while let Some(who) = self.pending.settle_one_of(1, self.outbox.sent()) {
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::OutcomeUnknown) }));
        }
    }

    /// The session is lost: what was sent is told to be unknown, and what was not is returned.
    fn on_fresh(&mut self, reason: FreshReason) -> VecDeque<Kept<LaneMessage<P, N, E>>> {
        self.emit(Output::Event(Event::Fresh(reason)));
        let orphans = self.outbox.on_fresh();
        for kept in orphans.unknown.iter().filter(|kept| !kept.payload.is_subscription()) {
            self.emit(Output::Event(Event::OutcomeUnknown { number: kept.number }));
        }
        self.allowance = Allowance::default();
        self.inbox = Position::default();
        self.subscriptions.on_connected();
        self.published = Numbers::new();
        while let Some(number) = self.unanswered.pop() {
            self.emit(Output::Event(Event::Cancelled { number }));
        }
        orphans.unsent
    }

    /// Gives what the lost session never sent to the new one; no number becomes higher.
    fn adopt(&mut self, unsent: VecDeque<Kept<LaneMessage<P, N, E>>>) {
        let mut pending = PendingRequests::new(self.max_requests);
        let mut requests = Vec::new();
        for Kept { number, bytes, payload } in unsent {
            let Some(message) = adopted(payload, &requests) else { continue };
            let to = self.outbox.last() + 1;
            match &message {
                LaneMessage::Request(_) => {
                    self.pending.hand_over(number, &mut pending, to);
                    requests.push((number, to));
                }
                LaneMessage::Publish { .. } => self.published.push(to),
                LaneMessage::Subscribe { topic, from } => {
                    self.subscriptions.on_repeated(topic.clone(), *from, to)
                }
                _ => {}
            }
            // The application does not know a subscription by its number.
            if !message.is_subscription() {
                self.emit(Output::Event(Event::Moved { number, to }));
            }
            // It was within the bound before.
            self.outbox.push_beyond(message, bytes);
        }
        let mut lost = core::mem::replace(&mut self.pending, pending);
        while let Some(who) = lost.settle_one_of(0, u64::MAX) {
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::OutcomeUnknown) }));
        }
    }

    fn keep_to(&mut self, limits: Limits) {
        self.allowance.on_grant(limits.credit_bytes);
        self.acknowledger =
            Acknowledger::new(limits.ack_bytes, Duration::from_millis(limits.ack_delay_millis));
        self.acknowledger.resume_after(self.inbox.offset());
        self.limits = Some(limits);
    }
}

/// What becomes of a message that was never sent when its session is lost.
///
/// What answers the lost session's requests is worthless, as is giving one of its own up.
fn adopted<P, N, E>(message: LaneMessage<P, N, E>, requests: &[(u64, u64)]) -> Option<LaneMessage<P, N, E>> {
    match message {
        LaneMessage::Cancel { to } => {
            let request = requests.iter().find(|(number, _)| *number == to);
            request.map(|&(_, to)| LaneMessage::Cancel { to })
        }
        LaneMessage::Reply { .. } | LaneMessage::Failure { .. } => None,
        _ => Some(message),
    }
}
