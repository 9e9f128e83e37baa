//! The server's clock, as the machines of `protocol` count time.

use std::time::Duration;

use staywire_protocol::Instant;

/// Counts from the server's beginning, in tokio's time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: tokio::time::Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { origin: tokio::time::Instant::now() }
    }

    pub(crate) fn now(self) -> Instant {
        let millis = self.origin.elapsed().as_millis();
        Instant::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// The moment that the machines call `instant`.
    pub(crate) fn at(self, instant: Instant) -> tokio::time::Instant {
        after(self.origin, Duration::from_millis(instant.as_millis()))
    }

    /// A moment that never comes.
    pub(crate) fn never(self) -> tokio::time::Instant {
        after(self.origin, Duration::MAX)
    }
}

/// `start + duration`, or a time that nobody lives to see where the clock cannot count so far.
pub(crate) fn after(start: tokio::time::Instant, duration: Duration) -> tokio::time::Instant {
    start + duration.min(THIRTY_YEARS)
}

const THIRTY_YEARS: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
