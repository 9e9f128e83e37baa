//! A point in time that the driver reads and the machines only compare.
//!
//! `std::time::Instant` panics on `wasm32-unknown-unknown` and cannot be made
//! up in a test, so the machines have a type of their own.

use core::ops::Add;
use core::time::Duration;

/// Milliseconds since an origin that the driver chose, on a clock that never goes backwards.
///
/// Two instants are comparable only when they come from the same driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The instant `millis` milliseconds after the driver's origin.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the driver's origin.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant, zero when `earlier` is later.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    /// Adds whole milliseconds and stops at the end of time instead of wrapping.
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(duration)))
    }
}

/// `duration` in milliseconds, without the 128-bit arithmetic of `Duration::as_millis`.
pub(crate) const fn whole_millis(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1000).saturating_add(duration.subsec_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn time_saturates_at_both_ends() {
        let end = Instant::from_millis(u64::MAX);
        assert_eq!(end + Duration::MAX, end);
        assert_eq!(Instant::from_millis(1).saturating_duration_since(end), Duration::ZERO);
    }

    #[test]
    fn durations_are_counted_in_whole_milliseconds() {
        assert_eq!(Instant::from_millis(5) + Duration::from_micros(2_900), Instant::from_millis(7));
    }
}
