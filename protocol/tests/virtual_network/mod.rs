//! A client, its page, its network and its server, in virtual time.
//!
//! Owns the clock, the weather and the diary; checks the rules that hold at
//! every step. `wire` is what one connection does.

mod wire;

use std::collections::BTreeMap;

use staywire_protocol::client::{
    Accepted, Cause, Client, Closed, Event, Hint, Input, Output, SendError, Status, Verdict,
};
use staywire_protocol::{CloseCode, ConnectionId, Duration, Instant, Random};
use wire::{Fate, Wire};

/// How the network and the server behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Connections open and stay.
    Fair,
    /// Everything that can go wrong does, now and then.
    Storm,
    /// Nothing opens.
    Dead,
}

/// Something that is going to happen.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Opens(ConnectionId),
    Closes(ConnectionId, u16),
    Delivers(ConnectionId),
    Answers(ConnectionId),
    Sends,
    Hints(Hint),
}

const MESSAGE_BYTES: u32 = 100;
const MAX_QUEUE_BYTES: u64 = 2_000;

pub(crate) struct World {
    pub(crate) client: Client<()>,
    /// Everything that the client did, in order.
    pub(crate) diary: Vec<String>,
    now: Instant,
    random: Random,
    weather: Weather,
    wires: BTreeMap<u32, Wire>,
    agenda: BTreeMap<(u64, u64), Happening>,
    agenda_entries: u64,
    /// Messages that wait to be flushed.
    kept: u64,
    ends: u32,
    failures: u32,
}

impl World {
    pub(crate) fn new(mut client: Client<()>, seed: u64) -> Self {
        client.connect(Instant::from_millis(0));
        Self {
            client,
            diary: Vec::new(),
            now: Instant::from_millis(0),
            random: Random::from_seed(seed ^ 0x5EED),
            weather: Weather::Fair,
            wires: BTreeMap::new(),
            agenda: BTreeMap::new(),
            agenda_entries: 0,
            kept: 0,
            ends: 0,
            failures: 0,
        }
    }

    /// Lets `duration` pass in `weather`.
    pub(crate) fn live(&mut self, duration: Duration, weather: Weather) {
        self.weather = weather;
        if weather == Weather::Fair {
            // What is still on its way from the storm must not count against fair weather.
            self.agenda.retain(|_, happening| !matches!(happening, Happening::Hints(_)));
            self.wires.values_mut().for_each(Wire::recover);
            self.schedule(0, Happening::Hints(Hint::PageShow { persisted: true }));
            self.schedule(1, Happening::Hints(Hint::Online));
        } else if weather == Weather::Storm {
            self.schedule(0, Happening::Sends);
            self.schedule(1, Happening::Hints(Hint::Visible));
        }
        let end = self.now + duration;
        self.pump();
        while let Some(next) = self.next_moment(end) {
            self.now = self.now.max(next);
            self.step();
            self.pump();
        }
        self.now = end;
    }

    pub(crate) fn close(&mut self) {
        self.client.close(self.now);
        self.pump();
    }

    pub(crate) fn reconnect(&mut self) {
        self.client.connect(self.now);
        self.pump();
    }

    pub(crate) fn hint(&mut self, hint: Hint) {
        self.client.handle_input(self.now, Input::Hint(hint));
        self.pump();
    }

    pub(crate) const fn unsent(&self) -> u64 {
        self.kept
    }

    pub(crate) fn dials(&self) -> usize {
        self.wires.len()
    }

    pub(crate) const fn ends(&self) -> u32 {
        self.ends
    }

    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }

    pub(crate) fn live_connections(&self) -> usize {
        self.wires.values().filter(|wire| wire.is_in_use()).count()
    }

    /// The next thing on the agenda or the client's timer, whichever is first.
    fn next_moment(&mut self, end: Instant) -> Option<Instant> {
        let agenda = self.agenda.keys().next().map(|&(millis, _)| Instant::from_millis(millis));
        let timer = self.client.poll_timeout().map(|due| due + self.lateness());
        let next = [agenda, timer].into_iter().flatten().min()?;
        (next <= end).then_some(next)
    }

    /// Timers are some milliseconds late; those of a throttled tab, by a minute.
    fn lateness(&mut self) -> Duration {
        match self.weather {
            Weather::Storm if self.random.below(50) == 0 => Duration::from_secs(60),
            _ => Duration::from_millis(u64::from(self.random.below(20))),
        }
    }

    fn step(&mut self) {
        let due =
            self.agenda.first_key_value().is_some_and(|(&(millis, _), _)| millis <= self.now.as_millis());
        if due && let Some((_, happening)) = self.agenda.pop_first() {
            self.happen(happening);
        } else {
            let pure = self.client.poll_timeout();
            assert_eq!(pure, self.client.poll_timeout());
            self.client.handle_timeout(self.now);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Opens(connection) => {
                self.wire(connection).open();
                self.client.handle_input(self.now, Input::Opened { connection });
            }
            Happening::Closes(connection, code) => {
                self.wire(connection).close();
                let code = CloseCode::from_number(code);
                let closed =
                    Closed { code, reason: None, was_clean: code != CloseCode::ABNORMAL, cause: Cause::Peer };
                self.client.handle_input(self.now, Input::Closed { connection, closed, retry: None });
            }
            Happening::Delivers(connection) => {
                let in_use = self.wire(connection).is_in_use();
                let delivered = self.client.on_data(connection) == Verdict::Deliver;
                assert_eq!(delivered, in_use, "only the connection in charge delivers");
            }
            Happening::Answers(connection) => self.client.on_answered(connection),
            Happening::Sends => self.send(),
            Happening::Hints(hint) => {
                self.client.handle_input(self.now, Input::Hint(hint));
                if self.weather == Weather::Storm {
                    self.schedule_next_hint(hint);
                }
            }
        }
    }

    fn send(&mut self) {
        match self.client.send(MESSAGE_BYTES) {
            Ok(Accepted::Sent { connection }) => {
                assert!(self.wire(connection).is_open(), "messages go to open connections only");
                assert_eq!(self.kept, 0, "none overtakes those that wait");
            }
            Ok(Accepted::Kept) => self.kept += 1,
            Err(SendError::QueueFull { max_bytes }) => assert_eq!(max_bytes, MAX_QUEUE_BYTES),
            Err(SendError::Closed) => {}
        }
        if self.weather == Weather::Storm {
            let pause = u64::from(self.random.below(3_000));
            self.schedule(pause, Happening::Sends);
        }
    }

    fn schedule_next_hint(&mut self, last: Hint) {
        let follower = match last {
            Hint::Offline => Hint::Online,
            Hint::Hidden => Hint::Visible,
            Hint::Freeze => Hint::Resume,
            Hint::PageHide { persisted } => Hint::PageShow { persisted },
            _ => match self.random.below(6) {
                0 => Hint::Offline,
                1 => Hint::Hidden,
                2 => Hint::Freeze,
                3 => Hint::PageHide { persisted: true },
                4 => Hint::PageHide { persisted: false },
                _ => Hint::ClockJump,
            },
        };
        let pause = u64::from(self.random.below(20_000));
        self.schedule(pause, Happening::Hints(follower));
    }

    fn schedule(&mut self, after_millis: u64, happening: Happening) {
        self.agenda_entries += 1;
        self.agenda.insert((self.now.as_millis() + after_millis, self.agenda_entries), happening);
    }

    fn wire(&mut self, connection: ConnectionId) -> &mut Wire {
        self.wires.get_mut(&connection.number()).expect("the client dialled it")
    }

    /// Does what the client wants, until it wants nothing more.
    fn pump(&mut self) {
        while let Some(output) = self.client.poll_output() {
            self.diary.push(format!("{:>8} {output:?}", self.now.as_millis()));
            self.perform(output);
        }
        let queued = self.kept * u64::from(MESSAGE_BYTES);
        assert!(queued <= MAX_QUEUE_BYTES, "the queue is bounded");
        if !matches!(self.client.status(), Status::Closing | Status::Closed) {
            assert_eq!(self.client.buffered_bytes(), queued);
        }
    }

    fn perform(&mut self, output: Output<()>) {
        assert!(
            self.ends == 0 || matches!(output, Output::Connect { .. }),
            "nothing follows the end: {output:?}"
        );
        match output {
            Output::Connect { connection } => self.dial(connection),
            Output::Flush { connection } => {
                assert!(self.wire(connection).is_open(), "messages go to open connections only");
                assert!(self.kept > 0, "there is something to send");
                self.kept = 0;
            }
            Output::Ping { connection } => {
                if self.wire(connection).answers() {
                    self.schedule(40, Happening::Delivers(connection));
                    self.schedule(40, Happening::Answers(connection));
                }
            }
            Output::Close { connection } => {
                if self.random.below(2) == 0 {
                    self.schedule(30, Happening::Closes(connection, 1000));
                }
            }
            Output::Detach { connection, code } => {
                assert_eq!(code, CloseCode::NORMAL);
                self.wire(connection).detach();
                // The browser's callbacks come late, and must not matter.
                self.schedule(60_000, Happening::Closes(connection, 1006));
            }
            Output::Event(event) => self.on_event(&event),
        }
    }

    fn dial(&mut self, connection: ConnectionId) {
        assert_eq!(self.live_connections(), 0, "one connection at a time");
        self.ends = 0;
        let fate = Fate::draw(self.weather, &mut self.random);
        let replaced = self.wires.insert(connection.number(), Wire::new(fate));
        assert!(replaced.is_none(), "a connection's name is never reused");
        match fate {
            Fate::Hangs => {}
            Fate::Refuses => self.schedule(20, Happening::Closes(connection, 1006)),
            Fate::Opens { closes_after: None, .. } => self.schedule(50, Happening::Opens(connection)),
            Fate::Opens { closes_after: Some((millis, code)), .. } => {
                self.schedule(50, Happening::Opens(connection));
                self.schedule(60, Happening::Delivers(connection));
                self.schedule(50 + millis, Happening::Closes(connection, code));
            }
        }
    }

    fn on_event(&mut self, event: &Event<()>) {
        match *event {
            Event::Open { connection } => {
                assert_eq!(self.client.send(1), Ok(Accepted::Sent { connection }), "open handlers can send");
                self.client.handle_input(self.now, Input::OpenHandled { connection });
            }
            Event::Closed { is_failure, .. } => {
                self.kept = 0;
                self.ends += 1;
                self.failures += u32::from(is_failure);
            }
            Event::Stale | Event::Reconnecting(_) => {}
        }
    }
}
