//! How much of its lane a client may transmit, as sums of bytes since the session began.
//!
//! Sums, and not windows: a number that is sent again counts once, so both
//! sides agree after any number of reconnects (PROTOCOL.md §8).

/// The sender's side: what it was granted and what it has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    granted: u64,
    used: u64,
    /// The last number that `used` counts.
    counted: u64,
}

impl Allowance {
    /// The server grants `bytes` in all; an older, smaller grant changes nothing.
    pub const fn on_grant(&mut self, bytes: u64) {
        if bytes > self.granted {
            self.granted = bytes;
        }
    }

    /// Bytes that may be transmitted beyond what was.
    #[must_use]
    pub const fn room(&self) -> u64 {
        self.granted.saturating_sub(self.used)
    }

    /// Whether the message `number` of `bytes` bytes may be transmitted.
    #[must_use]
    pub fn admits(&self, number: u64, bytes: u32) -> bool {
        number <= self.counted || self.used + super::charge(bytes) <= self.granted
    }

    /// Counts the message `number`, unless it was counted before.
    pub fn on_transmitted(&mut self, number: u64, bytes: u32) {
        if number > self.counted {
            self.counted = number;
            self.used += super::charge(bytes);
        }
    }
}

/// The receiver's side: what it has taken in, what it still holds, and what it grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    max_held: u64,
    taken_in: u64,
    released: u64,
    told: u64,
}

impl Grant {
    /// Grants as much as keeps at most `max_held` bytes waiting for the listener.
    #[must_use]
    pub const fn new(max_held: u64) -> Self {
        Self { max_held, taken_in: 0, released: 0, told: max_held }
    }

    /// The same for a session that comes from another process, where everything up to a sum of `done` is done.
    #[must_use]
    pub const fn from_done(done: u64, max_held: u64) -> Self {
        Self { max_held, taken_in: done, released: done, told: done.saturating_add(max_held) }
    }

    /// Counts a message of `bytes` bytes that was taken in.
    ///
    /// # Errors
    ///
    /// [`Overrun`] when the sender was not granted it: a violation.
    pub fn on_taken_in(&mut self, bytes: u32) -> Result<(), Overrun> {
        let taken_in = self.taken_in + super::charge(bytes);
        if taken_in > self.told {
            return Err(Overrun);
        }
        self.taken_in = taken_in;
        Ok(())
    }

    /// Messages that count as `done` bytes since the session began are done; the new grant when it is worth telling.
    ///
    /// Counted up to what is done and not by what is finished, so that another process, which knows only the former,
    /// grants the same. Told in steps of a quarter: a grant for every message would double the traffic.
    pub fn on_done(&mut self, done: u64) -> Option<u64> {
        self.released = done;
        let grant = self.current();
        (grant - self.told >= self.max_held / 4).then(|| {
            self.told = grant;
            grant
        })
    }

    /// The grant to state in an answer; it counts as told.
    pub const fn tell(&mut self) -> u64 {
        self.told = self.current();
        self.told
    }

    const fn current(&self) -> u64 {
        self.released.saturating_add(self.max_held)
    }
}

/// The sender transmitted more than it was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn nothing_is_transmitted_before_the_first_grant() {
        assert!(!Allowance::default().admits(1, 0));
    }

    #[test]
    fn a_repeat_counts_once() {
        let mut allowance = Allowance::default();
        allowance.on_grant(100);
        allowance.on_transmitted(1, 90);
        assert!(!allowance.admits(2, 90));
        assert!(allowance.admits(1, 90), "the same number again");
        allowance.on_transmitted(1, 90);
        allowance.on_grant(180);
        assert!(allowance.admits(2, 90));
    }

    #[test]
    fn a_grant_is_never_taken_back() {
        let mut allowance = Allowance::default();
        allowance.on_grant(100);
        allowance.on_grant(50);
        assert!(allowance.admits(1, 100));
    }

    #[test]
    fn both_sides_agree_for_ever() {
        let mut random = crate::Random::from_seed(9);
        let (mut allowance, mut grant) = (Allowance::default(), Grant::new(1_000));
        allowance.on_grant(grant.tell());
        let (mut held, mut done) = (alloc::collections::VecDeque::<u32>::new(), 0_u64);
        for number in 1..10_000 {
            let bytes = random.below(200);
            while !allowance.admits(number, bytes) {
                done += u64::from(held.pop_front().unwrap().max(16));
                if let Some(granted) = grant.on_done(done) {
                    allowance.on_grant(granted);
                }
            }
            allowance.on_transmitted(number, bytes);
            assert_eq!(grant.on_taken_in(bytes), Ok(()));
            held.push_back(bytes);
            let waiting: u64 = held.iter().map(|&bytes| u64::from(bytes.max(16))).sum();
            assert!(waiting <= 1_000, "the receiver's bound holds");
        }
    }

    #[test]
    fn a_sender_that_takes_more_than_it_was_granted_is_caught() {
        let mut grant = Grant::new(100);
        assert_eq!(grant.on_taken_in(90), Ok(()));
        assert_eq!(grant.on_taken_in(90), Err(Overrun));
    }
}
