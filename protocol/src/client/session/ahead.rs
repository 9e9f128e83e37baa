//! Messages that a driver transmits by itself, and tells of afterwards.
//!
//! Owns: when it may. Never: lets one overtake what waits. A browser's driver
//! asks once for many messages, since asking for each one costs more than
//! writing it does.

use super::{Session, State};
use crate::message::LaneMessage;

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    /// The number of the next message, if the driver may transmit messages of `bytes` bytes in all by itself, beginning
    /// with that one.
    ///
    /// It may until it asks anything else of the session or has it take something in; before that it calls
    /// [`on_transmitted`](Self::on_transmitted) for each message. A message below 16 bytes counts as 16.
    #[must_use]
    pub fn next_number(&self, bytes: u64) -> Option<u64> {
        let is_in_charge = matches!(self.state, State::Attached { successor: None, .. });
        let waits = !self.outputs.is_empty() || self.outbox.peek().is_some();
        let has_room = self.allowance.room().min(self.outbox.room()) >= bytes;
        (is_in_charge && !waits && has_room).then(|| self.outbox.last() + 1)
    }

    /// Takes in that the driver has transmitted a message by itself, under the next number.
    pub fn on_transmitted(&mut self, payload: P, bytes: u32) {
        let number = self.outbox.push_beyond(LaneMessage::Message(payload), bytes);
        self.allowance.on_transmitted(number, bytes);
        self.outbox.on_transmitted();
    }
}
