//! The server's advice on when to come back: `retry=<ms>` in a close reason, or the window of a `move`.
//!
//! The window is the server's, the draw the client's: so a server spreads its
//! clients without knowing how many there are (PROTOCOL.md §10, §12).

use crate::{Duration, Random};

/// The longest window that is obeyed: a peer must not be able to send a client away for ever.
const MAX_WINDOW: Duration = Duration::from_secs(300);

/// A window over which to spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryWindow(Duration);

impl RetryWindow {
    /// A window of `millis` milliseconds, or of five minutes if that is less.
    #[must_use]
    pub fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis).min(MAX_WINDOW))
    }

    /// Finds the word `retry=<ms>` in a close reason.
    #[must_use]
    pub fn from_reason(reason: &str) -> Option<Self> {
        let millis = reason.split(' ').find_map(|word| word.strip_prefix("retry="))?;
        let is_canonical =
            millis.bytes().all(|byte| byte.is_ascii_digit()) && (millis == "0" || !millis.starts_with('0'));
        is_canonical.then(|| millis.parse().ok().map(Self::from_millis)).flatten()
    }

    /// This client's time within the window.
    #[must_use]
    pub fn draw(self, random: &mut Random) -> Duration {
        random.jitter(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_window_is_read_from_the_reason() {
        let window = |millis| Some(RetryWindow::from_millis(millis));
        assert_eq!(RetryWindow::from_reason("retry=5000"), window(5_000));
        assert_eq!(RetryWindow::from_reason("full retry=20000"), window(20_000));
        assert_eq!(RetryWindow::from_reason("retry=0"), window(0));
    }

    #[test]
    fn what_is_not_a_number_is_no_advice() {
        for reason in
            ["", "retry=", "retry=soon", "retry=-1", "retry=05", "retry=99999999999999999999", "noretry=5"]
        {
            assert_eq!(RetryWindow::from_reason(reason), None, "{reason}");
        }
    }

    #[test]
    fn no_peer_sends_a_client_away_for_longer_than_five_minutes() {
        assert_eq!(RetryWindow::from_millis(u64::MAX), RetryWindow(Duration::from_secs(300)));
    }

    #[test]
    fn a_move_over_twenty_seconds_brings_at_most_one_in_a_hundred_at_once() {
        let mut tenths = [0_u32; 200];
        for seed in 0..10_000 {
            let drawn = RetryWindow::from_millis(20_000).draw(&mut Random::from_seed(seed));
            tenths[drawn.as_millis() as usize / 100] += 1;
        }
        let busiest = tenths.into_iter().max().unwrap();
        assert!(busiest <= 100, "{busiest} of 10,000 in the busiest 100 ms; 50 is even");
    }
}
