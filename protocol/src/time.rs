//! Points in time that the driver reads and the machines only compare, and the times between them.
//!
//! `std::time::Instant` panics on `wasm32-unknown-unknown` and cannot be made
//! up in a test. `core::time::Duration` counts seconds and nanoseconds apart,
//! which every sum and comparison pays for: a tenth of what ships to browsers.

use core::ops::Add;

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
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl<D: Into<Duration>> Add<D> for Instant {
    type Output = Self;

    /// Stops at the end of time instead of wrapping.
    fn add(self, duration: D) -> Self {
        Self(self.0.saturating_add(duration.into().0))
    }
}

/// A time in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(u64);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// Longer than anything lasts.
    pub const MAX: Self = Self(u64::MAX);

    /// `seconds` seconds.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        Self(seconds as u64 * 1000)
    }

    /// `millis` milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// In milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The sum, or the longest time there is.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Twice as long, so many `times`, or the longest time there is.
    #[must_use]
    pub const fn doubled(self, times: u32) -> Self {
        Self(if self.0 > u64::MAX >> times { u64::MAX } else { self.0 << times })
    }

    /// The difference, or no time.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Drops what is less than a millisecond.
impl From<core::time::Duration> for Duration {
    fn from(duration: core::time::Duration) -> Self {
        Self(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<Duration> for core::time::Duration {
    fn from(duration: Duration) -> Self {
        Self::from_millis(duration.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn time_does_not_run_over() {
        let end = Instant::from_millis(u64::MAX);
        assert_eq!(end + Duration::MAX, end);
        assert_eq!(Instant::from_millis(1).saturating_duration_since(end), Duration::ZERO);
        assert_eq!(Duration::from(core::time::Duration::MAX), Duration::MAX);
    }

    #[test]
    fn what_is_less_than_a_millisecond_is_dropped() {
        let duration = core::time::Duration::from_micros(2_900);
        assert_eq!(Instant::from_millis(5) + duration, Instant::from_millis(7));
    }
}
