//! The quotes of one market: prices that walk at random.

use std::time::SystemTime;

use serde::Serialize;

/// What is traded.
const SYMBOLS: [&str; 20] = [
    "ALDER", "ASPEN", "BEECH", "BIRCH", "CEDAR", "EBONY", "ELDER", "HAZEL", "HOLLY", "LARCH", "LILAC",
    "MAPLE", "OLIVE", "OSIER", "PEACH", "PECAN", "ROWAN", "SUMAC", "THUJA", "YUCCA",
];

/// Everything is worth this at first.
const ISSUE_PRICE: f64 = 100.0;

/// What was quoted, and what is quoted next.
pub(crate) struct Tape {
    quoted: u64,
    prices: [f64; SYMBOLS.len()],
}

#[derive(Serialize)]
pub(crate) struct Quote {
    pub(crate) symbol: &'static str,
    price: f64,
    /// How many quotes there were in this market, this one included.
    n: u64,
    /// Milliseconds of the wall clock.
    at: f64,
}

impl Tape {
    pub(crate) const fn new() -> Self {
        Self { quoted: 0, prices: [ISSUE_PRICE; SYMBOLS.len()] }
    }

    /// The next quote, of any symbol.
    pub(crate) fn next_quote(&mut self) -> Quote {
        let place = fastrand::usize(..SYMBOLS.len());
        let price = &mut self.prices[place];
        // Pulled back a little, so that no price leaves its chart.
        *price += (fastrand::f64() - 0.5) * 2.0 + (ISSUE_PRICE - *price) * 0.01;
        self.quoted += 1;
        Quote {
            symbol: SYMBOLS[place],
            price: (*price * 100.0).round() / 100.0,
            n: self.quoted,
            at: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64() * 1_000.0,
        }
    }
}
