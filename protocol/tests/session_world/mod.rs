//! Servers, their clients and the wires between them, in virtual time.
//!
//! Owns the clock, the weather and the wires. `cluster` is the server's side,
//! `page` a client's, `trouble` what goes wrong, `oracle` what has to be true.
//!
//! ```text
//!  page ─ bytes ─► network ─ bytes ─► cluster        agenda: when each of it happens
//!   ▲                 │                  │           digest: all of it in 64 bits
//!   └─────────────────┴──────────────────┘
//! ```

mod agenda;
mod cluster;
mod delivery;
mod finding;
mod journal;
mod lives;
mod network;
mod oracle;
mod page;
mod payload;
mod regressions;
mod sabotage;
mod tally;
mod trouble;

use staywire_protocol::{Duration, Instant, Random};

use agenda::{Agenda, Happening};
use cluster::{Cluster, Life};
use finding::Finding;
use journal::{Digest, Journal};
use network::{Direction, Wire};
use page::Page;
use tally::Tally;

pub(crate) use lives::{live, live_all};
pub(crate) use regressions::REGRESSIONS;
pub(crate) use sabotage::Sabotage;

/// How the wires and the servers behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    /// Wires hold, servers live, pages are in sight.
    Calm,
    /// Everything that can go wrong does, now and then.
    Storm,
}

/// What a page sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Message,
    Request,
    /// To a topic; nobody may publish to a secret one.
    Publication {
        is_secret: bool,
    },
}

pub(crate) struct World {
    now: Instant,
    random: Random,
    weather: Weather,
    agenda: Agenda,
    cluster: Cluster,
    pages: Vec<Page>,
    /// By their ids.
    wires: Vec<Wire>,
    /// Where the balancer sends each page.
    homes: Vec<usize>,
    last_payload: u64,
    tally: Tally,
    journal: Journal,
}

impl World {
    fn new(seed: u64, sabotage: Sabotage) -> Self {
        let mut random = Random::from_seed(seed);
        let nodes = 1 + random.below(3) as usize;
        let pages: Vec<_> = (0..=random.below(2)).map(|_| Page::new(random.next_u64(), sabotage)).collect();
        let homes = pages.iter().map(|_| random.below(nodes as u32) as usize).collect();
        let mut world = Self {
            now: Instant::from_millis(0),
            random,
            weather: Weather::Calm,
            agenda: Agenda::default(),
            cluster: Cluster::new(nodes, sabotage),
            pages,
            wires: Vec::new(),
            homes,
            last_payload: 0,
            tally: Tally { lives: 1, ..Tally::default() },
            journal: Journal::default(),
        };
        for page in 0..world.pages.len() {
            world.schedule(0, Happening::Connects(page));
            world.schedule(5, Happening::PageActs(page));
        }
        world.schedule(7, Happening::NodeActs);
        world.schedule(500, Happening::Trouble);
        world
    }

    /// Lets `duration` pass in `weather`.
    fn pass(&mut self, duration: Duration, weather: Weather) {
        self.weather = weather;
        if weather == Weather::Calm {
            self.calm_down();
        }
        let end = self.now + duration;
        while let Some((at, happening)) = self.agenda.next(end) {
            self.now = at;
            if let Some(lines) = &mut self.journal.lines {
                lines.push(format!("{:>7} {happening:?}", at.as_millis()));
            }
            self.happen(happening);
        }
        self.now = end;
    }

    /// What happened, if it was written down.
    pub(crate) fn lines(&self) -> &[String] {
        self.journal.lines.as_deref().unwrap_or_default()
    }

    pub(crate) const fn digest(&self) -> Digest {
        self.journal.digest
    }

    /// What is not as promised.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        oracle::findings(&self.cluster, &self.pages)
    }

    fn happen(&mut self, happening: Happening) {
        if let Some(page) = self.page_of(&happening)
            && self.pages[page].is_asleep()
        {
            return self.pages[page].backlog.push(happening);
        }
        let now = self.now;
        match happening {
            Happening::Opens(wire) => self.open(wire),
            Happening::Arrives { wire, direction, position, parcel } => {
                self.arrive(wire, direction, position, parcel);
            }
            Happening::PageLoses(wire) => {
                let Wire { page, connection, .. } = self.wires[wire as usize];
                self.pages[page].lost(now, connection);
                self.pump_page(page);
            }
            Happening::NodeLoses(wire) => {
                self.wires[wire as usize].up.cut(0);
                self.with_cluster(|cluster, life| cluster.disconnected(now, wire, life));
            }
            Happening::PageTimer(page) => self.page_timer(page),
            Happening::SessionTimer(key) => {
                self.with_cluster(|cluster, life| cluster.handle_timeout(now, key, life));
            }
            Happening::PageActs(page) => self.page_acts(page),
            Happening::NodeActs => self.node_acts(),
            Happening::PageReplies { page, life, number, payload } => {
                if self.pages[page].reply(life, number, payload) {
                    self.schedule(700, Happening::PageReplies { page, life, number, payload });
                }
                self.pump_page(page);
            }
            Happening::ListenerDone { session, process } => {
                self.with_cluster(|cluster, life| cluster.listener_done(now, session, process, life));
            }
            Happening::Authorised { session, process } => {
                self.with_cluster(|cluster, life| cluster.authorised(session, process, life));
            }
            Happening::HandlerDone { session, process, number, payload } => {
                self.with_cluster(|cluster, life| {
                    cluster.handler_done(session, process, number, payload, life);
                })
            }
            Happening::Trouble => self.trouble(),
            Happening::Hinted(page, hint) => {
                self.pages[page].hinted(now, hint);
                self.pump_page(page);
            }
            Happening::Wakes(page) => self.wake(page),
            Happening::Connects(page) => {
                self.pages[page].connect(now);
                self.pump_page(page);
            }
            Happening::Unthrottled(page) => {
                self.pages[page].is_throttled = false;
                self.pump_page(page);
            }
            Happening::Restarts(node) => self.with_cluster(|cluster, life| cluster.restart(now, node, life)),
        }
    }

    /// The page in which it happens, so that it has to wait while the page is asleep.
    fn page_of(&self, happening: &Happening) -> Option<usize> {
        match *happening {
            Happening::Opens(wire)
            | Happening::PageLoses(wire)
            | Happening::Arrives { wire, direction: Direction::Down, .. } => {
                Some(self.wires[wire as usize].page)
            }
            Happening::PageTimer(page)
            | Happening::PageActs(page)
            | Happening::PageReplies { page, .. }
            | Happening::Hinted(page, _)
            | Happening::Connects(page) => Some(page),
            _ => None,
        }
    }

    /// Does something on the server's side, and what follows from it.
    fn with_cluster(&mut self, act: impl FnOnce(&mut Cluster, &mut Life<'_>)) {
        let Self { now, cluster, random, tally, journal, .. } = self;
        act(cluster, &mut Life { now: *now, random, tally, journal });
        self.pump_cluster();
    }

    // Applications.

    fn page_acts(&mut self, page: usize) {
        if self.weather == Weather::Calm {
            return;
        }
        let now = self.now;
        match self.random.below(24) {
            0..=13 => self.page_sends(page, 1),
            14 => self.page_sends(page, 8),
            15..=17 => {
                let patience = 1 + self.random.below(10);
                let patience = (self.random.below(2) == 0).then(|| Duration::from_secs(patience));
                let payload = self.payload();
                let accepted = self.pages[page].request(now, payload, patience);
                self.tally.sent += u64::from(accepted);
            }
            18 => self.tally.cancelled += u64::from(self.pages[page].cancel()),
            _ => self.page_uses_topics(page),
        }
        self.pump_page(page);
        let pause = self.random.below(2_000);
        self.schedule(pause, Happening::PageActs(page));
    }

    fn page_sends(&mut self, page: usize, count: u32) {
        for _ in 0..count {
            let payload = self.payload();
            let accepted = self.pages[page].send(payload);
            self.tally.sent += u64::from(accepted);
            self.tally.refused += u64::from(!accepted);
        }
    }

    fn page_uses_topics(&mut self, page: usize) {
        let topic = cluster::TOPICS[self.random.below(3) as usize];
        let name = cluster::name_of(topic);
        if self.random.below(3) == 0 {
            let last = u64::from(self.random.below(4));
            self.pages[page].toggle(name, last.checked_sub(1));
        } else {
            let payload = self.payload();
            let accepted = self.pages[page].publish(name, topic == cluster::SECRET, payload);
            self.tally.sent += u64::from(accepted);
            self.tally.published += u64::from(accepted);
        }
    }

    fn node_acts(&mut self) {
        if self.weather == Weather::Calm {
            return;
        }
        let (now, payload) = (self.now, self.payload());
        match self.random.below(8) {
            stream @ 0..=2 => {
                self.with_cluster(|cluster, life| cluster.publish(stream as usize, payload, life));
            }
            _ => self.with_cluster(|cluster, life| cluster.send(now, payload, life)),
        }
        let pause = self.random.below(1_000);
        self.schedule(pause, Happening::NodeActs);
    }

    /// The number of a payload that nobody has sent.
    const fn payload(&mut self) -> u64 {
        self.last_payload += 1;
        self.last_payload
    }

    fn schedule(&mut self, after_millis: u32, happening: Happening) {
        self.agenda.add(self.now + Duration::from_millis(after_millis.into()), happening);
    }
}
