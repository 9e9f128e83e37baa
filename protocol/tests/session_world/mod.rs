//! A server, its clients and the wires between them, in virtual time.
//!
//! Owns the clock, the weather and the wires. `node` is the server's side,
//! `page` a client's, `oracle` what has to be true of them in the end.

mod node;
mod oracle;
mod page;
mod reading;
mod trouble;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use staywire_protocol::message::{ToClient, ToServer};
use staywire_protocol::{ConnectionId, Instant, Random};

use node::Node;
pub(crate) use oracle::Tally;
use page::Page;
use wire::Wire;

/// Payloads are numbers: everything that is ever sent has one of its own.
pub(crate) type Payload = u64;
/// Tokens are numbers too, and their own hashes.
pub(crate) type Token = u64;

/// Bytes that a message counts as.
pub(crate) const BYTES: u32 = 100;

/// How the wires and the server behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Wires hold, the server lives.
    Calm,
    /// Everything that can go wrong does, now and then.
    Storm,
}

/// A rule that is switched off, to see that the oracle notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    NoDeduplication,
    EarlyAcknowledgement,
    NoRing,
    NoFencing,
    SilentGaps,
    SilentOutcomes,
    NoInterruption,
    EarlyAnswers,
}

/// Something that is going to happen.
#[derive(Clone, Debug)]
enum Happening {
    /// A page's next attempt, or its second connection if it has one.
    Dials(usize),
    Opens(ConnectionId),
    ReachesServer(ConnectionId, ToServer<Payload, Token>),
    ReachesClient(ConnectionId, ToClient<Payload>),
    /// The end of a wire is noticed: by the client, by the server.
    ClientLoses(ConnectionId),
    ServerLoses(ConnectionId),
    PageSends(usize),
    NodeSends,
    /// The listener of the session is done with its oldest message.
    ListenerDone(node::SessionKey),
    /// A handler of the session is done with a request.
    HandlerDone(node::SessionKey, u64),
    /// The oldest subscription of the session is authorised or refused.
    Authorised(node::SessionKey),
    /// A page subscribes, unsubscribes or publishes.
    PageUsesTopics(usize),
    Trouble,
    Restarts,
    Tick,
}

pub(crate) struct World {
    now: Instant,
    random: Random,
    weather: Weather,
    agenda: BTreeMap<(u64, u64), Happening>,
    agenda_entries: u64,
    node: Node,
    pages: Vec<Page>,
    wires: BTreeMap<u32, Wire>,
    next_connection: u32,
    next_payload: Payload,
    tally: Tally,
    diary: Vec<String>,
}

impl World {
    pub(crate) fn new(seed: u64, sabotage: Sabotage) -> Self {
        let mut random = Random::from_seed(seed);
        let pages = (0..=random.below(2)).map(|number| Page::new(number, seed, sabotage)).collect::<Vec<_>>();
        let mut world = Self {
            now: Instant::from_millis(0),
            random,
            weather: Weather::Calm,
            agenda: BTreeMap::new(),
            agenda_entries: 0,
            node: Node::new(sabotage),
            pages,
            wires: BTreeMap::new(),
            next_connection: 0,
            next_payload: 0,
            tally: Tally::default(),
            diary: Vec::new(),
        };
        for page in 0..world.pages.len() {
            world.schedule(0, Happening::Dials(page));
            world.schedule(5, Happening::PageSends(page));
            world.schedule(0, Happening::PageUsesTopics(page));
        }
        world.schedule(7, Happening::NodeSends);
        world.schedule(0, Happening::Tick);
        world.schedule(500, Happening::Trouble);
        world
    }

    /// Lets `duration` pass in `weather`.
    pub(crate) fn live(&mut self, duration: Duration, weather: Weather) {
        self.weather = weather;
        let end = (self.now + duration).as_millis();
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= end) {
            self.now = Instant::from_millis(entry.key().0);
            let happening = entry.remove();
            self.diary.push(format!("{:>7} {happening:?}", self.now.as_millis()));
            self.happen(happening);
        }
        self.now = Instant::from_millis(end);
    }

    pub(crate) fn diary(&self) -> &[String] {
        &self.diary
    }

    pub(crate) const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What is not as promised.
    pub(crate) fn findings(&self) -> Vec<String> {
        oracle::findings(&self.node, &self.pages)
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Dials(page) => self.dial(page),
            Happening::Opens(connection) => self.open(connection),
            Happening::ReachesServer(connection, message) => {
                if self.wires[&connection.number()].carries_up() {
                    self.node.receive(self.now, connection, message);
                    self.pump_node();
                }
            }
            Happening::ReachesClient(connection, message) => {
                let wire = self.wires[&connection.number()];
                if wire.carries_down() {
                    self.pages[wire.page].receive(self.now, connection, message);
                    self.pump_page(wire.page);
                }
            }
            Happening::ClientLoses(connection) => self.client_loses(connection),
            Happening::ServerLoses(connection) => {
                self.node.disconnected(self.now, connection);
                self.pump_node();
            }
            Happening::PageSends(page) => self.page_sends(page),
            Happening::NodeSends => self.node_sends(),
            Happening::ListenerDone(session) => {
                self.node.listener_done(session);
                self.pump_node();
            }
            Happening::HandlerDone(session, number) => {
                self.node.reply(session, number);
                self.pump_node();
            }
            Happening::Authorised(session) => {
                self.node.authorise(session);
                self.pump_node();
            }
            Happening::PageUsesTopics(page) => self.page_uses_topics(page),
            Happening::Trouble => self.trouble(),
            Happening::Restarts => {
                self.node.restart(self.now);
                self.pump_node();
            }
            Happening::Tick => self.tick(),
        }
    }

    // Wires.

    fn dial(&mut self, page: usize) {
        if self.pages[page].is_served() {
            return;
        }
        self.add_wire(page);
    }

    fn add_wire(&mut self, page: usize) {
        let connection = ConnectionId::from_number(self.next_connection);
        self.next_connection += 1;
        self.tally.dials += 1;
        self.wires.insert(connection.number(), Wire::new(page, self.now));
        self.pages[page].dialled = Some(connection);
        if self.node.is_down() {
            self.schedule(30, Happening::ClientLoses(connection));
        } else {
            let latency = self.latency();
            self.schedule(latency, Happening::Opens(connection));
        }
    }

    fn open(&mut self, connection: ConnectionId) {
        let wire = self.wires[&connection.number()];
        if self.node.is_down() || !wire.carries_up() {
            return self.schedule(10, Happening::ClientLoses(connection));
        }
        self.pages[wire.page].opened(connection);
        self.pump_page(wire.page);
    }

    /// Both ends of a wire notice its end, each in its own time.
    fn cut(&mut self, connection: ConnectionId) {
        if let Some(wire) = self.wires.get_mut(&connection.number()) {
            wire.cut();
        }
        let (client, server) = (u64::from(self.random.below(3_000)), u64::from(self.random.below(30_000)));
        self.schedule(client, Happening::ClientLoses(connection));
        self.schedule(server, Happening::ServerLoses(connection));
    }

    fn client_loses(&mut self, connection: ConnectionId) {
        let wire = self.wires[&connection.number()];
        self.pages[wire.page].lost(connection);
        self.pump_page(wire.page);
        if !self.pages[wire.page].is_served() {
            let delay = u64::from(self.random.below(2_000));
            self.schedule(delay, Happening::Dials(wire.page));
        }
    }

    // Applications.

    fn page_sends(&mut self, page: usize) {
        let payload = self.payload();
        if self.random.below(5) == 0 {
            self.pages[page].request(self.now, payload);
        } else {
            self.pages[page].send(payload);
        }
        self.pump_page(page);
        if self.weather == Weather::Storm {
            let pause = u64::from(self.random.below(2_000));
            self.schedule(pause, Happening::PageSends(page));
        }
    }

    fn page_uses_topics(&mut self, page: usize) {
        let topic = node::TOPICS[self.random.below(3) as usize];
        if self.random.below(3) == 0 {
            let payload = self.payload();
            self.pages[page].publish(topic, payload);
        } else {
            let last = u64::from(self.random.below(4));
            self.pages[page].toggle(topic, last.checked_sub(1));
        }
        self.pump_page(page);
        if self.weather == Weather::Storm {
            let pause = u64::from(self.random.below(3_000));
            self.schedule(pause, Happening::PageUsesTopics(page));
        }
    }

    fn node_sends(&mut self) {
        let payload = self.payload();
        match self.random.below(3) {
            0 => self.node.publish(payload),
            _ => self.node.send_to_one(payload, &mut self.random),
        }
        self.pump_node();
        if self.weather == Weather::Storm {
            let pause = u64::from(self.random.below(1_000));
            self.schedule(pause, Happening::NodeSends);
        }
    }

    fn payload(&mut self) -> Payload {
        self.next_payload += 1;
        self.next_payload
    }

    // The machines' outputs and timers.

    fn tick(&mut self) {
        self.node.handle_timeouts(self.now);
        self.pump_node();
        for page in 0..self.pages.len() {
            for silent in self.pages[page].silent(self.now) {
                self.client_loses(silent);
            }
            self.pages[page].handle_timeout(self.now);
            self.pump_page(page);
        }
        self.schedule(250, Happening::Tick);
    }

    fn pump_page(&mut self, page: usize) {
        for sent in self.pages[page].take_outputs(&mut self.tally) {
            match sent {
                page::Wish::Transmit(connection, message) => {
                    let arrival = self.arrival(connection, wire::Direction::Up);
                    self.schedule(arrival, Happening::ReachesServer(connection, message));
                }
                page::Wish::Drop(connection) => {
                    let noticed = u64::from(self.random.below(5_000));
                    self.schedule(noticed, Happening::ServerLoses(connection));
                }
                page::Wish::Overlap => self.add_wire(page),
            }
        }
    }

    fn pump_node(&mut self) {
        for wish in self.node.take_outputs(self.now, &mut self.random, &mut self.tally) {
            match wish {
                node::Wish::Transmit(connection, message) => {
                    let arrival = self.arrival(connection, wire::Direction::Down);
                    self.schedule(arrival, Happening::ReachesClient(connection, message));
                }
                node::Wish::Close(connection) => {
                    let noticed = self.arrival(connection, wire::Direction::Down);
                    self.schedule(noticed, Happening::ClientLoses(connection));
                }
                node::Wish::Listen(session, millis) => {
                    self.schedule(millis, Happening::ListenerDone(session));
                }
                node::Wish::Handle(session, number, millis) => {
                    self.schedule(millis, Happening::HandlerDone(session, number));
                }
                node::Wish::Authorise(session, millis) => {
                    self.schedule(millis, Happening::Authorised(session));
                }
            }
        }
    }

    /// Milliseconds until what is sent now arrives: never before what was sent earlier on the same wire.
    fn arrival(&mut self, connection: ConnectionId, direction: wire::Direction) -> u64 {
        let at = self.now + Duration::from_millis(self.latency());
        let wire = self.wires.get_mut(&connection.number()).expect("machines speak on wires that exist");
        wire.arrive(direction, at).as_millis() - self.now.as_millis()
    }

    fn latency(&mut self) -> u64 {
        match self.weather {
            Weather::Storm if self.random.below(20) == 0 => u64::from(self.random.below(8_000)),
            _ => u64::from(5 + self.random.below(80)),
        }
    }

    fn schedule(&mut self, after_millis: u64, happening: Happening) {
        self.agenda_entries += 1;
        self.agenda.insert((self.now.as_millis() + after_millis, self.agenda_entries), happening);
    }
}
