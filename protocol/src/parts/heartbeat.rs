//! When to ping, and when silence means that the peer is gone.
//!
//! ```text
//!             interval over: ping                answer time over
//!  resting ───────────────────────► waiting ──────────────────────► heard since: resting
//!     ▲                                │                            nothing expected: resting
//!     └──────── anything heard ────────┘                            timer was late: probe, wait again
//!                                                                   else: dead
//! ```
//!
//! Any message counts as life. Silence counts as death only where an answer
//! can be expected: a plain WebSocket peer may never answer a `PING`.
//!
//! A session's client only *watches*: its server pings (PROTOCOL.md §9), for a
//! page in the background has no timers to rely on. It waits all the time, and
//! asks for itself where it has a reason to doubt.

use crate::{Duration, Instant};

/// How long a probe waits for its answer.
///
/// A probe is sent when something happened (the page woke up, the network
/// changed) that makes the connection doubtful; somebody is waiting, so it is short.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// A timer that fires later than this was throttled or slept through: it proves nothing about the peer.
pub const LATE: Duration = Duration::from_secs(1);

/// How often in a row a late timer may ask again before silence counts.
///
/// Without an end, a background tab whose timers always fire a minute late
/// would never notice a dead peer.
const MAX_LATE_PROBES: u8 = 2;

/// How a [`Heartbeat`] pings and what it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeartbeatConfig {
    /// Time between two pings. Default 15 s; zero for no heartbeat.
    pub interval: Duration,
    /// Time that an answer may take. Default 5 s.
    ///
    /// A peer is found dead at most `interval + timeout` after its last byte.
    pub timeout: Duration,
    /// Whether the peer is known to answer. Default `false`.
    ///
    /// If not, silence means nothing until the peer has answered once.
    pub expect_reply: bool,
}

impl Default for HeartbeatConfig {
    fn default() -> Self {
        Self { interval: Duration::from_secs(15), timeout: Duration::from_secs(5), expect_reply: false }
    }
}

impl HeartbeatConfig {
    /// Pings every `interval` and allows `timeout` for an answer.
    #[must_use]
    pub const fn new(interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout, expect_reply: false }
    }

    /// Whether there is a heartbeat: with an interval of zero, a [`Heartbeat`] would ping without an end.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.interval > Duration::ZERO
    }

    /// The same, for a peer that is known to answer every ping.
    #[must_use]
    pub const fn expecting_reply(self) -> Self {
        Self { expect_reply: true, ..self }
    }
}

/// What the driver does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Beat {
    /// Nothing; the next timeout has moved.
    Nothing,
    /// Send a ping.
    Ping,
    /// A probe had no answer in time: begin to replace the connection, and go on listening to it. Only of a watch.
    Doubtful,
    /// The peer was silent for too long: give the connection up.
    Dead,
}

/// The heartbeat of one connection, from its opening to its end.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    config: HeartbeatConfig,
    /// Whether anything arrived since the last ping; written without a clock.
    heard: bool,
    /// Whether silence may be held against the peer.
    answers: bool,
    /// Whether the peer is the one that pings.
    is_watch: bool,
    next_ping: Instant,
    /// Set while an answer is awaited.
    waiting: Option<Waiting>,
}

/// The wait for an answer.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    until: Instant,
    /// Whether a wake-up asked, rather than the interval.
    is_probe: bool,
    /// Probes sent because a timer was late, without anything heard between them.
    late_probes: u8,
}

impl Heartbeat {
    /// The heartbeat of a connection that opened at `now`; the first ping is due one interval later.
    #[must_use]
    pub fn new(config: HeartbeatConfig, now: Instant) -> Self {
        Self {
            config,
            heard: false,
            answers: config.expect_reply,
            is_watch: false,
            next_ping: now + config.interval,
            waiting: None,
        }
    }

    /// The watch over a connection that was answered at `now`, whose peer pings as `config` says.
    #[must_use]
    pub fn watching(config: HeartbeatConfig, now: Instant) -> Self {
        let mut watch = Self { answers: true, is_watch: true, ..Self::new(config, now) };
        watch.on_heard_at(now);
        watch
    }

    /// Marks that something arrived at `now`: a watch counts the silence from here.
    pub fn on_heard_at(&mut self, now: Instant) {
        self.heard = true;
        if self.is_watch {
            let until = now + self.config.interval + self.config.timeout;
            self.wait(now, Waiting { until, is_probe: false, late_probes: 0 });
        }
    }

    /// Marks that something arrived; the next timeout reads it.
    pub fn on_heard(&mut self) {
        self.heard = true;
    }

    /// Marks that the peer answered a ping: from now on its silence means something.
    pub fn on_answered(&mut self) {
        self.heard = true;
        self.answers = true;
    }

    /// Asks at once whether the peer is still there, and waits [`PROBE_TIMEOUT`] for the answer.
    ///
    /// Asks nothing while a probe is under way, or when no answer can be expected.
    pub fn probe(&mut self, now: Instant) -> Beat {
        let probing =
            self.waiting.is_some_and(|waiting| waiting.is_probe && waiting.until > now && !self.heard);
        if !self.answers || probing {
            return Beat::Nothing;
        }
        self.ask(now, Waiting { until: now + PROBE_TIMEOUT, is_probe: true, late_probes: 0 })
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due. Changes only with the methods that take a time.
    #[must_use]
    pub fn poll_timeout(&self) -> Instant {
        self.waiting.map_or(self.next_ping, |waiting| waiting.until.min(self.next_ping))
    }

    /// Reacts to the clock having reached [`poll_timeout`](Self::poll_timeout); earlier calls do nothing.
    pub fn handle_timeout(&mut self, now: Instant) -> Beat {
        match self.waiting {
            Some(waiting) if waiting.until <= now => self.on_wait_over(now, waiting),
            _ if now < self.next_ping => Beat::Nothing,
            // The answer to an older ping is still awaited: asking again must not give it more time.
            Some(_) if !self.heard => {
                self.next_ping = now + self.config.interval;
                Beat::Ping
            }
            _ => self.ask_patiently(now),
        }
    }

    fn on_wait_over(&mut self, now: Instant, waiting: Waiting) -> Beat {
        if self.heard || !self.answers {
            self.waiting = None;
            // When it was heard is not known, so a watch asks, rather than waiting twice as long as it may.
            return if self.is_watch { self.ask_patiently(now) } else { Beat::Nothing };
        }
        let late = now.saturating_duration_since(waiting.until) > LATE;
        if late && waiting.late_probes < MAX_LATE_PROBES {
            let late_probes = waiting.late_probes + 1;
            return self.ask(now, Waiting { until: now + PROBE_TIMEOUT, is_probe: true, late_probes });
        }
        if self.is_watch && waiting.is_probe {
            self.wait(now, Waiting { until: now + self.config.timeout, is_probe: false, ..waiting });
            return Beat::Doubtful;
        }
        Beat::Dead
    }

    fn ask_patiently(&mut self, now: Instant) -> Beat {
        self.ask(now, Waiting { until: now + self.config.timeout, is_probe: false, late_probes: 0 })
    }

    fn ask(&mut self, now: Instant, waiting: Waiting) -> Beat {
        self.wait(now, waiting);
        Beat::Ping
    }

    fn wait(&mut self, now: Instant, waiting: Waiting) {
        self.heard = false;
        // A watch pings only when its wait is over.
        self.next_ping = if self.is_watch { waiting.until } else { now + self.config.interval };
        self.waiting = Some(waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const START: Instant = Instant::from_millis(0);
    const CONFIG: HeartbeatConfig = HeartbeatConfig::new(Duration::from_secs(30), Duration::from_secs(5));

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    /// Runs every timeout exactly when it is due, until `end` or death.
    fn run(heartbeat: &mut Heartbeat, end: Instant) -> (u32, Option<Instant>) {
        let mut pings = 0;
        while heartbeat.poll_timeout() <= end {
            let now = heartbeat.poll_timeout();
            match heartbeat.handle_timeout(now) {
                Beat::Ping => pings += 1,
                Beat::Dead => return (pings, Some(now)),
                Beat::Nothing | Beat::Doubtful => {}
            }
        }
        (pings, None)
    }

    #[test]
    fn a_peer_that_never_answers_is_left_alone() {
        let mut heartbeat = Heartbeat::new(CONFIG, START);
        assert_eq!(run(&mut heartbeat, at(3_600)), (120, None));
    }

    #[test]
    fn an_expected_answer_that_never_comes_is_death_after_interval_and_timeout() {
        let mut heartbeat = Heartbeat::new(CONFIG.expecting_reply(), START);
        assert_eq!(run(&mut heartbeat, at(3_600)), (1, Some(at(35))));
    }

    #[test]
    fn a_peer_that_answered_once_is_dead_when_it_falls_silent() {
        let mut heartbeat = Heartbeat::new(CONFIG, START);
        assert_eq!(heartbeat.handle_timeout(at(30)), Beat::Ping);
        heartbeat.on_answered();
        assert_eq!(run(&mut heartbeat, at(3_600)), (1, Some(at(65))));
    }

    #[test]
    fn any_message_counts_as_life() {
        let mut heartbeat = Heartbeat::new(CONFIG.expecting_reply(), START);
        for beat in 1..100 {
            assert_eq!(heartbeat.handle_timeout(at(30 * beat)), Beat::Ping);
            heartbeat.on_heard();
            assert_eq!(heartbeat.handle_timeout(at(30 * beat + 5)), Beat::Nothing);
        }
    }

    #[test]
    fn a_late_timer_probes_instead_of_judging() {
        let mut heartbeat = Heartbeat::new(CONFIG.expecting_reply(), START);
        assert_eq!(heartbeat.handle_timeout(at(30)), Beat::Ping);
        assert_eq!(heartbeat.handle_timeout(at(600)), Beat::Ping);
        heartbeat.on_heard();
        assert_eq!(heartbeat.handle_timeout(at(602)), Beat::Nothing);
    }

    #[test]
    fn a_tab_whose_timers_are_always_late_still_notices_a_dead_peer() {
        let mut heartbeat = Heartbeat::new(CONFIG.expecting_reply(), START);
        let beats = [60, 120, 180, 240].map(|second| heartbeat.handle_timeout(at(second)));
        assert_eq!(beats, [Beat::Ping, Beat::Ping, Beat::Ping, Beat::Dead]);
    }

    #[test]
    fn a_probe_waits_two_seconds() {
        let mut heartbeat = Heartbeat::new(CONFIG.expecting_reply(), START);
        assert_eq!(heartbeat.probe(at(7)), Beat::Ping);
        assert_eq!(heartbeat.probe(at(8)), Beat::Nothing, "one probe at a time");
        assert_eq!(run(&mut heartbeat, at(60)), (0, Some(at(9))));
    }

    #[test]
    fn a_probe_is_not_sent_where_no_answer_can_be_expected() {
        let mut heartbeat = Heartbeat::new(CONFIG, START);
        assert_eq!(heartbeat.probe(at(7)), Beat::Nothing);
        assert_eq!(heartbeat.poll_timeout(), at(30));
    }

    #[test]
    fn a_timeout_longer_than_the_interval_is_counted_from_the_first_ping_that_has_no_answer() {
        let config = HeartbeatConfig::new(Duration::from_secs(1), Duration::from_secs(10)).expecting_reply();
        let mut heartbeat = Heartbeat::new(config, START);
        assert_eq!(run(&mut heartbeat, at(60)), (10, Some(at(11))));
    }

    #[test]
    fn early_calls_do_nothing() {
        let mut heartbeat = Heartbeat::new(CONFIG, START);
        assert_eq!(heartbeat.handle_timeout(at(29)), Beat::Nothing);
        assert_eq!(heartbeat.poll_timeout(), at(30));
    }

    fn watch() -> Heartbeat {
        Heartbeat::watching(HeartbeatConfig::new(Duration::from_secs(15), Duration::from_secs(5)), START)
    }

    #[test]
    fn a_watch_pings_nobody_and_finds_a_silent_peer_after_interval_and_timeout() {
        assert_eq!(run(&mut watch(), at(3_600)), (0, Some(at(20))));
    }

    #[test]
    fn a_watch_counts_from_the_last_time_that_it_heard_something() {
        let mut watch = watch();
        for ping in 1..100 {
            watch.on_heard_at(at(ping * 15));
        }
        assert_eq!(run(&mut watch, at(3_600)), (0, Some(at(99 * 15 + 20))));
    }

    #[test]
    fn a_watch_that_does_not_know_when_it_heard_something_asks() {
        let mut watch = watch();
        watch.on_heard();
        assert_eq!(watch.handle_timeout(at(20)), Beat::Ping);
        assert_eq!(run(&mut watch, at(3_600)), (0, Some(at(25))));
    }

    #[test]
    fn a_probe_of_a_watch_is_doubtful_before_it_is_dead() {
        let mut watch = watch();
        assert_eq!(watch.probe(at(7)), Beat::Ping);
        assert_eq!(watch.handle_timeout(at(9)), Beat::Doubtful);
        assert_eq!(run(&mut watch, at(3_600)), (0, Some(at(14))));
    }

    #[test]
    fn a_watch_whose_timer_is_late_asks_before_it_judges() {
        let mut watch = watch();
        assert_eq!(watch.handle_timeout(at(100)), Beat::Ping);
        watch.on_heard_at(at(101));
        assert_eq!(watch.poll_timeout(), at(121));
    }
}
