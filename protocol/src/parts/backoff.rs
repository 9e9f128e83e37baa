//! How long to wait before the next attempt.
//!
//! Full jitter on every attempt, the first included: clients that were dropped
//! together must not come back together (`random between 0 and the window`,
//! from AWS's "Exponential Backoff and Jitter").

use crate::{Duration, Random};

/// The windows from which a [`Backoff`] draws its delays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackoffConfig {
    /// The first window; each attempt doubles it. Default 0.5 s.
    pub min_reconnect_delay: Duration,
    /// The largest window. Default 20 s.
    pub max_reconnect_delay: Duration,
    /// The smallest window after a connection that had been open. Default 2.5 s.
    ///
    /// A server that stops drops everybody at once; a twenty-fifth of them in
    /// an even tenth of a second keeps the busiest one below a twentieth.
    pub established_spread: Duration,
    /// How long a connection has to last before the attempts are counted from zero again. Default 5 s.
    ///
    /// Without it, a server that accepts and drops makes a tight loop.
    pub min_uptime: Duration,
}

impl Default for BackoffConfig {
    fn default() -> Self {
        Self {
            min_reconnect_delay: Duration::from_millis(500),
            max_reconnect_delay: Duration::from_secs(20),
            established_spread: Duration::from_millis(2_500),
            min_uptime: Duration::from_secs(5),
        }
    }
}

/// What is known about the connection that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It never opened.
    BeforeOpen,
    /// It was closed under us, as it may have been for everybody else.
    Established,
    /// It fell silent, which each client notices at a time of its own.
    Silent,
}

/// Counts attempts and draws their delays.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    attempt: u32,
}

impl Backoff {
    /// A backoff before its first attempt.
    #[must_use]
    pub const fn new() -> Self {
        Self { attempt: 0 }
    }

    /// Attempts made since the last connection that lasted; the next one has this number, the first is 0.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Counts an attempt and returns how long to wait before it.
    pub fn next_delay(&mut self, config: &BackoffConfig, lost: Lost, random: &mut Random) -> Duration {
        let doubled = config.min_reconnect_delay.doubled(self.attempt.min(16));
        let window = match lost {
            Lost::Established => doubled.max(config.established_spread),
            Lost::BeforeOpen | Lost::Silent => doubled,
        };
        self.attempt = self.attempt.saturating_add(1);
        random.jitter(window.min(config.max_reconnect_delay))
    }

    /// Counts from zero again if the connection lasted for `uptime`.
    pub fn on_uptime(&mut self, config: &BackoffConfig, uptime: Duration) {
        if uptime >= config.min_uptime {
            self.attempt = 0;
        }
    }

    /// Counts from zero again.
    pub const fn reset(&mut self) {
        self.attempt = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The largest of many delays drawn for one attempt, in milliseconds: the window, nearly.
    fn window(attempt: u32, lost: Lost) -> u64 {
        let mut random = Random::from_seed(42);
        let config = BackoffConfig::default();
        let draw = |_| Backoff { attempt }.next_delay(&config, lost, &mut random);
        (0..2_000).map(draw).max().unwrap().as_millis()
    }

    #[test]
    fn windows_double_from_half_a_second_to_twenty() {
        let windows = [0, 1, 2, 5, 6, 40].map(|attempt| window(attempt, Lost::BeforeOpen));
        for (window, expected) in windows.into_iter().zip([500, 1_000, 2_000, 16_000, 20_000, 20_000]) {
            assert!(window < expected && window > expected * 98 / 100, "{window} of {expected}");
        }
    }

    #[test]
    fn the_first_retry_after_an_established_connection_is_spread_over_two_and_a_half_seconds() {
        assert!((2_450..2_500).contains(&window(0, Lost::Established)));
        assert!((490..500).contains(&window(0, Lost::Silent)));
    }

    #[test]
    fn only_a_connection_that_lasted_resets_the_attempts() {
        let config = BackoffConfig::default();
        let mut backoff = Backoff::new();
        let mut random = Random::from_seed(1);
        for _ in 0..3 {
            let _ = backoff.next_delay(&config, Lost::Established, &mut random);
            backoff.on_uptime(&config, Duration::from_millis(4_999));
        }
        assert_eq!(backoff.attempt(), 3);
        backoff.on_uptime(&config, Duration::from_secs(5));
        assert_eq!(backoff.attempt(), 0);
    }

    #[test]
    fn ten_thousand_clients_dropped_at_once_do_not_come_back_at_once() {
        let config = BackoffConfig::default();
        let mut tenths = [0_u32; 25];
        for seed in 0..10_000 {
            let mut random = Random::from_seed(seed);
            let delay = Backoff::new().next_delay(&config, Lost::Established, &mut random);
            tenths[delay.as_millis() as usize / 100] += 1;
        }
        let busiest = tenths.into_iter().max().unwrap();
        assert!(busiest <= 500, "{busiest} of 10,000 in the busiest 100 ms; 400 is even");
    }
}
