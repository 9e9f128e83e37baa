//! What the client has sent and the server has not yet dealt with.
//!
//! Owns: the numbers of the client's lane, from `send` until the server says
//! *done*. Never: forgets a message because it was written, or because it was
//! taken in: a server that crashes after that needs it again.
//!
//! ```text
//!          done          transmitted        queued
//!   ──────────────┬──────────────────┬──────────────►  numbers
//!      forgotten  │ kept, to repeat  │ kept, to send
//!                 front              cursor
//! ```
//!
//! PROTOCOL.md §5, §6, §7.

use alloc::collections::VecDeque;

/// A message of the lane, kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<P> {
    /// Its number.
    pub number: u64,
    /// Its payload's size, in bytes.
    pub bytes: u32,
    /// Its payload.
    pub payload: P,
}

/// The client's lane as its sender sees it.
#[derive(Clone, Debug)]
pub struct Outbox<P> {
    kept: VecDeque<Kept<P>>,
    /// The number of the oldest kept message, or of the next one when none is kept.
    front: u64,
    /// The number of the next message to transmit on the connection in charge.
    cursor: u64,
    /// The highest number that was ever transmitted on any connection.
    sent: u64,
    charged: u64,
    max_bytes: u64,
}

/// What becomes of the kept messages when their session is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphans<P> {
    /// Transmitted and not acknowledged: nobody knows whether they took effect.
    pub unknown: VecDeque<Kept<P>>,
    /// Never transmitted: they belong to the next session.
    pub unsent: VecDeque<Kept<P>>,
}

impl<P> Outbox<P> {
    /// An empty lane that keeps at most `max_bytes` bytes, a message below 16 bytes counting as 16.
    #[must_use]
    pub const fn new(max_bytes: u64) -> Self {
        Self { kept: VecDeque::new(), front: 1, cursor: 1, sent: 0, charged: 0, max_bytes }
    }

    /// Gives a message the next number.
    ///
    /// # Errors
    ///
    /// The payload itself, with nothing changed: it would take the lane past its bound.
    pub fn push(&mut self, payload: P, bytes: u32) -> Result<u64, P> {
        if self.charged + super::charge(bytes) > self.max_bytes {
            return Err(payload);
        }
        Ok(self.push_beyond(payload, bytes))
    }

    /// The same without the bound, for messages whose number has a bound of its own.
    pub fn push_beyond(&mut self, payload: P, bytes: u32) -> u64 {
        self.charged += super::charge(bytes);
        let number = self.last() + 1;
        self.kept.push_back(Kept { number, bytes, payload });
        number
    }

    /// Bytes for which there is room.
    #[must_use]
    pub const fn room(&self) -> u64 {
        self.max_bytes.saturating_sub(self.charged)
    }

    /// The next message to transmit, without marking it as transmitted.
    #[must_use]
    pub fn peek(&self) -> Option<&Kept<P>> {
        self.kept.get(usize::try_from(self.cursor - self.front).ok()?)
    }

    /// Puts what `instead` gives, which takes no bytes, in the place of messages that were never transmitted.
    pub fn replace_unsent(&mut self, mut instead: impl FnMut(&Kept<P>) -> Option<P>) {
        let sent = self.sent;
        for kept in self.kept.iter_mut().filter(|kept| kept.number > sent) {
            if let Some(payload) = instead(kept) {
                self.charged = self.charged + super::charge(0) - super::charge(kept.bytes);
                kept.payload = payload;
                kept.bytes = 0;
            }
        }
    }

    /// Marks the message that [`peek`](Self::peek) shows as transmitted.
    pub fn on_transmitted(&mut self) {
        if self.peek().is_some() {
            self.sent = self.sent.max(self.cursor);
            self.cursor += 1;
        }
    }

    /// Forgets everything up to `done`; the number of messages that were forgotten.
    ///
    /// # Errors
    ///
    /// [`Overclaim`] when the server acknowledges what it was never sent.
    pub fn on_done(&mut self, done: u64) -> Result<u64, Overclaim> {
        if done > self.sent {
            return Err(Overclaim);
        }
        let forgotten = (done + 1).saturating_sub(self.front);
        for _ in 0..forgotten {
            if let Some(kept) = self.kept.pop_front() {
                self.charged -= super::charge(kept.bytes);
            }
        }
        self.front += forgotten;
        self.cursor = self.cursor.max(self.front);
        Ok(forgotten)
    }

    /// Goes on with a new connection to a session that has taken in everything up to `accepted`; how many messages
    /// were forgotten, being done.
    ///
    /// # Errors
    ///
    /// [`Overclaim`] when it says that it took in what it was never sent.
    pub fn on_resumed(&mut self, accepted: u64, done: u64) -> Result<u64, Overclaim> {
        if accepted > self.sent || done > accepted {
            return Err(Overclaim);
        }
        let forgotten = self.on_done(done)?;
        self.cursor = (accepted + 1).max(self.front);
        Ok(forgotten)
    }

    /// Gives up the session; the lane is empty and begins at 1 again.
    pub fn on_fresh(&mut self) -> Orphans<P> {
        let transmitted = usize::try_from((self.sent + 1).saturating_sub(self.front)).unwrap_or(usize::MAX);
        let mut unknown = core::mem::take(&mut self.kept);
        let unsent = unknown.split_off(transmitted.min(unknown.len()));
        *self = Self::new(self.max_bytes);
        Orphans { unknown, unsent }
    }

    /// The messages that are kept, oldest first.
    pub fn kept(&self) -> impl Iterator<Item = &Kept<P>> {
        self.kept.iter()
    }

    /// The last number that was given, 0 for none.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.front + self.kept.len() as u64 - 1
    }

    /// The highest number that was ever transmitted, 0 for none.
    #[must_use]
    pub const fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether the server is done with everything that was given a number.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

/// The peer claims to have got what it was never sent: a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overclaim;

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn lane(messages: &[&'static str]) -> Outbox<&'static str> {
        let mut outbox = Outbox::new(1_000);
        for &message in messages {
            outbox.push(message, 20).unwrap();
        }
        outbox
    }

    /// Transmits until nothing is left, or `limit` messages were.
    fn transmit(outbox: &mut Outbox<&'static str>, limit: usize) -> Vec<u64> {
        let mut numbers = Vec::new();
        while numbers.len() < limit
            && let Some(number) = outbox.peek().map(|kept| kept.number)
        {
            outbox.on_transmitted();
            numbers.push(number);
        }
        numbers
    }

    #[test]
    fn numbers_begin_at_one_and_follow_each_other() {
        let mut outbox = lane(&["a", "b", "c"]);
        assert_eq!(transmit(&mut outbox, 9), [1, 2, 3]);
    }

    #[test]
    fn a_message_is_kept_until_it_is_done_not_until_it_is_written() {
        let mut outbox = lane(&["a", "b"]);
        transmit(&mut outbox, 2);
        assert!(!outbox.is_empty());
        assert_eq!(outbox.on_done(2), Ok(2));
        assert!(outbox.is_empty());
    }

    #[test]
    fn after_a_resume_only_what_was_not_taken_in_is_sent_again() {
        let mut outbox = lane(&["a", "b", "c", "d"]);
        transmit(&mut outbox, 3);
        outbox.on_resumed(2, 1).unwrap();
        assert_eq!(transmit(&mut outbox, 9), [3, 4]);
        assert_eq!(outbox.on_done(4), Ok(3), "the second was kept: taken in is not done");
    }

    #[test]
    fn a_server_that_lost_what_it_had_taken_in_gets_it_again() {
        let mut outbox = lane(&["a", "b", "c"]);
        transmit(&mut outbox, 3);
        outbox.on_resumed(3, 1).unwrap();
        outbox.on_resumed(1, 1).unwrap();
        assert_eq!(transmit(&mut outbox, 9), [2, 3]);
    }

    #[test]
    fn a_fresh_session_gets_what_was_never_sent_and_the_rest_is_unknown() {
        let mut outbox = lane(&["a", "b", "c", "d"]);
        transmit(&mut outbox, 3);
        outbox.on_done(1).unwrap();
        let orphans = outbox.on_fresh();
        let payloads =
            |kept: VecDeque<Kept<_>>| kept.into_iter().map(|kept| kept.payload).collect::<Vec<_>>();
        assert_eq!((payloads(orphans.unknown), payloads(orphans.unsent)), (["b", "c"].into(), ["d"].into()));
        assert_eq!((outbox.push("e", 1), outbox.sent()), (Ok(1), 0));
    }

    #[test]
    fn what_was_transmitted_on_an_older_connection_stays_unknown_even_if_not_on_this_one() {
        let mut outbox = lane(&["a", "b"]);
        transmit(&mut outbox, 2);
        outbox.on_resumed(0, 0).unwrap();
        assert_eq!(outbox.on_fresh().unknown.len(), 2);
    }

    #[test]
    fn claims_about_what_was_never_sent_are_refused() {
        let mut outbox = lane(&["a", "b"]);
        transmit(&mut outbox, 1);
        assert_eq!(outbox.on_done(2), Err(Overclaim));
        assert_eq!(outbox.on_resumed(2, 0), Err(Overclaim));
        assert_eq!(outbox.on_resumed(0, 1), Err(Overclaim));
        assert_eq!(transmit(&mut outbox, 9), [2], "nothing has changed");
    }

    #[test]
    fn an_old_acknowledgement_changes_nothing() {
        let mut outbox = lane(&["a", "b"]);
        transmit(&mut outbox, 2);
        outbox.on_done(2).unwrap();
        assert_eq!(outbox.on_done(1), Ok(0));
    }

    #[test]
    fn unacknowledged_messages_count_against_the_bound() {
        let mut outbox = Outbox::new(32);
        outbox.push("a", 1).unwrap();
        outbox.push("b", 1).unwrap();
        assert_eq!(outbox.push("c", 1), Err("c"));
        transmit(&mut outbox, 2);
        assert_eq!(outbox.push("c", 1), Err("c"), "transmitted is not done");
        outbox.on_done(1).unwrap();
        assert_eq!(outbox.push("c", 1), Ok(3));
    }
}
