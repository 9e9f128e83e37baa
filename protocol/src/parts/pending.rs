//! Requests that wait for their reply.
//!
//! Owns: who waits for which number and until when. A number is settled once,
//! by whichever comes first: reply, cancel, deadline, or the end of the session.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::Instant;

/// Own requests by their number in the lane, each with the handle `H` of who waits.
#[derive(Clone, Debug)]
pub struct PendingRequests<H> {
    waiting: BTreeMap<u64, Waiting<H>>,
    max_count: usize,
}

#[derive(Clone, Debug)]
struct Waiting<H> {
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
        Self { waiting: BTreeMap::new(), max_count }
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

    /// The request `number` was sent, and waits until `deadline`, or for ever.
    pub fn insert(&mut self, number: u64, deadline: Option<Instant>, handle: H) {
        self.waiting.insert(number, Waiting { deadline, handle });
    }

    /// Settles `number`; `None` when it was settled before, or was never asked.
    pub fn settle(&mut self, number: u64) -> Option<H> {
        self.waiting.remove(&number).map(|waiting| waiting.handle)
    }

    /// Settles one request whose deadline has passed.
    pub fn expire(&mut self, now: Instant) -> Option<(u64, H)> {
        let due = |waiting: &Waiting<H>| waiting.deadline.is_some_and(|deadline| deadline <= now);
        let (&number, _) = self.waiting.iter().find(|(_, waiting)| due(waiting))?;
        self.settle(number).map(|handle| (number, handle))
    }

    /// Gives the requests their numbers in another session; those without one are settled.
    pub fn renumber(&mut self, numbers: &BTreeMap<u64, u64>) -> Vec<H> {
        let mut settled = Vec::new();
        for (number, waiting) in core::mem::take(&mut self.waiting) {
            match numbers.get(&number) {
                Some(&renumbered) => drop(self.waiting.insert(renumbered, waiting)),
                None => settled.push(waiting.handle),
            }
        }
        settled
    }

    /// Settles the requests with the numbers `from` to `to`, both included.
    pub fn settle_all(&mut self, from: u64, to: u64) -> Vec<H> {
        let mut rest = self.waiting.split_off(&from);
        if let Some(beyond) = to.checked_add(1) {
            self.waiting.append(&mut rest.split_off(&beyond));
        }
        rest.into_values().map(|waiting| waiting.handle).collect()
    }

    /// Settles everything: the session is gone.
    pub fn drain(&mut self) -> impl Iterator<Item = (u64, H)> + use<H> {
        core::mem::take(&mut self.waiting).into_iter().map(|(number, waiting)| (number, waiting.handle))
    }

    /// The earliest deadline.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.waiting.values().filter_map(|waiting| waiting.deadline).min()
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
    fn a_range_of_numbers_is_settled_together() {
        let mut pending = PendingRequests::new(8);
        for number in 1..=6 {
            pending.insert(number, None, number);
        }
        assert_eq!(pending.settle_all(2, 4), [2, 3, 4]);
        assert_eq!(pending.drain().map(|(number, _)| number).collect::<Vec<_>>(), [1, 5, 6]);
    }

    #[test]
    fn requests_that_were_never_sent_keep_their_deadline_under_another_number() {
        let mut pending = PendingRequests::new(4);
        pending.insert(7, at(500), "sent");
        pending.insert(8, at(600), "unsent");
        assert_eq!(pending.renumber(&BTreeMap::from([(8, 1)])), ["sent"]);
        assert_eq!(pending.poll_timeout(), at(600));
        assert_eq!(pending.settle(1), Some("unsent"));
    }

    #[test]
    fn the_end_of_the_session_settles_all_in_order() {
        let mut pending = PendingRequests::new(4);
        for number in [3, 1, 2] {
            pending.insert(number, None, number);
        }
        assert_eq!(pending.drain().map(|(number, _)| number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(pending.poll_timeout(), None);
    }
}
