//! The client's end of its lane (PROTOCOL.md sections 5 to 7).
//!
//! Owns: the numbering, what is kept until it is done, and the last number
//! ever transmitted.

use std::collections::VecDeque;

use super::{Message, Number, Payload};
use crate::{Rule, Rules};

/// The client's end of its lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outbox {
    last: Number,
    sent: Number,
    kept: VecDeque<Message>,
}

impl Outbox {
    /// The last number ever transmitted.
    #[must_use]
    pub fn sent(&self) -> Number {
        self.sent
    }

    /// What is kept, in order.
    pub fn kept(&self) -> impl Iterator<Item = Message> {
        self.kept.iter().copied()
    }

    /// The application sends; nothing is transmitted yet.
    pub fn submit(&mut self, payload: Payload) {
        self.last += 1;
        self.kept.push_back(Message { number: self.last, payload });
    }

    /// Everything above `number`, to be transmitted in this order.
    pub fn transmit_above(&mut self, number: Number) -> Vec<Message> {
        let messages: Vec<_> = self.kept().filter(|message| message.number > number).collect();
        self.sent = messages.last().map_or(self.sent, |message| self.sent.max(message.number));
        messages
    }

    /// Everything up to `done` is handled.
    pub fn forget(&mut self, done: Number) -> Vec<Payload> {
        let (forgotten, kept) = self.kept().partition(|message| message.number <= done);
        self.kept = kept;
        payloads(&forgotten)
    }

    /// Another session begins; what is returned is told as outcome unknown.
    pub fn begin_again(&mut self, rules: Rules) -> Vec<Payload> {
        let sent = self.sent;
        let (transmitted, never): (VecDeque<_>, _) = self.kept().partition(|message| message.number <= sent);
        *self = Self::default();
        if !rules.has(Rule::FreshSendsNothingAgain) {
            transmitted.iter().for_each(|message| self.submit(message.payload));
        }
        if rules.has(Rule::FreshKeepsTheUntransmitted) {
            never.iter().for_each(|message: &Message| self.submit(message.payload));
        }
        if rules.has(Rule::FreshTellsOutcomeUnknown) { payloads(&transmitted) } else { Vec::new() }
    }
}

fn payloads(messages: &VecDeque<Message>) -> Vec<Payload> {
    messages.iter().map(|message| message.payload).collect()
}
