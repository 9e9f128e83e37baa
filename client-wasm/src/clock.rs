//! The two clocks of a page, and what they say about each other.

use core::mem;

use staywire_protocol::{Duration, Instant};

use crate::wire::{monotonic, wall};

/// The wall clock may run ahead of the monotonic one by this much, in ms, before it counts as a jump.
///
/// Clocks are adjusted by less; a machine that slept is off by more.
const JUMP: f64 = 2_000.0;

pub(crate) fn now() -> Instant {
    Instant::from_millis(monotonic() as u64)
}

/// `duration` as the browser's timers count it.
pub(crate) fn whole_millis(duration: Duration) -> u32 {
    duration.as_millis().min(i32::MAX as u64) as u32
}

/// Finds out whether the machine slept.
pub(crate) struct SleepDetector {
    /// How far the wall clock was ahead when last seen.
    ahead: f64,
}

impl SleepDetector {
    pub(crate) fn new() -> Self {
        Self { ahead: wall() - monotonic() }
    }

    /// Whether the wall clock ran away since the last call.
    pub(crate) fn slept(&mut self) -> bool {
        let ahead = wall() - monotonic();
        ahead - mem::replace(&mut self.ahead, ahead) > JUMP
    }
}
