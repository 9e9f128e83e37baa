//! The two clocks of a page, and what they say about each other.

use core::cell::Cell;

use staywire_protocol::{Duration, Instant};
use wasm_bindgen::prelude::*;

/// The wall clock may run ahead of the monotonic one by this much, in ms, before it counts as a jump.
///
/// Clocks are adjusted by less; a machine that slept is off by more.
const JUMP: f64 = 2_000.0;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds on a clock that never goes backwards, and may stand still while the machine sleeps.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;

    /// Milliseconds of the wall clock, which goes on while the machine sleeps.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn wall() -> f64;
}

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
    ahead: Cell<f64>,
}

impl SleepDetector {
    pub(crate) fn new() -> Self {
        Self { ahead: Cell::new(wall() - monotonic()) }
    }

    /// Whether the wall clock ran away since the last call.
    pub(crate) fn slept(&self) -> bool {
        let ahead = wall() - monotonic();
        ahead - self.ahead.replace(ahead) > JUMP
    }
}
