//! Randomness that comes from a seed, so that a run can be repeated.
//!
//! Good enough to spread clients over time; never for tokens or ids.

use crate::Duration;

/// `SplitMix64` (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator whose whole sequence follows from `seed`.
    #[must_use]
    pub const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..bound`, and 0 for a bound of 0.
    ///
    /// The upper 32 bits are scaled instead of divided: the bias, below
    /// `bound / 2^32`, does not matter for spreading clients.
    pub fn below(&mut self, bound: u32) -> u32 {
        let upper = self.next_u64() >> 32;
        ((upper * u64::from(bound)) >> 32) as u32
    }

    /// A time in `0..window`, in whole milliseconds ("full jitter").
    pub fn jitter(&mut self, window: Duration) -> Duration {
        let bound = u32::try_from(window.as_millis()).unwrap_or(u32::MAX);
        Duration::from_millis(u64::from(self.below(bound)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_sequence_is_that_of_the_published_generator() {
        let mut random = Random::from_seed(1_234_567);
        let drawn = [random.next_u64(), random.next_u64(), random.next_u64()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn jitter_covers_its_window_evenly_and_never_reaches_its_end() {
        let mut random = Random::from_seed(7);
        let mut buckets = [0_u32; 10];
        for _ in 0..10_000 {
            let drawn = random.jitter(Duration::from_millis(1_000)).as_millis() as usize;
            buckets[drawn / 100] += 1;
        }
        assert!(buckets.iter().all(|&count| (850..1_150).contains(&count)), "{buckets:?}");
    }

    #[test]
    fn an_empty_window_gives_zero() {
        assert_eq!(Random::from_seed(1).jitter(Duration::ZERO), Duration::ZERO);
    }
}
