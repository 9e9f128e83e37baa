//! Times drawn from a seed.

use std::time::Duration;

use staywire_protocol::Random;

/// A time in `0..window`, in whole microseconds; what is beyond 71 minutes of the window is never drawn.
pub(super) fn draw(random: &mut Random, window: Duration) -> Duration {
    let micros = u32::try_from(window.as_micros()).unwrap_or(u32::MAX);
    Duration::from_micros(u64::from(random.below(micros)))
}
