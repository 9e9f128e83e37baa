//! The two clocks of a page, and what they say about each other.

use std::cell::Cell;

use staywire_protocol::Instant;
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

/// Reads both clocks; one for each conversation.
pub(crate) struct Clock {
    /// How far the wall clock is ahead, as last seen.
    ahead: Cell<f64>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { ahead: Cell::new(wall() - monotonic()) }
    }

    pub(crate) fn now() -> Instant {
        Instant::from_millis(monotonic() as u64)
    }

    /// Whether the wall clock ran away since the last call: the machine slept.
    pub(crate) fn jumped(&self) -> bool {
        let ahead = wall() - monotonic();
        ahead - self.ahead.replace(ahead) > JUMP
    }
}
