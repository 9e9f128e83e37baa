//! The client's end of its inbox (PROTOCOL.md section 5).
//!
//! Owns: the last number that was given to the application.

use std::ops::RangeInclusive;

use super::Number;
use crate::{Rule, Rules};

/// What a client makes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is the next one.
    Deliver,
    /// It was delivered before.
    Repeat,
    /// Numbers are missing before it: a violation.
    Gap,
}

/// The client's place in its inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    number: Number,
    /// What the last `resume` said.
    asked: Number,
}

impl Position {
    /// The last number that was given to the application.
    #[must_use]
    pub fn number(&self) -> Number {
        self.number
    }

    /// The number for a `resume`.
    pub fn ask(&mut self) -> Number {
        self.asked = self.number;
        self.number
    }

    /// The answer says that the inbox goes on with `oldest`: what is missing before it.
    pub fn answered(&mut self, oldest: Number, rules: Rules) -> Option<RangeInclusive<Number>> {
        let from = if rules.has(Rule::GapCountsFromThePosition) { self.number } else { self.asked } + 1;
        if oldest <= from {
            return None;
        }
        self.number = self.number.max(oldest - 1);
        rules.has(Rule::GapIsTold).then_some(from..=oldest - 1)
    }

    /// A message has arrived.
    pub fn receive(&mut self, number: Number, rules: Rules) -> Seen {
        if number <= self.number {
            return if rules.has(Rule::RepeatsAreDroppedByNumber) { Seen::Repeat } else { Seen::Deliver };
        }
        if number > self.number + 1 {
            return Seen::Gap;
        }
        self.number = number;
        Seen::Deliver
    }
}
