//! How much has to happen in a long run for its zeros to mean something.

use std::fmt;
use std::time::Duration;

use super::run::Chaos;
use super::verdict::Verdict;

/// Shorter runs owe nothing, and neither do those with fewer clients.
const PERIOD: Duration = Duration::from_secs(300);
const CLIENTS: usize = 20;

/// What is due in each period.
const RESTARTS: u64 = 20;
const RECONNECTS: u64 = 500;
const MESSAGES_EACH_WAY: u64 = 200_000;

/// Something that has not happened often enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    what: &'static str,
    reached: u64,
    due: u64,
}

impl Chaos {
    /// What `verdict`, on this run, has too little of.
    #[must_use]
    pub fn shortfalls(&self, verdict: &Verdict) -> Vec<Shortfall> {
        let is_full = self.natives + self.pages >= CLIENTS;
        let periods = if is_full { self.lasts.as_secs() / PERIOD.as_secs() } else { 0 };
        let wire = &verdict.wire;
        [
            ("restarts", wire.terminated + wire.killed, RESTARTS),
            ("reconnects", wire.reconnects(), RECONNECTS),
            ("messages to the server", verdict.messages_up(), MESSAGES_EACH_WAY),
            ("messages to clients", verdict.messages_down(), MESSAGES_EACH_WAY),
        ]
        .map(|(what, reached, due)| Shortfall { what, reached, due: due * periods })
        .into_iter()
        .filter(|shortfall| shortfall.reached < shortfall.due)
        .collect()
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, and {} are due", self.reached, self.what, self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::Restart;
    use crate::fault_proxy::Rates;

    fn run(seconds: u64, natives: usize) -> Chaos {
        Chaos {
            server: "chaos_server".into(),
            weather: Rates::default(),
            lasts: Duration::from_secs(seconds),
            uptime: Duration::from_secs(1),
            seed: 1,
            restart: Restart::Orderly,
            is_tight: false,
            natives,
            pages: 4,
            sabotage: None,
        }
    }

    #[test]
    fn a_long_run_in_which_little_happened_falls_short_and_a_short_one_does_not() {
        let mut verdict = Verdict::default();
        verdict.lane.delivered = 400_000;
        verdict.wire.terminated = 39;
        verdict.wire.resumed = 999;
        assert_eq!(run(299, 16).shortfalls(&verdict), []);
        assert_eq!(run(300, 15).shortfalls(&verdict), []);
        let shortfalls = run(600, 16).shortfalls(&verdict);
        let sentences: Vec<_> = shortfalls.iter().map(Shortfall::to_string).collect();
        let expected = [
            "39 restarts, and 40 are due",
            "999 reconnects, and 1000 are due",
            "0 messages to clients, and 400000 are due",
        ];
        assert_eq!(sentences, expected);
    }
}
