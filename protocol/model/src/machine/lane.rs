//! The server's end of the client's lane (PROTOCOL.md section 7).
//!
//! Owns: `accepted`, `done`, what lies between them, and which of it may have
//! reached the listener before a crash.
//!
//! ```text
//! take ──► waiting ──start──► running ──finish──► done
//! └─ accepted grows                     └─ acknowledged, kept through a crash
//! ```

use std::collections::VecDeque;

use super::{Message, Number};
use crate::{Rule, Rules};

/// What became of a message that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It will be delivered.
    Accepted,
    /// It had been taken in before.
    Repeat,
    /// Numbers are missing before it: a violation.
    Gap,
}

/// A message as the listener gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delivery {
    /// The message.
    pub message: Message,
    /// It may have been delivered before a crash.
    pub redelivered: bool,
}

/// The server's end of one client's lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Lane {
    accepted: Number,
    done: Number,
    waiting: VecDeque<Message>,
    running: Option<Message>,
    restored: Option<Restored>,
}

/// What a process knows of the one that crashed before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Restored {
    /// The numbers up to here may have been delivered.
    delivered_to: Number,
    /// The client has heard from this process: what it transmits from now on is for this one only.
    proven: bool,
}

impl Lane {
    /// The last number taken in, as the answer says it.
    #[must_use]
    pub fn accepted(&self, rules: Rules) -> Number {
        if rules.has(Rule::AcceptedIsDropped) { self.accepted } else { self.done }
    }

    /// The last number that was handled.
    #[must_use]
    pub fn done(&self) -> Number {
        self.done
    }

    /// The last number that may be acknowledged.
    #[must_use]
    pub fn acknowledged(&self, rules: Rules) -> Number {
        if rules.has(Rule::OnlyDoneIsAcknowledged) { self.done } else { self.accepted }
    }

    /// Everything that was taken in and is not handled.
    pub fn unhandled(&self) -> impl Iterator<Item = &Message> {
        self.running.iter().chain(&self.waiting)
    }

    /// Whether the listener is handling a message.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// A message has arrived.
    pub fn take(&mut self, message: Message, rules: Rules) -> Taken {
        if message.number <= self.accepted(rules) {
            return Taken::Repeat;
        }
        if message.number > self.accepted + 1 {
            return Taken::Gap;
        }
        self.accepted = message.number;
        self.waiting.push_back(message);
        Taken::Accepted
    }

    /// The listener is free: the next message for it.
    pub fn start(&mut self, rules: Rules) -> Option<Delivery> {
        if self.is_running() {
            return None;
        }
        let message = self.waiting.pop_front()?;
        self.running = Some(message);
        let doubtful = self.restored.is_some_and(|restored| message.number <= restored.delivered_to);
        Some(Delivery { message, redelivered: doubtful && rules.has(Rule::RedeliveryIsMarked) })
    }

    /// The listener has returned, whatever it said.
    pub fn finish(&mut self) -> Option<Message> {
        let message = self.running.take()?;
        self.done = self.done.max(message.number);
        Some(message)
    }

    /// The client has resumed, having transmitted everything up to `sent`.
    pub fn resumed(&mut self, sent: Number, rules: Rules) {
        let Some(restored) = &mut self.restored else { return };
        let follows = rules.has(Rule::MarkFollowsSentUntilProven) || restored.delivered_to == 0;
        if follows && !restored.proven {
            restored.delivered_to = restored.delivered_to.max(sent);
        }
    }

    /// The answer of this process has arrived.
    pub fn proven(&mut self) {
        if let Some(restored) = &mut self.restored {
            restored.proven = true;
        }
    }

    /// The process has crashed: what another one finds in the record.
    #[must_use]
    pub fn after_crash(&self) -> Self {
        Self { accepted: self.done, done: self.done, restored: Some(Restored::default()), ..Self::default() }
    }

    /// Another process takes over, this one having stopped in good order.
    #[must_use]
    pub fn after_hand_over(&self, rules: Rules) -> Self {
        let mut lane = self.clone();
        // Without the rule to wait, the call in progress counts as one that has yet to be made.
        lane.waiting.extend(lane.running.take());
        lane.waiting.rotate_right(usize::from(self.is_running()));
        if !rules.has(Rule::HandOverTakesAccepted) {
            lane.accepted = lane.done;
        }
        lane
    }
}
