//! How a connection comes to carry the session.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{Event, Output, ReadStream, Session, State};
use crate::message::{Answer, LaneMessage, Opening, RequestError, ToServer};
use crate::parts::acknowledger::Acknowledger;
use crate::parts::credit::Allowance;
use crate::parts::outbox::Kept;
use crate::parts::position::Position;
use crate::parts::ring::Gap;
use crate::wire::{FreshReason, HeldStream, Limits, StreamLine, StreamOutcome, StreamPosition};
use crate::{CloseCode, ConnectionId, Duration};

impl<P: Clone, T: Clone, R> Session<P, T, R> {
    /// Sends the first message of a connection.
    pub(super) fn ask(&mut self, connection: ConnectionId) {
        let streams = self.streams.iter().map(ReadStream::held).collect();
        let (inbox, sent) = (self.inbox.offset(), self.outbox.sent());
        let (current, next, attempt) = self.tokens.attempt();
        let (current, next) = (current.clone(), next.clone());
        let opening = if let Some(session) = self.known {
            Opening::Resume { session, current, next, attempt, inbox, sent, streams }
        } else {
            Opening::Hello { token: current, attempt }
        };
        self.transmit(connection, ToServer::Opening(opening));
    }

    pub(super) fn on_answer(
        &mut self,
        connection: ConnectionId,
        answer: &Answer,
        limits: Limits,
        streams: Vec<StreamLine<'static>>,
        spare: T,
    ) {
        if self.known.is_some() == matches!(answer, Answer::Welcome { .. }) {
            return self.on_violation(connection);
        }
        self.take_over(connection);
        match *answer {
            Answer::Welcome { session, oldest } => {
                self.known = Some(session);
                self.emit(Output::Event(Event::Open));
                self.on_oldest(oldest, 0);
            }
            Answer::Resumed { accepted, done, oldest } => {
                let Ok(forgotten) = self.outbox.on_resumed(accepted, done) else {
                    return self.on_violation(connection);
                };
                self.tokens.on_answered(spare);
                self.on_resumed((forgotten > 0).then_some(done), accepted, oldest);
            }
            Answer::Fresh { reason, session, oldest } => {
                self.known = Some(session);
                self.tokens.on_answered(spare);
                self.on_fresh(reason);
                self.on_oldest(oldest, 0);
            }
        }
        self.keep_to(limits);
        for line in streams {
            self.on_stream_line(line);
        }
        self.pump();
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
        self.on_oldest(oldest, accepted);
    }

    /// Steps over what the server's ring has lost, and tells it.
    fn on_oldest(&mut self, oldest: u64, accepted: u64) {
        let next = self.inbox.offset() + 1;
        if oldest <= next {
            return;
        }
        self.inbox.skip_to(oldest - 1);
        self.emit(Output::Event(Event::InboxGap(Gap { from: next, to: oldest - 1 })));
        // A reply may have been among what is lost, to any request that the server has.
        for who in self.pending.settle_all(1, accepted) {
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::OutcomeUnknown) }));
        }
    }

    /// The session is lost: what was sent is told to be unknown, and what was not goes to the new one.
    fn on_fresh(&mut self, reason: FreshReason) {
        self.emit(Output::Event(Event::Fresh(reason)));
        let orphans = self.outbox.on_fresh();
        for kept in orphans.unknown {
            self.emit(Output::Event(Event::OutcomeUnknown { number: kept.number }));
        }
        self.allowance = Allowance::default();
        self.inbox = Position::default();
        let mut renumbered = BTreeMap::new();
        for Kept { number, bytes, payload } in orphans.unsent {
            if let Some(message) = adopt(payload, &renumbered)
                && let Ok(to) = self.outbox.push(message, bytes)
            {
                renumbered.insert(number, to);
                self.emit(Output::Event(Event::Moved { number, to }));
            }
        }
        for who in self.pending.renumber(&renumbered) {
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

    /// Reads a stream from where its line says, and tells what is missing.
    ///
    /// The line answers what was held when it was asked for; a first connection may have delivered more meanwhile.
    pub(super) fn on_stream_line(&mut self, line: StreamLine<'static>) {
        let StreamLine { alias, stream, outcome } = line;
        let known = self.streams.iter().find(|read| read.stream == stream);
        let held = known.map(|read| (read.epoch, read.position.offset()));
        let delivered = |epoch| held.filter(|&(known, _)| known == epoch).map_or(0, |(_, offset)| offset);
        let position = match outcome {
            StreamOutcome::Recovered(position) => position,
            StreamOutcome::Gap { epoch, from, to } => {
                let gap = Gap { from: from.max(delivered(epoch) + 1), to };
                if gap.from <= to {
                    self.emit(Output::Event(Event::StreamGap { stream: stream.clone(), gap }));
                }
                StreamPosition { epoch, offset: to }
            }
            StreamOutcome::Reset { held, position } => {
                self.emit(Output::Event(Event::StreamReset { stream: stream.clone(), held, position }));
                position
            }
        };
        let offset = position.offset.max(delivered(position.epoch));
        let read = ReadStream {
            stream,
            epoch: position.epoch,
            position: Position::after(offset),
            alias: Some(alias),
        };
        match self.streams.iter_mut().find(|known| known.stream == read.stream) {
            Some(known) => *known = read,
            None => self.streams.push(read),
        }
    }
}

/// What becomes of a message that was never sent when its session is lost.
///
/// What answers the lost session's requests is worthless, as is giving one of its own up.
fn adopt<P>(message: LaneMessage<P>, renumbered: &BTreeMap<u64, u64>) -> Option<LaneMessage<P>> {
    match message {
        LaneMessage::Message(_)
        | LaneMessage::Request(_)
        | LaneMessage::Subscribe { .. }
        | LaneMessage::Unsubscribe { .. }
        | LaneMessage::Publish { .. } => Some(message),
        LaneMessage::Cancel { to } => renumbered.get(&to).map(|&to| LaneMessage::Cancel { to }),
        LaneMessage::Reply { .. } | LaneMessage::Failure { .. } => None,
    }
}

impl ReadStream {
    fn held(&self) -> HeldStream<'static> {
        let position = StreamPosition { epoch: self.epoch, offset: self.position.offset() };
        HeldStream { stream: self.stream.clone(), position }
    }
}
