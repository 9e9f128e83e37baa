//! The two clocks of a machine, and what they say about each other.

use std::time::{Duration, SystemTime};

use staywire_protocol::Instant;

/// The wall clock may run ahead of the monotonic one by this much before it counts as a jump.
///
/// Clocks are adjusted by less; a machine that slept is off by more.
const JUMP: Duration = Duration::from_secs(2);

/// Counts the time that the client's machine is told.
pub(crate) struct Clock {
    origin: tokio::time::Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { origin: tokio::time::Instant::now() }
    }

    pub(crate) fn now(&self) -> Instant {
        let elapsed = self.origin.elapsed().as_millis();
        Instant::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX))
    }

    /// When `instant` is, as tokio counts it.
    pub(crate) fn tokio_instant(&self, instant: Instant) -> tokio::time::Instant {
        self.origin + Duration::from_millis(instant.as_millis())
    }
}

/// Finds out whether the computer slept: then the wall clock went on and the monotonic one did not.
pub(crate) struct SleepDetector {
    monotonic: tokio::time::Instant,
    wall: SystemTime,
}

impl SleepDetector {
    pub(crate) fn new() -> Self {
        Self { monotonic: tokio::time::Instant::now(), wall: SystemTime::now() }
    }

    /// Whether the wall clock ran away since the last call.
    pub(crate) fn slept(&mut self) -> bool {
        let before = std::mem::replace(self, Self::new());
        // A wall clock that was set back says nothing.
        let by_wall = self.wall.duration_since(before.wall).unwrap_or_default();
        by_wall > self.monotonic.duration_since(before.monotonic) + JUMP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_a_wall_clock_that_ran_away_tells_of_sleep() {
        let mut detector = SleepDetector::new();
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(!detector.slept(), "time that both clocks counted, or only the monotonic one");
        detector.wall -= Duration::from_secs(60);
        assert!(detector.slept());
        detector.wall += Duration::from_secs(60);
        assert!(!detector.slept(), "the wall clock was set back");
    }
}
