//! Requests that wait for their reply.
//!
//! Owns: who waits for which number and until when. A number is settled once,
//! by whichever comes first: reply, cancel, deadline, or the end of the session.

use alloc::vec::Vec;

use crate::Instant;

/// Own requests by their number in the lane, each with the handle `H` of who waits.
#[derive(Clone, Debug)]
pub struct PendingRequests<H> {
    /// In the order of their numbers. (A search tree would be 5 KB of what ships to browsers.)
    waiting: Vec<Waiting<H>>,
    max_count: usize,
}

#[derive(Clone, Debug)]
struct Waiting<H> {
    number: u64,
    deadline: Option<Instant>,
    handle: H,
}

/// There are as many requests under way as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// The bound.
    pub max_count: usize,
}

impl<H> PendingRequests<H> {
    /// Nobody waits; at most `max_count` ever will.
    #[must_use]
    pub const fn new(max_count: usize) -> Self {
        Self { waiting: Vec::new(), max_count }
    }

    /// Whether another request may be made.
    ///
    /// # Errors
    ///
    /// [`TooMany`] with the bound.
    pub fn admit(&self) -> Result<(), TooMany> {
        let max_count = self.max_count;
        if self.waiting.len() < max_count { Ok(()) } else { Err(TooMany { max_count }) }
    }

    /// The request `number`, higher than all before it, was sent and waits until `deadline`, or for ever.
    pub fn insert(&mut self, number: u64, deadline: Option<Instant>, handle: H) {
        self.waiting.push(Waiting { number, deadline, handle });
    }

    /// Settles `number`; `None` when it was settled before, or was never asked.
    pub fn settle(&mut self, number: u64) -> Option<H> {
        self.take(|waiting| waiting.number == number).map(|waiting| waiting.handle)
    }

    /// Settles one request whose deadline has passed.
    pub fn expire(&mut self, now: Instant) -> Option<(u64, H)> {
        let due = |waiting: &Waiting<H>| waiting.deadline.is_some_and(|deadline| deadline <= now);
        self.take(due).map(|waiting| (waiting.number, waiting.handle))
    }

    /// Settles the oldest request with a number from `from` to `to`, both included.
    pub fn settle_one_of(&mut self, from: u64, to: u64) -> Option<H> {
        self.take(|waiting| (from..=to).contains(&waiting.number)).map(|waiting| waiting.handle)
    }

    /// Has the request `number`, if it still waits, wait among `others` as `renumbered`.
    pub fn hand_over(&mut self, number: u64, others: &mut Self, renumbered: u64) {
        if let Some(waiting) = self.take(|waiting| waiting.number == number) {
            others.waiting.push(Waiting { number: renumbered, ..waiting });
        }
    }

    /// The earliest deadline.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.waiting.iter().filter_map(|waiting| waiting.deadline).min()
    }

    fn take(&mut self, matches: impl Fn(&Waiting<H>) -> bool) -> Option<Waiting<H>> {
        let index = self.waiting.iter().position(matches)?;
        Some(self.waiting.remove(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn at(millis: u64) -> Option<Instant> {
        Some(Instant::from_millis(millis))
    }

    #[test]
    fn a_request_is_settled_once() {
        let mut pending = PendingRequests::new(4);
        pending.insert(7, None, "who asked");
        assert_eq!(pending.settle(7), Some("who asked"));
        assert_eq!(pending.settle(7), None);
        assert_eq!(pending.settle(8), None);
    }

    #[test]
    fn a_deadline_settles_what_nobody_answered() {
        let mut pending = PendingRequests::new(4);
        pending.insert(1, at(500), "late");
        pending.insert(2, None, "patient");
        pending.insert(3, at(100), "hasty");
        assert_eq!(pending.poll_timeout(), at(100));
        assert_eq!(pending.expire(Instant::from_millis(99)), None);
        assert_eq!(pending.expire(Instant::from_millis(100)), Some((3, "hasty")));
        assert_eq!(pending.expire(Instant::from_millis(100)), None);
        assert_eq!(pending.poll_timeout(), at(500));
    }

    #[test]
    fn there_is_a_bound_on_how_many_wait() {
        let mut pending = PendingRequests::new(2);
        pending.insert(1, None, ());
        assert_eq!(pending.admit(), Ok(()));
        pending.insert(2, None, ());
        assert_eq!(pending.admit(), Err(TooMany { max_count: 2 }));
        pending.settle(1);
        assert_eq!(pending.admit(), Ok(()));
    }

    #[test]
    fn a_range_of_numbers_is_settled_in_order() {
        let mut pending = PendingRequests::new(8);
        for number in 1..=6 {
            pending.insert(number, None, number);
        }
        let settled: Vec<_> = core::iter::from_fn(|| pending.settle_one_of(2, 4)).collect();
        assert_eq!(settled, [2, 3, 4]);
        assert_eq!((pending.settle(4), pending.settle(5)), (None, Some(5)));
    }

    #[test]
    fn requests_that_were_never_sent_keep_their_deadline_under_another_number() {
        let mut pending = PendingRequests::new(4);
        pending.insert(7, at(500), "sent");
        pending.insert(8, at(600), "unsent");
        let mut others = PendingRequests::new(4);
        pending.hand_over(8, &mut others, 1);
        pending.hand_over(9, &mut others, 2);
        assert_eq!(others.poll_timeout(), at(600));
        assert_eq!((others.settle(1), pending.settle(7)), (Some("unsent"), Some("sent")));
    }
}
