//! What has happened, as far as a promise depends on it.
//!
//! Owns: the promises that were broken, and the checks of those that concern
//! a message; `verdicts` has those that concern an opening. It keeps its own
//! account, and believes neither machine.

use std::ops::RangeInclusive;

use super::{Promise, Promises};
use crate::machine::{
    Attempt, Delivery, Message, Number, Outbox, Payload, Server, Session, SessionName, Token,
};

/// What has happened, as far as a promise depends on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History {
    /// The promises that were broken.
    pub broken: Promises,
    /// Every token before this one was proven to be superseded.
    pub superseded_below: Token,
    /// The highest attempt that the server has answered.
    pub(super) highest: Attempt,
    /// The highest attempt when the server last lost everything: what it knew of those, nobody knows.
    pub(super) forgotten: Attempt,
    /// The sessions that were made, each with the one in whose place it was asked for.
    pub(super) made: Vec<(SessionName, Option<SessionName>)>,
    crashes: u32,
    /// The last delivery of each message of the client.
    delivered: Vec<Delivered>,
    /// The last number that each session's listener got from this process.
    cursors: Vec<(SessionName, Number)>,
    handled: Payloads,
    acknowledged: Payloads,
    transmitted: Payloads,
    told_unknown: Payloads,
    pushed: Vec<(SessionName, Message)>,
    /// The inbox as the application has it; `None` is a number in a gap that was told.
    received: Vec<Option<Payload>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Delivered {
    payload: Payload,
    session: SessionName,
    /// How many crashes there had been.
    crashes: u32,
}

impl Default for History {
    fn default() -> Self {
        Self {
            broken: Promises::default(),
            superseded_below: Token(1),
            highest: 0,
            forgotten: 0,
            made: Vec::new(),
            crashes: 0,
            delivered: Vec::new(),
            cursors: Vec::new(),
            handled: Payloads::default(),
            acknowledged: Payloads::default(),
            transmitted: Payloads::default(),
            told_unknown: Payloads::default(),
            pushed: Vec::new(),
            received: Vec::new(),
        }
    }
}

impl History {
    /// `promise` does not hold.
    pub(super) fn break_promise(&mut self, promise: Promise) {
        self.broken.insert(promise);
    }

    /// `promise` holds only where `kept`.
    pub(super) fn expect(&mut self, kept: bool, promise: Promise) {
        if !kept {
            self.broken.insert(promise);
        }
    }

    /// The client has put a message on a connection.
    pub(super) fn transmitted(&mut self, payload: Payload) {
        self.transmitted.insert(payload);
    }

    /// The listener is called.
    pub(super) fn delivered(&mut self, session: SessionName, delivery: Delivery) {
        let Delivery { message: Message { number, payload }, redelivered } = delivery;
        self.expect(!redelivered || self.crashes > 0, Promise::RedeliveryIsMarked);
        if let Some(last) = self.delivered.iter().find(|last| last.payload == payload).copied() {
            if last.session != session {
                self.break_promise(Promise::FreshSendsNothingAgain);
            } else if last.crashes == self.crashes {
                self.break_promise(Promise::DeliveredOnce);
            }
            self.expect(redelivered, Promise::RedeliveryIsMarked);
        }
        let cursor = self.cursor(session);
        let follows = number == *cursor + 1;
        *cursor = number;
        self.expect(follows, Promise::LaneIsInOrder);
        self.delivered.retain(|last| last.payload != payload);
        self.delivered.push(Delivered { payload, session, crashes: self.crashes });
    }

    /// The listener has returned.
    pub(super) fn handled(&mut self, payload: Payload) {
        self.handled.insert(payload);
    }

    /// The client forgets messages, having been told that they are handled.
    pub(super) fn acknowledged(&mut self, payloads: &[Payload]) {
        payloads.iter().for_each(|payload| self.acknowledged.insert(*payload));
    }

    /// Whether all that was acknowledged is handled, or still will be.
    pub(super) fn check_acknowledged(&mut self, server: &Server) {
        let will_be = |payload: Payload| {
            let mut lanes = server.sessions().iter().flat_map(|session| session.lane.unhandled());
            lanes.any(|message| message.payload == payload)
        };
        let kept = self.acknowledged.iter().all(|payload| self.handled.contains(payload) || will_be(payload));
        self.expect(kept, Promise::AcknowledgedIsKept);
    }

    /// The process has died; `server` is its successor.
    pub(super) fn crashed(&mut self, server: &Server) {
        self.crashes += 1;
        self.cursors = server.sessions().iter().map(|session| (session.name, session.lane.done())).collect();
    }

    /// Nothing is left of what the server knew of the attempts up to this one.
    pub(super) fn forgot(&mut self, attempt: Attempt) {
        self.forgotten = attempt;
    }

    /// The client was told `fresh`: what it kept before and after, and what it told as outcome unknown.
    pub(super) fn fresh(&mut self, before: &Outbox, after: &Outbox, unknown: &[Payload]) {
        for payload in before.kept().map(|message| message.payload) {
            let goes_on = after.kept().any(|message| message.payload == payload);
            if self.transmitted.contains(payload) {
                self.expect(!goes_on, Promise::FreshSendsNothingAgain);
                self.expect(unknown.contains(&payload), Promise::OutcomeUnknownIsTold);
            } else {
                self.expect(goes_on, Promise::UntransmittedGoesOn);
            }
        }
        unknown.iter().for_each(|payload| self.told_unknown.insert(*payload));
        self.received.clear();
    }

    /// The server has put a message into an inbox.
    pub(super) fn pushed(&mut self, session: SessionName, message: Message) {
        self.pushed.push((session, message));
    }

    /// A message of the inbox reaches the application.
    pub(super) fn received(&mut self, message: Message, session: Option<SessionName>) {
        let Message { number, payload } = message;
        let is_next = number as usize == self.received.len() + 1;
        let is_genuine = self.pushed.iter().any(|(to, pushed)| Some(*to) == session && *pushed == message);
        self.expect(is_next && is_genuine, Promise::InboxIsComplete);
        self.received.push(Some(payload));
    }

    /// A message of the inbox is dropped as a repeat.
    pub(super) fn repeated(&mut self, message: Message) {
        let kept = self.received.get(message.number as usize - 1) == Some(&Some(message.payload));
        self.expect(kept, Promise::InboxIsComplete);
    }

    /// The application is told that numbers of the inbox are lost.
    pub(super) fn gap(&mut self, gap: RangeInclusive<Number>, ring_lost_up_to: Option<Number>) {
        let is_next = *gap.start() as usize == self.received.len() + 1;
        // The session may have died meanwhile, and what its ring had lost with it.
        let is_lost = ring_lost_up_to.is_none_or(|lost| *gap.end() <= lost);
        self.expect(is_next && is_lost, Promise::InboxIsComplete);
        self.received.resize(*gap.end() as usize, None);
    }

    /// Whether the application has everything of the inbox that it was not told to be lost.
    pub(super) fn has_received_all_of(&self, session: &Session) -> bool {
        let mut pushed = self.pushed.iter().filter(|(to, _)| *to == session.name);
        pushed.all(|(_, message)| match self.received.get(message.number as usize - 1) {
            Some(Some(payload)) => *payload == message.payload,
            Some(None) => true,
            None => false,
        })
    }

    /// Whether the message of the client was handled, or told as outcome unknown.
    pub(super) fn is_handled_or_told(&self, payload: Payload) -> bool {
        self.handled.contains(payload) || self.told_unknown.contains(payload)
    }

    fn cursor(&mut self, session: SessionName) -> &mut Number {
        let known = self.cursors.iter().position(|(name, _)| *name == session);
        let index = known.unwrap_or_else(|| {
            self.cursors.push((session, 0));
            self.cursors.len() - 1
        });
        &mut self.cursors[index].1
    }
}

/// A set of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Payloads(u32);

impl Payloads {
    fn insert(&mut self, payload: Payload) {
        self.0 |= 1 << payload;
    }

    fn contains(self, payload: Payload) -> bool {
        self.0 & 1 << payload != 0
    }

    fn iter(self) -> impl Iterator<Item = Payload> {
        (0..u32::BITS).filter(move |payload| self.contains(*payload))
    }
}
