//! How connections take a session over.

use super::readings::Readings;
use super::{Event, Output, Resume, Session, SessionConfig, State, StreamAnswer};
use crate::message::{Answer, RequestError, ToClient};
use crate::parts::credit::Grant;
use crate::parts::heartbeat::Heartbeat;
use crate::parts::inbox::Inbox;
use crate::parts::pace::Pace;
use crate::parts::pending::PendingRequests;
use crate::parts::ring::Ring;
use crate::parts::tokens::{KnownTokens, Presented};
use crate::wire::{FreshReason, Id};
use crate::{CloseCode, ConnectionId, Instant};
use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

impl<P: Clone + Default, H: PartialEq + Clone, R> Session<P, H, R> {
    /// A session for a `hello`, or, with a reason, for a `resume` whose session is not there.
    ///
    /// `token` is the hash of `hello`'s token, or of the resume's next one.
    #[must_use]
    pub fn open(
        config: SessionConfig,
        now: Instant,
        connection: ConnectionId,
        id: Id,
        (token, attempt): (H, u64),
        fresh: Option<FreshReason>,
        streams: Vec<StreamAnswer<P>>,
    ) -> Self {
        let mut session = Self {
            id,
            state: State::Suspended { until: now },
            tokens: KnownTokens::new(token, attempt),
            lane: Inbox::default(),
            is_doubtful: false,
            grant: Grant::new(config.max_inbound_bytes),
            pace: Pace::after(0),
            ring: Ring::new(config.max_ring_bytes),
            sent: 0,
            pending: PendingRequests::new(config.max_requests),
            unanswered: BTreeSet::new(),
            readings: Readings::new(config.max_subscriptions),
            heartbeat: None,
            outputs: VecDeque::new(),
            config,
        };
        session.connect(now, connection);
        session.answer(connection, made(id, fresh, 1), streams);
        session
    }

    /// The same `hello` again, or the `resume` that was answered by `fresh`, while that answer may have been lost.
    pub fn open_again(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        (token, attempt): (&H, u64),
        fresh: Option<FreshReason>,
        streams: Vec<StreamAnswer<P>>,
    ) -> Presented {
        let presented = self.tokens.on_hello(token, attempt);
        // A `hello` that comes after something else was heard is no repetition.
        if self.admit(now, connection, presented, CloseCode::VIOLATION) {
            let oldest = self.ring.oldest();
            self.give_up_requests(1, oldest);
            self.answer(connection, made(self.id, fresh, oldest), streams);
            self.replay_inbox(connection, 0);
        }
        presented
    }

    /// A `resume` that found this session.
    pub fn resume(&mut self, now: Instant, connection: ConnectionId, resume: Resume<P, H>) -> Presented {
        let Resume { token, next, attempt, inbox, sent, streams } = resume;
        if self.tokens.judge(&token, attempt) == Presented::TakesOver && inbox > self.ring.last() {
            // It claims to have read what was never sent; nothing it says can be trusted. Who has no token of the
            // session learns nothing about its inbox.
            self.emit(Output::Close { connection, code: CloseCode::VIOLATION });
            return Presented::Unknown;
        }
        let presented = self.tokens.on_resume(token, next, attempt);
        if self.admit(now, connection, presented, CloseCode::SUPERSEDED) {
            self.ring.trim(inbox);
            if self.is_doubtful {
                self.lane.doubt(sent);
            }
            let (accepted, done) = (self.lane.accepted(), self.lane.done());
            let oldest = self.ring.oldest().max(inbox + 1);
            self.give_up_requests(inbox + 1, oldest);
            self.emit(Output::Event(Event::Resumed));
            self.answer(connection, Answer::Resumed { accepted, done, oldest }, streams);
            self.replay_inbox(connection, inbox);
        }
        presented
    }

    /// Fences the older connection and puts `connection` in charge, or refuses it.
    ///
    /// `unknown` is what a token that is not good is refused with.
    fn admit(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        presented: Presented,
        unknown: CloseCode,
    ) -> bool {
        match presented {
            Presented::TakesOver if self.ended().is_none() => {
                if let Some(older) = self.state.connection() {
                    self.emit(Output::Close { connection: older, code: CloseCode::SUPERSEDED });
                }
                self.connect(now, connection);
                true
            }
            Presented::Superseded => {
                self.emit(Output::Close { connection, code: CloseCode::SUPERSEDED });
                false
            }
            Presented::Unknown => {
                self.emit(Output::Close { connection, code: unknown });
                false
            }
            Presented::TakesOver => false,
        }
    }

    fn connect(&mut self, now: Instant, connection: ConnectionId) {
        self.readings.clear();
        // The answer says what is done.
        self.pace = Pace::after(self.lane.done());
        let heartbeat = self.config.heartbeat;
        self.heartbeat = heartbeat.is_on().then(|| Heartbeat::new(heartbeat, now));
        self.transition(State::Connected { connection });
    }

    /// Answers; every line of the streams comes before any of their messages.
    ///
    /// Topics that are more than the session may read are left out: the client asks for them, and is refused.
    fn answer(&mut self, connection: ConnectionId, answer: Answer, mut streams: Vec<StreamAnswer<P>>) {
        let limits = self.config.limits(self.grant.tell());
        streams.retain(|StreamAnswer { line, .. }| self.readings.add(line.alias, line.stream.clone()));
        let lines = streams.iter().map(|answer| answer.line.clone()).collect();
        self.transmit(connection, ToClient::Answer { answer, limits, streams: lines });
        for stream in streams {
            self.replay_stream(connection, stream);
        }
    }

    /// Settles the own requests from `from` up to `oldest`, which the ring has dropped.
    ///
    /// What went out on a connection may have arrived after the client said how far it is.
    fn give_up_requests(&mut self, from: u64, oldest: u64) {
        let sent = self.sent.min(oldest - 1);
        while let Some(who) = self.pending.settle_one_of(from, sent) {
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::OutcomeUnknown) }));
        }
        while let Some(who) = self.pending.settle_one_of(sent + 1, oldest - 1) {
            self.emit(Output::Event(Event::Settled { who, result: Err(RequestError::Undelivered) }));
        }
    }

    fn replay_inbox(&mut self, connection: ConnectionId, inbox: u64) {
        let (_, missing) = self.ring.after(inbox);
        let missing: Vec<_> = missing.map(|(number, message)| (number, message.clone())).collect();
        for (number, message) in missing {
            self.transmit(connection, ToClient::Lane { number, message });
        }
        self.sent = self.ring.last();
    }
}

/// The answer to who has a session now that was not there before.
fn made(session: Id, fresh: Option<FreshReason>, oldest: u64) -> Answer {
    fresh.map_or(Answer::Welcome { session, oldest }, |reason| Answer::Fresh { reason, session, oldest })
}
