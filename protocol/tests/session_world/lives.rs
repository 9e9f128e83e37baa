//! Many lives, one for each seed.

use std::fmt;
use std::ops::Range;

use staywire_protocol::Duration;

use super::finding::{Finding, Promise};
use super::journal::Digest;
use super::tally::Tally;
use super::{Sabotage, Weather, World};

/// Long enough for a session to expire, and for every backoff to come to its end.
const CALM: Duration = Duration::from_secs(150);

/// What many lives came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) tally: Tally,
    pub(crate) digest: Digest,
    /// The seeds of the lives in which a promise was not kept, and what was found.
    pub(crate) failures: Vec<(u64, Vec<Finding>)>,
}

impl Report {
    fn add(&mut self, other: Self) {
        self.tally.add(&other.tally);
        self.digest = self.digest.with(other.digest);
        self.failures.extend(other.failures);
        self.failures.sort_by_key(|(seed, _)| *seed);
    }
}

impl fmt::Display for Report {
    /// A table: what happened, then how often each promise was broken.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, count) in self.tally.rows() {
            writeln!(f, "{count:>12}  {title}")?;
        }
        for (title, promise) in Promise::ALL {
            let findings = self.failures.iter().flat_map(|(_, findings)| findings);
            let count = findings.filter(|finding| finding.promise == promise).count();
            writeln!(f, "{count:>12}  {title}")?;
        }
        writeln!(f, "{:>12}  lives that failed", self.failures.len())?;
        write!(f, "{}  digest of all bytes and outputs", self.digest)
    }
}

/// Half a minute to four minutes of storm, then calm until everything has settled.
pub(crate) fn live(seed: u64, sabotage: Sabotage, is_written_down: bool) -> World {
    let mut world = World::new(seed, sabotage);
    world.journal.lines = is_written_down.then(Vec::new);
    world.pass(Duration::from_secs(30 + seed as u32 % 7 * 30), Weather::Storm);
    world.pass(CALM, Weather::Calm);
    world.tally.received = world.pages.iter().map(|page| page.told.received()).sum();
    world
}

fn report(seed: u64, sabotage: Sabotage) -> Report {
    let world = live(seed, sabotage, false);
    let findings = world.findings();
    let failures = if findings.is_empty() { Vec::new() } else { vec![(seed, findings)] };
    Report { tally: world.tally, digest: world.digest(), failures }
}

/// Lives with all `seeds`, on as many threads as there are processors.
pub(crate) fn live_all(seeds: Range<u64>, sabotage: Sabotage) -> Report {
    let threads = if cfg!(target_arch = "wasm32") {
        1
    } else {
        std::thread::available_parallelism().map_or(1, usize::from)
    };
    let share = |first: usize| {
        let mut total = Report::default();
        for seed in seeds.clone().skip(first).step_by(threads) {
            total.add(report(seed, sabotage));
        }
        total
    };
    if threads == 1 {
        return share(0);
    }
    std::thread::scope(|scope| {
        let share = &share;
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(move || share(first))).collect();
        let mut total = Report::default();
        for thread in running {
            total.add(thread.join().expect("a life does not panic"));
        }
        total
    })
}
