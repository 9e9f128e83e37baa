//! The last messages of a stream, kept so that a reader who was away can catch up.
//!
//! Owns: the payloads of one stream and the numbers they have. Never: grows past
//! its bound; a reader who comes too late is told exactly what it missed.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// The numbers `from` to `to`, both included, that cannot be had any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first number that is lost.
    pub from: u64,
    /// The last number that is lost.
    pub to: u64,
}

/// Places that an empty ring keeps, so that a quiet conversation allocates nothing.
const IDLE_PLACES: usize = 4;

/// A bounded tail of a stream.
#[derive(Clone, Debug)]
pub struct Ring<P> {
    messages: VecDeque<(P, u32)>,
    /// The number of the last message of the stream, kept or not; 0 for none.
    last: u64,
    charged: u64,
    max_bytes: u64,
}

impl<P> Ring<P> {
    /// An empty ring for at most `max_bytes` bytes, a message below 16 bytes counting as 16.
    #[must_use]
    pub const fn new(max_bytes: u64) -> Self {
        Self { messages: VecDeque::new(), last: 0, charged: 0, max_bytes }
    }

    /// The ring again, of a stream that moved: the newest of what it [kept](Self::kept) has the number `last`.
    #[must_use]
    pub fn restore(last: u64, kept: Vec<(P, u32)>, max_bytes: u64) -> Self {
        let last = last.saturating_sub(kept.len() as u64);
        let mut ring = Self { last, ..Self::new(max_bytes) };
        for (payload, bytes) in kept {
            ring.push(payload, bytes);
        }
        ring
    }

    /// Gives a message the next number, and drops the oldest ones if the bound asks for it.
    ///
    /// A message that is larger than the whole ring has its number and is not kept.
    pub fn push(&mut self, payload: P, bytes: u32) -> u64 {
        self.last += 1;
        self.messages.push_back((payload, bytes));
        self.charged += super::charge(bytes);
        while self.charged > self.max_bytes {
            self.drop_oldest();
        }
        self.last
    }

    /// Drops everything up to `number`: every reader has it.
    pub fn trim(&mut self, number: u64) {
        while !self.messages.is_empty() && self.oldest() <= number {
            self.drop_oldest();
        }
        if self.messages.is_empty() {
            // A burst must not leave its memory behind.
            self.messages.shrink_to(IDLE_PLACES);
        }
    }

    /// What a reader that has everything up to `position` is missing: what is lost, then what follows with numbers.
    ///
    /// A position beyond [`last`](Self::last) is not of this stream; it has nothing to come.
    pub fn after(&self, position: u64) -> (Option<Gap>, impl Iterator<Item = (u64, &P)>) {
        let oldest = self.oldest();
        let first = (position + 1).max(oldest);
        let gap = (position + 1 < oldest).then_some(Gap { from: position + 1, to: oldest - 1 });
        let skipped = usize::try_from(first - oldest).unwrap_or(usize::MAX);
        (gap, (first..).zip(self.messages.iter().skip(skipped).map(|(payload, _)| payload)))
    }

    /// The messages that are kept, oldest first, with their sizes.
    pub fn kept(&self) -> impl Iterator<Item = (&P, u32)> {
        self.messages.iter().map(|(payload, bytes)| (payload, *bytes))
    }

    /// What the messages that are kept count as, in bytes.
    #[must_use]
    pub const fn charged(&self) -> u64 {
        self.charged
    }

    /// The number of the last message, 0 for none.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// The number of the oldest message that is kept, or of the next one when none is.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.last + 1 - self.messages.len() as u64
    }

    fn drop_oldest(&mut self) {
        if let Some((_, bytes)) = self.messages.pop_front() {
            self.charged -= super::charge(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A ring with room for three of its messages, after `count` were pushed.
    fn ring(count: u64) -> Ring<u64> {
        let mut ring = Ring::new(60);
        for number in 1..=count {
            assert_eq!(ring.push(number, 20), number);
        }
        ring
    }

    fn after(ring: &Ring<u64>, position: u64) -> (Option<Gap>, Vec<u64>) {
        let (gap, messages) = ring.after(position);
        (gap, messages.map(|(number, &payload)| (number == payload).then_some(number).unwrap()).collect())
    }

    #[test]
    fn a_reader_gets_what_follows_its_position() {
        assert_eq!(after(&ring(3), 1), (None, [2, 3].into()));
        assert_eq!(after(&ring(3), 3), (None, [].into()));
        assert_eq!(after(&ring(0), 0), (None, [].into()));
    }

    #[test]
    fn a_reader_that_comes_too_late_is_told_exactly_what_is_lost() {
        assert_eq!(after(&ring(7), 2), (Some(Gap { from: 3, to: 4 }), [5, 6, 7].into()));
        assert_eq!(after(&ring(7), 4), (None, [5, 6, 7].into()));
    }

    #[test]
    fn the_bound_holds_and_the_oldest_go_first() {
        let ring = ring(100);
        assert_eq!((ring.oldest(), ring.last()), (98, 100));
    }

    #[test]
    fn an_acknowledgement_trims_and_loses_nothing() {
        let mut ring = ring(3);
        ring.trim(2);
        assert_eq!(after(&ring, 2), (None, [3].into()));
        ring.trim(100);
        assert_eq!((ring.oldest(), ring.last()), (4, 3));
    }

    #[test]
    fn a_message_larger_than_the_ring_is_a_gap_for_who_missed_it() {
        let mut ring = ring(1);
        assert_eq!(ring.push(2, 1_000), 2);
        assert_eq!(after(&ring, 0), (Some(Gap { from: 1, to: 2 }), [].into()));
    }

    #[test]
    fn a_position_that_the_stream_has_not_reached_gets_nothing() {
        assert_eq!(after(&ring(3), 9), (None, [].into()));
    }
}
