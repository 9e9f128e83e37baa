//! When to acknowledge what was received: by bytes or by time, whichever comes first.
//!
//! Each acknowledgement lets the other side forget; too many of them double
//! the traffic, too few let its ring run over.

use crate::{Duration, Instant};

/// Decides when the last number that was delivered is worth telling.
#[derive(Clone, Copy, Debug)]
pub struct Acknowledger {
    max_bytes: u64,
    max_delay: Duration,
    /// The last number that was told.
    told: u64,
    /// The last number that was delivered.
    delivered: u64,
    /// Bytes delivered since the last telling.
    bytes: u64,
    due: Option<Instant>,
}

impl Acknowledger {
    /// Tells after `max_bytes` bytes (a message below 16 bytes counting as 16) or `max_delay`.
    #[must_use]
    pub const fn new(max_bytes: u64, max_delay: Duration) -> Self {
        Self { max_bytes, max_delay, told: 0, delivered: 0, bytes: 0, due: None }
    }

    /// Goes on after `number`, which the other side knows of.
    pub const fn resume_after(&mut self, number: u64) {
        self.told = number;
        self.delivered = number;
    }

    /// The message `number` of `bytes` bytes was delivered; whether to tell at once.
    ///
    /// Without a clock, so that it can be called for each message; [`arm`](Self::arm) sets the time.
    pub fn on_delivered(&mut self, number: u64, bytes: u32) -> bool {
        self.delivered = number;
        self.bytes += super::charge(bytes);
        self.bytes >= self.max_bytes
    }

    /// Whether there is something to tell and no time is set.
    #[must_use]
    pub const fn is_unarmed(&self) -> bool {
        self.due.is_none() && self.delivered > self.told
    }

    /// Sets the time by which to tell, if there is something to tell and no time is set.
    pub fn arm(&mut self, now: Instant) {
        if self.is_unarmed() {
            self.due = Some(now + self.max_delay);
        }
    }

    /// The number to tell now; it counts as told.
    pub const fn tell(&mut self) -> u64 {
        self.told = self.delivered;
        self.bytes = 0;
        self.due = None;
        self.told
    }

    /// Whether the time to tell has come.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// When [`is_due`](Self::is_due) becomes true.
    #[must_use]
    pub const fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn acknowledger() -> Acknowledger {
        Acknowledger::new(1_000, Duration::from_millis(200))
    }

    const START: Instant = Instant::from_millis(0);

    #[test]
    fn many_bytes_are_told_at_once() {
        let mut acknowledger = acknowledger();
        assert!(!acknowledger.on_delivered(1, 900));
        assert!(acknowledger.on_delivered(2, 100));
        assert_eq!(acknowledger.tell(), 2);
        assert!(!acknowledger.on_delivered(3, 900), "counting begins anew");
    }

    #[test]
    fn few_bytes_are_told_when_the_first_of_them_has_waited_long_enough() {
        let mut acknowledger = acknowledger();
        acknowledger.on_delivered(1, 10);
        acknowledger.arm(START);
        acknowledger.on_delivered(2, 10);
        acknowledger.arm(Instant::from_millis(150));
        assert!(!acknowledger.is_due(Instant::from_millis(199)));
        assert!(acknowledger.is_due(Instant::from_millis(200)));
        assert_eq!((acknowledger.tell(), acknowledger.poll_timeout()), (2, None));
    }

    #[test]
    fn nothing_delivered_is_nothing_to_tell() {
        let mut acknowledger = acknowledger();
        acknowledger.arm(START);
        assert_eq!(acknowledger.poll_timeout(), None);
    }

    #[test]
    fn a_number_that_a_heartbeat_told_is_not_told_again() {
        let mut acknowledger = acknowledger();
        acknowledger.on_delivered(1, 10);
        acknowledger.arm(START);
        assert_eq!(acknowledger.tell(), 1);
        acknowledger.arm(Instant::from_millis(50));
        assert_eq!(acknowledger.poll_timeout(), None);
    }
}
