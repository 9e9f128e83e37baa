//! How soon a sender is told that its messages are done.
//!
//! Who waits for each acknowledgement before the next message is told at once.
//! Who does not is told of all that is done within [`WINDOW`] together: one
//! acknowledgement for each message would double the traffic.
//!
//! ```text
//!  done ──first of its window; few so far, and nothing else is under way──► told
//!    └──else──► held ──end of the window, another message that says it──► told
//! ```

use crate::parts::inbox::Inbox;
use crate::{Duration, Instant};

/// How long an acknowledgement may be held: little beside a network, and as exact as timers are.
pub const WINDOW: Duration = Duration::from_millis(2);

/// Messages that those who wait have under way together: some tasks of a client, each with its own.
const MAX_WAITED_FOR: u64 = 4;

/// What is known of the sender by the last acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    /// It got what it may have waited for.
    Unknown,
    /// It got less than it could have sent while that was held: it does wait.
    Waiting,
    /// It got more than who waits has under way.
    Streaming,
}

impl Sender {
    /// Acknowledgements that go out at once within a window.
    ///
    /// Who is unknown and gets that many, one each 60 µs, is known by the end of the window. Who waits gets fewer over
    /// any network.
    const fn max_told(self) -> u32 {
        match self {
            Self::Unknown => 32,
            Self::Waiting => 128,
            Self::Streaming => 1,
        }
    }
}

/// Decides when what is done is worth telling, on one connection.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The last number that was told.
    told: u64,
    window_end: Instant,
    /// How often something was told within the window.
    told_in_window: u32,
    sender: Sender,
    /// Whether something is done that was not told.
    holds: bool,
}

impl Pace {
    /// Begins where the other side knows that everything up to `done` is done.
    #[must_use]
    pub const fn after(done: u64) -> Self {
        Self {
            told: done,
            window_end: Instant::from_millis(0),
            told_in_window: 0,
            sender: Sender::Unknown,
            holds: false,
        }
    }

    /// More of `lane` is done; whether to tell at once, or else [when it is due](Self::poll_timeout).
    #[must_use]
    pub fn on_done(&mut self, now: Instant, lane: &Inbox) -> bool {
        self.enter_window(now);
        let is_idle = lane.done() == lane.accepted();
        let max_told = if is_idle { self.sender.max_told() } else { 1 };
        self.holds = self.told_in_window >= max_told;
        !self.holds
    }

    /// The number to tell, of a `lane` that is done so far; it counts as told.
    pub fn tell(&mut self, now: Instant, lane: &Inbox) -> u64 {
        self.enter_window(now);
        self.told_in_window += 1;
        self.sender = match self.sender {
            _ if lane.done() - self.told > MAX_WAITED_FOR => Sender::Streaming,
            _ if self.holds => Sender::Waiting,
            Sender::Waiting => Sender::Waiting,
            Sender::Unknown | Sender::Streaming => Sender::Unknown,
        };
        self.holds = false;
        self.told = lane.done();
        self.told
    }

    /// Whether something is done that was not told.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.holds
    }

    /// When to tell what is held.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.holds.then_some(self.window_end)
    }

    fn enter_window(&mut self, now: Instant) {
        if now >= self.window_end {
            self.window_end = now + WINDOW;
            self.told_in_window = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A lane and the pace of its acknowledgements, at a time in microseconds.
    struct Paced {
        lane: Inbox,
        pace: Pace,
        micros: u64,
        told: Vec<u64>,
    }

    impl Paced {
        fn new() -> Self {
            Self { lane: Inbox::default(), pace: Pace::after(0), micros: 0, told: Vec::new() }
        }

        fn now(&self) -> Instant {
            Instant::from_millis(self.micros / 1_000)
        }

        fn tell(&mut self) {
            let number = self.pace.tell(self.now(), &self.lane);
            self.told.push(number);
        }

        fn take_in(&mut self) {
            let _ = self.lane.accept(self.lane.accepted() + 1, 64);
        }

        fn finish(&mut self) {
            self.lane.on_finished(self.lane.done() + 1);
            if self.pace.on_done(self.now(), &self.lane) {
                self.tell();
            }
        }

        fn pass(&mut self, micros: u64) {
            let end = self.micros + micros;
            if let Some(due) = self.pace.poll_timeout().filter(|due| due.as_millis() * 1_000 <= end) {
                self.micros = self.micros.max(due.as_millis() * 1_000);
                self.tell();
            }
            self.micros = end;
        }

        /// One message after another, each done before the next is there.
        fn send(&mut self, messages: u32, every_micros: u64) {
            for _ in 0..messages {
                self.take_in();
                self.finish();
                self.pass(every_micros);
            }
        }
    }

    #[test]
    fn a_lone_message_is_told_at_once() {
        let mut paced = Paced::new();
        for number in 1..=10 {
            paced.send(1, 2_000);
            assert_eq!(paced.told.last(), Some(&number));
        }
        assert_eq!(paced.pace.poll_timeout(), None);
    }

    #[test]
    fn who_waits_for_each_is_told_of_each_at_once() {
        let mut paced = Paced::new();
        for number in 1..=1_000 {
            paced.send(1, 63);
            assert_eq!(paced.told.last(), Some(&number));
        }
    }

    #[test]
    fn who_waits_and_is_faster_than_any_network_is_told_late_once() {
        let mut paced = Paced::new();
        let mut late = 0;
        for number in 1..=1_000 {
            paced.take_in();
            paced.finish();
            if paced.pace.holds() {
                late += 1;
                paced.pass(2_000);
            }
            assert_eq!(paced.told.last(), Some(&number));
            paced.pass(20);
        }
        assert_eq!(late, 1);
    }

    #[test]
    fn of_a_flood_that_is_done_as_it_comes_few_are_told() {
        for every_micros in [0, 1, 10, 40] {
            let mut paced = Paced::new();
            paced.send(1_000, every_micros);
            assert!(paced.told.len() < 80, "{} with one every {every_micros} µs", paced.told.len());
        }
    }

    #[test]
    fn a_batch_is_told_when_its_first_and_its_last_are_done() {
        let mut paced = Paced::new();
        (0..100).for_each(|_| paced.take_in());
        (0..100).for_each(|_| paced.finish());
        assert_eq!(paced.told, [1, 100]);
    }

    #[test]
    fn what_is_held_is_told_by_the_end_of_the_window() {
        let mut paced = Paced::new();
        (0..10).for_each(|_| paced.take_in());
        (0..5).for_each(|_| paced.finish());
        assert_eq!((&paced.told[..], paced.pace.poll_timeout()), (&[1][..], Some(Instant::from_millis(2))));
        paced.pass(2_000);
        assert_eq!((&paced.told[..], paced.pace.poll_timeout()), (&[1, 5][..], None));
    }

    #[test]
    fn who_stops_streaming_and_waits_is_told_late_once() {
        let mut paced = Paced::new();
        paced.send(1_000, 10);
        paced.send(1, 2_000);
        let before = paced.told.len();
        paced.send(20, 100);
        assert_eq!(paced.told.len(), before + 20);
    }

    #[test]
    fn a_slow_listener_has_each_message_told_at_once() {
        let mut paced = Paced::new();
        (0..10).for_each(|_| paced.take_in());
        for number in 1..=10 {
            paced.pass(5_000);
            paced.finish();
            assert_eq!(paced.told.last(), Some(&number));
        }
    }
}
