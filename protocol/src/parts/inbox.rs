//! What the server has taken in of a client's lane, and what of it is done.
//!
//! Owns: the two numbers `accepted` and `done`. Never: acknowledges what the
//! listener has not dealt with, or delivers a number twice while it lives.
//!
//! PROTOCOL.md §7.

use alloc::collections::{BTreeSet, VecDeque};

/// The client's lane as its receiver sees it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Inbox {
    accepted: u64,
    done: u64,
    /// What the messages up to `done` count as, in bytes.
    done_bytes: u64,
    /// For each number from `done + 1` to `accepted`, its bytes and whether it is finished: a request is before an
    /// older message may be.
    finished: VecDeque<(u32, bool)>,
    /// Numbers beyond `accepted` that the process before this one had finished, and that will come again.
    ahead: BTreeSet<u64>,
    /// Numbers up to this one may have been delivered before the process that holds the session took it over.
    doubtful: u64,
}

/// What to do with a message of the lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Accept {
    /// Deliver it; `redelivered` if a process that crashed may have done so already.
    Deliver {
        /// The mark for the listener.
        redelivered: bool,
    },
    /// The process before this one has finished it: it counts as taken in and finished at once.
    Handled,
    /// Drop it: it was taken in before.
    Repeat,
    /// The number is beyond the next one: a violation.
    Skipped,
}

impl Inbox {
    /// The lane of a session that comes from another process, which is known to be done up to `done`, and with the
    /// numbers `ahead` beyond it; `done_bytes` is what [`done_bytes`](Self::done_bytes) was there.
    #[must_use]
    pub fn from_done(done: u64, done_bytes: u64, ahead: impl IntoIterator<Item = u64>) -> Self {
        Self { accepted: done, done, done_bytes, ahead: ahead.into_iter().collect(), ..Self::default() }
    }

    /// That other process crashed: up to `sent`, the highest number the client ever transmitted, it may have
    /// delivered more than is known.
    pub fn doubt(&mut self, sent: u64) {
        self.doubtful = self.doubtful.max(sent);
    }

    /// The last number that is in doubt: a hand-over takes it along.
    #[must_use]
    pub const fn doubtful(&self) -> u64 {
        self.doubtful
    }

    /// Takes in the message with the number `number`, of `bytes` bytes.
    pub fn accept(&mut self, number: u64, bytes: u32) -> Accept {
        if number <= self.accepted {
            return Accept::Repeat;
        }
        if number > self.accepted + 1 {
            return Accept::Skipped;
        }
        self.accepted = number;
        self.finished.push_back((bytes, false));
        if self.ahead.remove(&number) {
            return Accept::Handled;
        }
        Accept::Deliver { redelivered: number <= self.doubtful }
    }

    /// The listener has dealt with `number`; whether [`done`](Self::done) has moved on.
    pub fn on_finished(&mut self, number: u64) -> bool {
        let index = number.checked_sub(self.done + 1).and_then(|index| usize::try_from(index).ok());
        if let Some(finished) = index.and_then(|index| self.finished.get_mut(index)) {
            finished.1 = true;
        }
        let before = self.done;
        self.advance();
        self.done > before
    }

    /// Numbers beyond [`done`](Self::done) that are finished: a hand-over takes them along.
    pub fn finished_ahead(&self) -> impl Iterator<Item = u64> {
        let beyond = (self.done + 1..).zip(&self.finished).filter(|(_, (_, is_finished))| *is_finished);
        beyond.map(|(number, _)| number).chain(self.ahead.iter().copied())
    }

    fn advance(&mut self) {
        while let Some((bytes, _)) = self.finished.pop_front_if(|(_, is_finished)| *is_finished) {
            self.done += 1;
            self.done_bytes += super::charge(bytes);
        }
    }

    /// The last number that was taken in, 0 for none.
    #[must_use]
    pub const fn accepted(&self) -> u64 {
        self.accepted
    }

    /// What the messages up to [`done`](Self::done) count as, in bytes.
    #[must_use]
    pub const fn done_bytes(&self) -> u64 {
        self.done_bytes
    }

    /// The last number that the listener has dealt with, 0 for none.
    #[must_use]
    pub const fn done(&self) -> u64 {
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const NEW: Accept = Accept::Deliver { redelivered: false };

    #[test]
    fn each_number_is_delivered_once_and_in_order() {
        let mut inbox = Inbox::default();
        assert_eq!(
            [1, 2, 2, 1, 3].map(|number| inbox.accept(number, 20)),
            [NEW, NEW, Accept::Repeat, Accept::Repeat, NEW]
        );
    }

    #[test]
    fn a_number_beyond_the_next_is_a_violation_and_changes_nothing() {
        let mut inbox = Inbox::default();
        assert_eq!(inbox.accept(2, 20), Accept::Skipped);
        assert_eq!(inbox.accept(1, 20), NEW);
    }

    #[test]
    fn taken_in_is_not_done() {
        let mut inbox = Inbox::default();
        let _ = (inbox.accept(1, 20), inbox.accept(2, 20));
        assert_eq!((inbox.accepted(), inbox.done()), (2, 0));
        assert!(inbox.on_finished(1));
        assert_eq!(inbox.done(), 1);
    }

    #[test]
    fn done_waits_for_every_number_before_it() {
        let mut inbox = Inbox::default();
        let _ = [1, 2, 3].map(|number| inbox.accept(number, 20));
        assert!(!inbox.on_finished(3) && !inbox.on_finished(2));
        assert!(inbox.on_finished(1));
        assert_eq!(inbox.done(), 3);
    }

    #[test]
    fn finishing_what_is_done_or_was_never_taken_in_changes_nothing() {
        let mut inbox = Inbox::default();
        let _ = inbox.accept(1, 20);
        assert!(inbox.on_finished(1));
        assert!(!inbox.on_finished(1) && !inbox.on_finished(7) && !inbox.on_finished(0));
        assert_eq!(inbox.done(), 1);
    }

    #[test]
    fn after_a_crash_what_may_have_been_delivered_is_marked_and_what_comes_first_is_not() {
        let mut inbox = Inbox::from_done(3, 60, []);
        inbox.doubt(5);
        let marks = [4, 5, 6].map(|number| inbox.accept(number, 20));
        let redelivered = Accept::Deliver { redelivered: true };
        assert_eq!(marks, [redelivered, redelivered, NEW]);
    }

    #[test]
    fn a_process_that_stopped_cleanly_leaves_nothing_in_doubt() {
        let mut inbox = Inbox::from_done(3, 60, []);
        assert_eq!([3, 4].map(|number| inbox.accept(number, 20)), [Accept::Repeat, NEW]);
    }

    #[test]
    fn what_was_finished_ahead_of_the_rest_is_not_delivered_by_the_next_process() {
        let mut before = Inbox::default();
        let _ = [1, 2, 3].map(|number| before.accept(number, 20));
        before.on_finished(2);
        let mut inbox = Inbox::from_done(before.done(), before.done_bytes(), before.finished_ahead());
        assert_eq!([1, 2, 3].map(|number| inbox.accept(number, 20)), [NEW, Accept::Handled, NEW]);
        assert!(!inbox.on_finished(2) && inbox.on_finished(1));
        assert_eq!((inbox.done(), inbox.done_bytes()), (2, 40));
    }
}
