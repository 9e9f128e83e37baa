//! What the server sent to the page alone.

use std::collections::BTreeMap;

use staywire_protocol::message::Answer;
use staywire_protocol::parts::ring::Gap;

use crate::session_world::payload::Payload;

/// What came, in the order in which it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum InboxEntry {
    /// A message or a request; nothing if its payload is not what anybody sent.
    Payload(Option<u64>),
    Gap(Gap),
}

/// One session, as its page saw it.
#[derive(Debug, Default)]
pub(in super::super) struct InboxLife {
    /// Its id, as a number.
    pub(in super::super) session: u64,
    pub(in super::super) entries: Vec<InboxEntry>,
    /// The requests that are with the page's handlers.
    requests: BTreeMap<u64, u64>,
}

#[derive(Debug, Default)]
pub(in super::super) struct Inbox {
    pub(in super::super) lives: Vec<InboxLife>,
    /// The session that the answer names which was read last.
    answered: u64,
    /// Whether a conversation was over.
    has_ended: bool,
}

impl Inbox {
    pub(super) fn answered(&mut self, answer: &Answer) {
        if let Answer::Welcome { session, .. } | Answer::Fresh { session, .. } = answer {
            self.answered = session.bits() as u64;
        }
    }

    /// A session begins.
    pub(super) fn begin(&mut self) {
        self.lives.push(InboxLife { session: self.answered, ..InboxLife::default() });
    }

    pub(super) const fn over(&mut self) {
        self.has_ended = true;
    }

    pub(super) fn message(&mut self, payload: &Payload) {
        self.enter(InboxEntry::Payload(payload.number()));
    }

    pub(super) fn request(&mut self, number: u64, payload: &Payload) {
        self.enter(InboxEntry::Payload(payload.number()));
        if let (Some(payload), Some(life)) = (payload.number(), self.lives.last_mut()) {
            life.requests.insert(number, payload);
        }
    }

    pub(super) fn gap(&mut self, gap: Gap) {
        self.enter(InboxEntry::Gap(gap));
    }

    /// The request `number` wants no reply any more.
    pub(super) fn cancelled(&mut self, number: u64) {
        if let Some(life) = self.lives.last_mut() {
            life.requests.remove(&number);
        }
    }

    fn enter(&mut self, entry: InboxEntry) {
        if let Some(life) = self.lives.last_mut() {
            life.entries.push(entry);
        }
    }

    /// Whether a gap was told, or a session ended with what was in its inbox.
    pub(in super::super) fn has_lost_something(&self) -> bool {
        let is_gap = |entry: &InboxEntry| matches!(entry, InboxEntry::Gap(_));
        self.has_ended
            || self.lives.len() > 1
            || self.lives.iter().any(|life| life.entries.iter().any(is_gap))
    }

    /// The session that the page has now, counted from 0.
    pub(super) const fn life(&self) -> usize {
        self.lives.len().saturating_sub(1)
    }

    /// Whether the request `number` of the session `life` still wants a reply: a lost session's requests want none.
    pub(super) fn has_request(&self, life: usize, number: u64) -> bool {
        life == self.life() && self.lives.last().is_some_and(|life| life.requests.contains_key(&number))
    }
}
