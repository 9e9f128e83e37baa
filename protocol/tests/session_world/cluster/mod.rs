//! The server's side: nodes, the sessions that they hold, and the directory that finds a session wherever it is.
//!
//! Owns: the way between bytes and the sessions' machines, and what their
//! drivers do: listeners, handlers, timers. `opening` is the registry,
//! `hand_over` what becomes of sessions when processes stop.

mod given;
mod hand_over;
mod listener;
mod node;
mod opening;
mod served;
mod topics;

use std::collections::BTreeMap;

use staywire_protocol::message::{MessageKind, Opening, ServerIntroduction, ToClient, ToServer};
use staywire_protocol::server::{EndReason, Event, Output, SessionConfig, StreamSnapshot};
use staywire_protocol::wire::{FailureCode, Id};
use staywire_protocol::{CloseCode, ConnectionId, Duration, Instant, Random};

use super::finding::Promise;
use super::journal::Journal;
use super::network::{Parcel, WireId};
use super::payload::Payload;
use super::sabotage::Sabotage;
use super::tally::Tally;
pub(super) use given::Given;
pub(super) use hand_over::Stop;
use node::Node;
pub(super) use node::{SECRET, TOPICS, name_of};
use served::{Inbound, Served, Stored};

pub(super) type SessionKey = u64;

/// Bytes that each ring keeps: little, so that rings run over.
const RING_BYTES: u64 = 1_500;
/// Bytes that may wait for a listener: little, so that credit runs out.
const INBOUND_BYTES: u64 = 1_000;
/// How long a session outlives the last byte of its client.
const WINDOW: Duration = Duration::from_secs(60);

/// What the server wants of the world.
pub(super) enum Wish {
    Write(WireId, Parcel),
    /// The listener of the session has something to do, or a handler the request `number`.
    Listen {
        session: SessionKey,
        process: u32,
    },
    Handle {
        session: SessionKey,
        process: u32,
        number: u64,
        payload: u64,
    },
    /// A subscription of the session waits to be authorised.
    Authorise {
        session: SessionKey,
        process: u32,
    },
}

pub(super) struct Cluster {
    sabotage: Sabotage,
    nodes: Vec<Node>,
    sessions: BTreeMap<SessionKey, Served>,
    /// Sessions of a process that stopped, until its next one takes them.
    stored: BTreeMap<SessionKey, (usize, Stored)>,
    /// The streams while no process is up that has them.
    lives: Option<Vec<StreamSnapshot<Payload>>>,
    lives_begun: u64,
    processes_started: u64,
    /// Which session speaks on a wire.
    speaking: BTreeMap<WireId, SessionKey>,
    last_session: SessionKey,
    openings: u64,
    wishes: Vec<Wish>,
    pub(super) given: Given,
}

fn config() -> SessionConfig {
    let mut config = SessionConfig::default();
    config.max_ring_bytes = RING_BYTES;
    config.max_inbound_bytes = INBOUND_BYTES;
    config.max_message_bytes = super::payload::MAX_BYTES;
    config.window = WINDOW;
    config.max_requests = 8;
    config
}

impl Cluster {
    pub(super) fn new(nodes: usize, sabotage: Sabotage) -> Self {
        let mut cluster = Self {
            sabotage,
            nodes: Vec::new(),
            sessions: BTreeMap::new(),
            stored: BTreeMap::new(),
            lives: None,
            lives_begun: 0,
            processes_started: 0,
            speaking: BTreeMap::new(),
            last_session: 0,
            openings: 0,
            wishes: Vec::new(),
            given: Given::default(),
        };
        for _ in 0..nodes {
            let node = cluster.start_node(Instant::from_millis(0));
            cluster.nodes.push(node);
        }
        cluster
    }

    // What the world does to it.

    pub(super) fn receive(
        &mut self,
        now: Instant,
        (wire, node): (WireId, usize),
        is_first: bool,
        kind: MessageKind,
        bytes: &[u8],
        life: &mut Life<'_>,
    ) {
        if is_first {
            match Opening::decode(kind, bytes) {
                Ok((opening, _)) => self.open(now, wire, node, opening, life),
                Err(error) => self.given.findings.add(Promise::Spoken, format!("a page asked: {error}")),
            }
            return;
        }
        let Some(&key) = self.speaking.get(&wire) else { return };
        match ToServer::decode(kind, bytes, |at| Payload::read(kind, &bytes[at..])) {
            Ok((message, bytes)) => self.take_in(key, wire, message, bytes, life),
            Err(error) => self.given.findings.add(Promise::Spoken, format!("a page said: {error}")),
        }
    }

    fn take_in(
        &mut self,
        key: SessionKey,
        wire: WireId,
        message: ToServer<Payload, ()>,
        bytes: u32,
        life: &mut Life<'_>,
    ) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        let before = served.session.lane().accepted();
        served.session.receive(life.now, ConnectionId::from_number(wire), message, bytes);
        let accepted = served.session.lane().accepted();
        if self.sabotage == Sabotage::EarlyAcknowledgement && accepted > before {
            self.write(wire, 0, &ToClient::Ack(accepted));
        }
        self.drain(key, life);
    }

    pub(super) fn disconnected(&mut self, now: Instant, wire: WireId, life: &mut Life<'_>) {
        // What it asked for waits for nobody any more.
        let waiting = self.sessions.values_mut().map(|served| &mut served.waiting);
        waiting.for_each(|waiting| waiting.retain(|(waits_on, ..)| *waits_on != wire));
        let Some(&key) = self.speaking.get(&wire) else { return };
        if let Some(served) = self.sessions.get_mut(&key) {
            served.session.disconnected(now, ConnectionId::from_number(wire));
        }
        self.drain(key, life);
    }

    /// Sets a timer for each session whose machine wants to be called before the one that is set; timers are late.
    pub(super) fn set_timers(&mut self, now: Instant, late: Duration) -> Vec<(Instant, SessionKey)> {
        let unset = |(&key, served): (&SessionKey, &mut Served)| {
            let at = served.session.poll_timeout()?.max(now) + late;
            let is_set = served.timer.is_some_and(|timer| timer <= at);
            (!is_set).then(|| {
                served.timer = Some(at);
                (at, key)
            })
        };
        self.sessions.iter_mut().filter_map(unset).collect()
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, key: SessionKey, life: &mut Life<'_>) {
        if let Some(served) = self.sessions.get_mut(&key)
            && served.timer == Some(now)
        {
            served.timer = None;
            let is_held = served.session.acknowledgement_due().is_some_and(|due| due <= now);
            life.tally.held += u64::from(is_held);
            served.session.handle_timeout(now);
            self.drain(key, life);
        }
    }

    // What its application does.

    pub(super) fn publish(&mut self, stream: usize, payload: u64, life: &mut Life<'_>) {
        let payload = Payload::of(payload);
        for node in 0..self.nodes.len() {
            if !self.nodes[node].is_up {
                continue;
            }
            let (alias, offset) = self.nodes[node].publish(stream, payload.clone());
            for key in self.living(Some(node)) {
                if let Some(served) = self.sessions.get_mut(&key) {
                    served.session.forward(alias, offset, payload.clone());
                }
                self.drain(key, life);
            }
        }
    }

    /// Sends to some session, or asks it.
    pub(super) fn send(&mut self, now: Instant, number: u64, life: &mut Life<'_>) {
        let living = self.living(None);
        let Some(&key) = living.get(life.random.below(living.len() as u32) as usize) else { return };
        let Some(served) = self.sessions.get_mut(&key) else { return };
        let payload = Payload::of(number);
        let bytes = payload.len();
        let sent = match life.random.below(4) {
            0 => {
                let patience = Duration::from_secs(1 + life.random.below(10));
                let deadline = (life.random.below(2) == 0).then(|| now + patience);
                let Ok(asked) = served.session.request(payload, bytes, deadline, number) else { return };
                served.asking.insert(number, asked);
                self.given.asked.insert(number, given::Asked::default());
                asked
            }
            // It gets a number that never comes.
            _ if self.sabotage == Sabotage::NoRing && served.session.connection().is_none() => {
                u64::MAX - number
            }
            _ => served.session.send(payload, bytes),
        };
        self.given.sent.entry(key).or_default().insert(sent, number);
        if life.random.below(30) == 0
            && let Some((&payload, &number)) = served.asking.first_key_value()
            && served.session.cancel(number).is_some()
        {
            served.asking.remove(&payload);
            life.tally.cancelled += 1;
            self.given.asked.entry(payload).or_default().settled += 1;
        }
        self.drain(key, life);
    }

    /// Asks the clients of `node` to come back on other connections within `window`.
    pub(super) fn relocate(&mut self, node: usize, window: Duration, life: &mut Life<'_>) {
        for key in self.living(Some(node)) {
            if let Some(served) = self.sessions.get_mut(&key) {
                served.session.relocate(window);
            }
            self.drain(key, life);
        }
    }

    /// Ends some session.
    pub(super) fn end_one(&mut self, life: &mut Life<'_>) {
        let living = self.living(None);
        let Some(&key) = living.get(life.random.below(living.len() as u32) as usize) else { return };
        if let Some(served) = self.sessions.get_mut(&key) {
            served.session.end(CloseCode::ENDED);
        }
        self.drain(key, life);
    }

    fn living(&self, node: Option<usize>) -> Vec<SessionKey> {
        let lives =
            |served: &Served| served.session.ended().is_none() && node.is_none_or(|node| served.node == node);
        self.sessions.iter().filter(|(_, served)| lives(served)).map(|(&key, _)| key).collect()
    }

    // The machines' outputs.

    pub(super) fn take_wishes(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.wishes)
    }

    fn drain(&mut self, key: SessionKey, life: &mut Life<'_>) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        let node = served.node;
        while let Some(output) = self.sessions.get_mut(&key).and_then(|served| served.session.poll_output()) {
            match output {
                Output::Transmit { connection, message } => self.write(connection.number(), node, &message),
                Output::Close { connection, code } => {
                    self.wishes.push(Wish::Write(connection.number(), Parcel::close(code)));
                }
                Output::Event(event) => {
                    life.journal.note(format_args!("        session {key}: {event:?}"));
                    self.on_event(key, event, life);
                }
            }
        }
        self.listen(key, life);
        self.check(key);
    }

    fn write(&mut self, wire: WireId, node: usize, message: &ToClient<Payload>) {
        let introduction = ServerIntroduction { instance: Id::from_bits(node as u128), protocol: None };
        let mut bytes = Vec::new();
        let payload = message.encode(&introduction, &mut bytes);
        let kind = payload.map_or(MessageKind::Text, Payload::kind);
        bytes.extend_from_slice(payload.map_or(&[], Payload::bytes));
        self.wishes.push(Wish::Write(wire, Parcel::Message(kind, bytes)));
    }

    fn on_event(&mut self, key: SessionKey, event: Event<Payload, u64>, life: &mut Life<'_>) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        match event {
            Event::Message { number, payload, bytes, redelivered } => {
                let payload = self.given.number_of(&payload);
                served.inbound.push_back(Inbound { number, payload, bytes, redelivered });
            }
            Event::Request { number, payload, redelivered, .. } => {
                let payload = self.given.number_of(&payload);
                self.handle(key, number, payload, redelivered, life);
            }
            Event::Subscribe { number, topic, from } => {
                self.subscribe(key, number, topic, from);
            }
            Event::TooManySubscriptions { number } => {
                served.session.refuse(number, FailureCode::TOO_MANY, Payload::default(), 0);
            }
            Event::Publish { number, topic, payload, redelivered, .. } => {
                let payload = self.given.number_of(&payload);
                self.publish_to(key, number, &topic, (payload, redelivered), life);
            }
            Event::Cancelled { number } => drop(served.handling.remove(&number)),
            Event::Settled { who, result } => {
                life.tally.settled += 1;
                served.asking.remove(&who);
                self.given.settled(who, &result);
            }
            Event::Ended(EndReason::Violation) => {
                self.given.findings.add(Promise::Spoken, format!("session {key}: a violation of the page"));
            }
            _ => {}
        }
    }

    /// The buffers keep to their bounds.
    fn check(&mut self, key: SessionKey) {
        let Some(served) = self.sessions.get(&key) else { return };
        let kept = served.session.kept_bytes();
        if kept > RING_BYTES {
            self.given.findings.add(Promise::Bounded, format!("session {key}: {kept} bytes in the ring"));
        }
        let inbound = served.inbound_bytes();
        if inbound > INBOUND_BYTES {
            let what = format!("session {key}: {inbound} bytes wait for the listener");
            self.given.findings.add(Promise::Bounded, what);
        }
    }

    // Questions.

    pub(super) fn is_up(&self, node: usize) -> bool {
        self.nodes[node].is_up
    }

    pub(super) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the session lives and is connected.
    pub(super) fn is_connected(&self, key: SessionKey) -> bool {
        self.sessions.get(&key).is_some_and(|served| served.session.connection().is_some())
    }

    /// The streams as they are, if any process is up.
    pub(super) fn streams(&self) -> Vec<StreamSnapshot<Payload>> {
        self.nodes.iter().find(|node| node.is_up).map(Node::lives).unwrap_or_default()
    }
}

/// What every step of a life draws from and adds to.
pub(super) struct Life<'a> {
    pub(super) now: Instant,
    pub(super) random: &'a mut Random,
    pub(super) tally: &'a mut Tally,
    pub(super) journal: &'a mut Journal,
}
