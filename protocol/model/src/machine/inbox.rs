//! The server's end of a session's inbox (PROTOCOL.md sections 5 and 7).
//!
//! Owns: the numbering and the bounded ring of what may have to be repeated.

use std::collections::VecDeque;

use super::{Message, Number, Payload};

/// The server's end of one session's inbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Inbox {
    last: Number,
    ring: VecDeque<Message>,
    bound: usize,
    /// The last number that the bound has cost.
    lost: Number,
}

impl Inbox {
    /// An inbox whose ring holds `bound` messages; a real one's bound is in bytes.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self { last: 0, ring: VecDeque::new(), bound, lost: 0 }
    }

    /// The last number given.
    #[must_use]
    pub fn last(&self) -> Number {
        self.last
    }

    /// Numbers a message and keeps it, at the cost of the oldest.
    pub fn push(&mut self, payload: Payload) -> Message {
        self.last += 1;
        let message = Message { number: self.last, payload };
        self.ring.push_back(message);
        if self.ring.len() > self.bound {
            self.lost = self.ring.pop_front().map_or(self.lost, |message| message.number);
        }
        message
    }

    /// The last number that the ring has dropped before it was acknowledged.
    #[must_use]
    pub fn lost_up_to(&self) -> Number {
        self.lost
    }

    /// The client has given everything up to `number` to its application.
    pub fn trim(&mut self, number: Number) {
        self.ring.retain(|message| message.number > number);
    }

    /// The first number that a client at `position` gets.
    #[must_use]
    pub fn oldest(&self, position: Number) -> Number {
        let kept = self.ring.front().map_or(self.last + 1, |message| message.number);
        kept.max(position + 1)
    }

    /// What a client at `position` gets.
    pub fn after(&self, position: Number) -> impl Iterator<Item = Message> {
        self.ring.iter().copied().filter(move |message| message.number > position)
    }

    /// What is left where neither numbering nor ring was stored.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::new(self.bound)
    }
}
