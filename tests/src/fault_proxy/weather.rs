//! Faults drawn from a seed, at rates.
//!
//! Owns: which fault comes when. The same seed and rates give the same script.
//! What each fault meets is another matter: the machine's speed decides how
//! many connections there are by then, and which of their bytes are on the wire.
//! Never: does one; `storm` does.

use std::time::Duration;

use super::{Direction, jitter};
use staywire_protocol::Random;

/// Codes after which a client comes back.
const CODES: [u16; 7] = [1001, 1011, 1012, 1013, 3008, 3012, 4000];

/// The furthest byte position at which a connection is cut: within an opening handshake, or some messages later.
const MAX_POSITION: u32 = 2_000;

const MAX_LATENCY: Duration = Duration::from_millis(200);

/// How often each fault comes, per minute.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// A connection is reset.
    pub cut: u32,
    /// A connection is reset some bytes later.
    pub cut_after: u32,
    /// A connection is ended without a closing handshake.
    pub close: u32,
    /// A connection is closed by a code after which a client comes back.
    pub close_with: u32,
    /// A connection falls silent both ways, and is cut or heals later.
    pub half_open: u32,
    /// A connection falls silent one way, and heals later.
    pub silence: u32,
    /// A connection becomes slow, until it ends or is restored.
    pub delay: u32,
    /// Clients are refused for a while.
    pub refuse: u32,
    /// Clients wait in vain for a while.
    pub hang: u32,
    /// Every connection is reset.
    pub cut_all: u32,
}

/// One fault, with everything that was drawn for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is cut.
    Cut,
    /// The connection is cut so many bytes later.
    CutAfter(Direction, u64),
    /// The connection is closed without a closing handshake.
    Close,
    /// The connection is closed with a code.
    CloseWith(Direction, u16),
    /// The connection falls silent both ways.
    HalfOpen {
        /// How long nothing moves.
        lasts: Duration,
        /// Whether it is restored then, or cut.
        heals: bool,
    },
    /// The connection falls silent one way for a time.
    Silence(Direction, Duration),
    /// The connection becomes slow both ways: base and jitter.
    Delay(Duration, Duration),
    /// The proxy refuses for a time.
    Refuse(Duration),
    /// The proxy hangs for a time.
    Hang(Duration),
    /// The proxy cuts every connection.
    CutAll,
}

/// A fault, when it comes, and whom it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gust {
    /// Time since the gust before.
    pub calm: Duration,
    /// Chooses among the connections that are open by then: the remainder by their number.
    pub victim: u32,
    /// What happens.
    pub fault: Fault,
}

/// A script of faults without an end, drawn from a seed. Without rates there is none.
#[derive(Clone, Debug)]
pub struct Weather {
    rates: Rates,
    /// The longest that a silence, a refusal or a hanging lasts.
    longest: Duration,
    random: Random,
}

impl Weather {
    /// The weather that follows from `seed`; what lasts does so for `longest` at most.
    #[must_use]
    pub fn new(rates: Rates, longest: Duration, seed: u64) -> Self {
        Self { rates, longest, random: Random::from_seed(seed) }
    }

    fn draw(&mut self, mut place: u32) -> Fault {
        for (rate, draw) in self.rates.kinds() {
            if place < rate {
                return draw(self);
            }
            place -= rate;
        }
        Fault::Cut
    }

    /// Up to the longest, and not so short that nobody notices.
    fn lasts(&mut self) -> Duration {
        self.longest / 10 + jitter::draw(&mut self.random, self.longest * 9 / 10)
    }

    fn direction(&mut self) -> Direction {
        if self.flip() { Direction::Up } else { Direction::Down }
    }

    fn flip(&mut self) -> bool {
        self.random.below(2) == 0
    }
}

type Draw = fn(&mut Weather) -> Fault;

impl Rates {
    /// Each kind of fault, with its rate.
    fn kinds(&self) -> [(u32, Draw); 10] {
        [
            (self.cut, |_| Fault::Cut),
            (self.cut_after, |weather| {
                Fault::CutAfter(weather.direction(), u64::from(weather.random.below(MAX_POSITION)))
            }),
            (self.close, |_| Fault::Close),
            (self.close_with, |weather| {
                let code = CODES[weather.random.below(CODES.len() as u32) as usize];
                Fault::CloseWith(weather.direction(), code)
            }),
            (self.half_open, |weather| Fault::HalfOpen { lasts: weather.lasts(), heals: weather.flip() }),
            (self.silence, |weather| Fault::Silence(weather.direction(), weather.lasts())),
            (self.delay, |weather| {
                Fault::Delay(
                    jitter::draw(&mut weather.random, MAX_LATENCY),
                    jitter::draw(&mut weather.random, MAX_LATENCY),
                )
            }),
            (self.refuse, |weather| Fault::Refuse(weather.lasts())),
            (self.hang, |weather| Fault::Hang(weather.lasts())),
            (self.cut_all, |_| Fault::CutAll),
        ]
    }
}

impl Iterator for Weather {
    type Item = Gust;

    fn next(&mut self) -> Option<Gust> {
        let total: u32 = self.rates.kinds().iter().map(|(rate, _)| rate).sum();
        if total == 0 {
            return None;
        }
        // The time between independent events of a rate: from 0, where 1 would be an infinite calm.
        let even = f64::from(self.random.below(1_000_000)) / 1_000_000.0;
        let minutes = -(1.0 - even).ln() / f64::from(total);
        let calm = Duration::from_millis((minutes * 60_000.0) as u64);
        let victim = self.random.below(u32::MAX);
        let place = self.random.below(total);
        Some(Gust { calm, victim, fault: self.draw(place) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_KIND: Rates = Rates {
        cut: 10,
        cut_after: 20,
        close: 30,
        close_with: 40,
        half_open: 50,
        silence: 60,
        delay: 70,
        refuse: 80,
        hang: 90,
        cut_all: 100,
    };

    fn gusts(rates: Rates, seed: u64, count: usize) -> Vec<Gust> {
        Weather::new(rates, Duration::from_secs(2), seed).take(count).collect()
    }

    fn share(gusts: &[Gust], is_of_kind: fn(Fault) -> bool) -> usize {
        gusts.iter().filter(|gust| is_of_kind(gust.fault)).count() * 550 / gusts.len()
    }

    #[test]
    fn the_same_seed_gives_the_same_script_and_another_seed_another() {
        assert_eq!(gusts(EVERY_KIND, 7, 1_000), gusts(EVERY_KIND, 7, 1_000));
        assert_ne!(gusts(EVERY_KIND, 7, 10), gusts(EVERY_KIND, 8, 10));
    }

    #[test]
    fn faults_come_as_often_as_their_rates_say() {
        let gusts = gusts(EVERY_KIND, 1, 55_000);
        let minutes = gusts.iter().map(|gust| gust.calm).sum::<Duration>().as_secs_f64() / 60.0;
        assert!((95.0..105.0).contains(&minutes), "55,000 faults at 550 a minute in {minutes} minutes");
        assert!((9..=11).contains(&share(&gusts, |fault| fault == Fault::Cut)));
        assert!((58..=62).contains(&share(&gusts, |fault| matches!(fault, Fault::Silence(..)))));
        assert!((97..=103).contains(&share(&gusts, |fault| fault == Fault::CutAll)));
    }

    #[test]
    fn a_kind_without_a_rate_never_comes_and_without_rates_nothing_does() {
        let only = Rates { hang: 5, ..Rates::default() };
        assert!(gusts(only, 3, 1_000).iter().all(|gust| matches!(gust.fault, Fault::Hang(_))));
        assert!(gusts(Rates::default(), 3, 1).is_empty());
    }

    #[test]
    fn what_lasts_does_so_for_the_longest_time_at_most() {
        let only = Rates { refuse: 1, ..Rates::default() };
        for gust in gusts(only, 4, 1_000) {
            let Fault::Refuse(lasts) = gust.fault else { unreachable!("nothing else has a rate") };
            assert!((200..2_000).contains(&lasts.as_millis()), "{lasts:?}");
        }
    }
}
