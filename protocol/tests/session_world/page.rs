//! A client: the machine, its application, and what the application was told.

use std::collections::{BTreeMap, VecDeque};

use staywire_protocol::client::session::{Event, Output, Session};
use staywire_protocol::message::{RequestError, ToClient, ToServer};
use staywire_protocol::parts::tokens::OwnTokens;
use staywire_protocol::wire::{Name, Stream, SubscribeFrom};
use staywire_protocol::{ConnectionId, Duration, Instant};

use super::reading::Reading;
use super::{BYTES, Payload, Sabotage, Tally, Token};

/// How long a connection may say nothing before the page gives it up (interval and timeout of the server).
const SILENCE: Duration = Duration::from_secs(20);

/// What a page wants of the world.
pub(super) enum Wish {
    Transmit(ConnectionId, ToServer<Payload, Token>),
    Drop(ConnectionId),
    Overlap,
}

pub(super) struct Page {
    session: Session<Payload, Token, Payload>,
    sabotage: Sabotage,
    number: u32,
    tokens_made: u64,
    /// The newest connection that was dialled and is not lost.
    pub(super) dialled: Option<ConnectionId>,
    /// Connections that are open, and when each last said something.
    open: BTreeMap<u32, Instant>,
    now: Instant,
    /// Sent and neither acknowledged nor told to be unknown: number and payload.
    outstanding: VecDeque<(u64, Payload)>,
    /// Published, by number in the session; what the session before had is kept until it is renumbered.
    publications: BTreeMap<u64, Payload>,
    lost_publications: BTreeMap<u64, Payload>,
    /// What the application was told, for the oracle.
    pub(super) told: Told,
}

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) sent: Vec<Payload>,
    pub(super) acknowledged: Vec<Payload>,
    pub(super) unknown: Vec<Payload>,
    pub(super) asked: Vec<Payload>,
    pub(super) settled: Vec<(Payload, bool)>,
    /// What was published, by topic, and what of it was refused.
    pub(super) published: Vec<(Payload, &'static str)>,
    pub(super) refused: Vec<Payload>,
    pub(super) topics: BTreeMap<&'static str, Reading>,
    /// Inbox messages, and how many were told to be lost; a new life for each session.
    pub(super) inbox: Vec<InboxLife>,
    /// Broadcast offsets by epoch, and the offsets told to be lost.
    pub(super) broadcast: BTreeMap<String, (Vec<u64>, Vec<u64>)>,
    pub(super) ended: bool,
}

#[derive(Debug, Default)]
pub(super) struct InboxLife {
    pub(super) payloads: Vec<Payload>,
    pub(super) lost: u64,
}

impl Page {
    pub(super) fn new(number: u32, seed: u64, sabotage: Sabotage) -> Self {
        let mut page = Self {
            session: Session::new(OwnTokens::new(0, 0), 20_000, 16, seed),
            sabotage,
            number,
            tokens_made: 0,
            dialled: None,
            open: BTreeMap::new(),
            now: Instant::from_millis(0),
            outstanding: VecDeque::new(),
            publications: BTreeMap::new(),
            lost_publications: BTreeMap::new(),
            told: Told::default(),
        };
        let tokens = OwnTokens::new(page.token(), page.token());
        page.session = Session::new(tokens, 20_000, 16, seed);
        page
    }

    fn token(&mut self) -> Token {
        self.tokens_made += 1;
        u64::from(self.number) << 32 | self.tokens_made
    }

    /// Whether it has a connection or is about to.
    pub(super) const fn is_served(&self) -> bool {
        self.session.attached().is_some() || self.dialled.is_some()
    }

    pub(super) fn opened(&mut self, connection: ConnectionId) {
        if self.dialled.is_some_and(|newest| connection <= newest) {
            self.open.insert(connection.number(), self.now);
            self.session.opened(connection);
        }
    }

    pub(super) fn lost(&mut self, connection: ConnectionId) {
        self.open.remove(&connection.number());
        if self.dialled == Some(connection) {
            self.dialled = None;
        }
        self.session.lost(connection);
    }

    /// Connections that have said nothing for too long.
    pub(super) fn silent(&mut self, now: Instant) -> Vec<ConnectionId> {
        self.now = now;
        let silent = |(&number, &heard): (&u32, &Instant)| {
            (now.saturating_duration_since(heard) >= SILENCE).then(|| ConnectionId::from_number(number))
        };
        self.open.iter().filter_map(silent).collect()
    }

    pub(super) fn receive(&mut self, now: Instant, connection: ConnectionId, message: ToClient<Payload>) {
        self.now = now;
        if let Some(heard) = self.open.get_mut(&connection.number()) {
            *heard = now;
            let spare = self.token();
            self.session.receive(now, connection, message, BYTES, || spare);
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.session.poll_timeout().is_some_and(|due| due <= now) {
            self.session.handle_timeout(now);
        }
    }

    pub(super) fn send(&mut self, payload: Payload) {
        if let Ok(number) = self.session.send(payload, BYTES) {
            self.told.sent.push(payload);
            self.outstanding.push_back((number, payload));
        }
    }

    pub(super) fn request(&mut self, now: Instant, payload: Payload) {
        let deadline = payload.is_multiple_of(3).then(|| now + Duration::from_secs(4));
        if let Ok(number) = self.session.request(payload, BYTES, deadline, payload) {
            self.told.asked.push(payload);
            self.outstanding.push_back((number, payload));
        }
    }

    pub(super) fn publish(&mut self, topic: &'static str, payload: Payload) {
        if let Ok(number) = self.session.publish(name(topic), payload, BYTES) {
            self.told.published.push((payload, topic));
            self.publications.insert(number, payload);
            self.outstanding.push_back((number, payload));
        }
    }

    /// Subscribes to a topic that is not held, from where it was read to or from its last messages, and unsubscribes
    /// from one that is.
    pub(super) fn toggle(&mut self, topic: &'static str, last: Option<u64>) {
        let reading = self.told.topics.entry(topic).or_default();
        if reading.is_held() {
            if self.session.unsubscribe(&name(topic)) == Ok(true) {
                reading.let_go();
            }
            return;
        }
        let position = reading.last().filter(|_| last.is_none());
        let from = position.map_or(SubscribeFrom::Last(last.unwrap_or(0)), SubscribeFrom::Position);
        if self.session.subscribe(name(topic), name(topic).encoded_len(), from).is_ok() {
            reading.hold(position);
        }
    }

    fn reading(&mut self, stream: &Stream) -> Option<&mut Reading> {
        let Stream::Topic(name) = stream else { return None };
        self.told.topics.get_mut(name.as_str())
    }

    pub(super) fn take_outputs(&mut self, tally: &mut Tally) -> Vec<Wish> {
        let mut wishes = Vec::new();
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Transmit { connection, message } => {
                    if self.open.contains_key(&connection.number()) {
                        wishes.push(Wish::Transmit(connection, message));
                    }
                }
                Output::Drop { connection, .. } => {
                    self.lost(connection);
                    wishes.push(Wish::Drop(connection));
                }
                Output::Relocate { .. } => wishes.push(Wish::Overlap),
                Output::Event(event) => self.on_event(event, tally),
            }
        }
        wishes
    }

    fn on_event(&mut self, event: Event<Payload, Payload>, tally: &mut Tally) {
        match event {
            Event::Open => self.told.inbox.push(InboxLife::default()),
            Event::Resumed => tally.resumed += 1,
            Event::Fresh(_) => {
                tally.fresh += 1;
                self.lost_publications = std::mem::take(&mut self.publications);
                self.told.inbox.push(InboxLife::default());
            }
            Event::Moved { number, to } => {
                if let Some(outstanding) = self.outstanding.iter_mut().find(|(known, _)| *known == number) {
                    outstanding.0 = to;
                }
                if let Some(payload) = self.lost_publications.remove(&number) {
                    self.publications.insert(to, payload);
                }
            }
            Event::OutcomeUnknown { number } => self.on_unknown(number),
            Event::Acknowledged { number } => {
                while let Some(&(oldest, payload)) = self.outstanding.front()
                    && oldest <= number
                {
                    self.outstanding.pop_front();
                    self.told.acknowledged.push(payload);
                }
            }
            Event::InboxGap(gap) => {
                tally.gaps += 1;
                if self.sabotage != Sabotage::SilentGaps
                    && let Some(life) = self.told.inbox.last_mut()
                {
                    life.lost += gap.to + 1 - gap.from;
                }
            }
            Event::Message(payload) => {
                if let Some(life) = self.told.inbox.last_mut() {
                    life.payloads.push(payload);
                }
            }
            Event::StreamMessage { stream: Stream::Broadcast, position, .. } => {
                self.told
                    .broadcast
                    .entry(position.epoch.as_str().into())
                    .or_default()
                    .0
                    .push(position.offset);
            }
            Event::StreamGap { stream: Stream::Broadcast, gap } => {
                // The gap is of the life that was last read.
                if self.sabotage != Sabotage::SilentGaps
                    && let Some((_, (_, lost))) = self.told.broadcast.iter_mut().next_back()
                {
                    lost.extend(gap.from..=gap.to);
                }
            }
            Event::Subscribed { topic, position } => {
                tally.subscribed += 1;
                if let Some(reading) = self.told.topics.get_mut(topic.as_str()) {
                    reading.on_subscribed(position);
                }
            }
            Event::SubscriptionRefused { topic, .. } => {
                if let Some(reading) = self.told.topics.get_mut(topic.as_str()) {
                    reading.let_go();
                }
            }
            Event::Gone { stream, .. } => {
                if let Some(reading) = self.reading(&stream) {
                    reading.let_go();
                }
            }
            Event::StreamMessage { stream, position, .. } => {
                if let Some(reading) = self.reading(&stream) {
                    reading.on_message(position);
                }
            }
            Event::StreamGap { stream, gap } if self.sabotage != Sabotage::SilentGaps => {
                if let Some(reading) = self.reading(&stream) {
                    reading.on_gap(gap);
                }
            }
            Event::StreamReset { stream, position, .. } => {
                if let Some(reading) = self.reading(&stream) {
                    reading.on_reset(position);
                }
            }
            Event::PublicationRefused { number, .. } => {
                self.told.refused.extend(self.publications.get(&number));
            }
            Event::Settled { who, result } => {
                let is_answer = !matches!(result, Err(RequestError::Timeout | RequestError::OutcomeUnknown));
                self.told.settled.push((who, is_answer));
            }
            Event::Ended(_) => self.told.ended = true,
            _ => {}
        }
    }

    fn on_unknown(&mut self, number: u64) {
        let Some(place) = self.outstanding.iter().position(|&(oldest, _)| oldest == number) else { return };
        if let Some((_, payload)) = self.outstanding.remove(place)
            && self.sabotage != Sabotage::SilentOutcomes
        {
            self.told.unknown.push(payload);
        }
    }
}

fn name(topic: &str) -> Name<'static> {
    Name::new(topic.to_owned()).expect("it is short")
}
