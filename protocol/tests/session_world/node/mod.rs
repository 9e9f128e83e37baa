//! The server: its sessions, their listeners, and what the listeners were given.

mod opening;
mod topics;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use staywire_protocol::message::{LaneMessage, ToClient, ToServer};
use staywire_protocol::server::{Event, Output, Session, SessionConfig, SharedStream, Snapshot};
use staywire_protocol::wire::{Epoch, FailureCode, Stream};
use staywire_protocol::{ConnectionId, Instant, Random};

use super::{BYTES, Payload, Sabotage, Tally, Token};
pub(super) use topics::{SECRET, TOPICS};

pub(super) type SessionKey = u64;

/// How a server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// With all its state written.
    Clean,
    /// With nothing left.
    Crash,
    /// With the sessions kept elsewhere up to what was done.
    CrashKeepingDone,
}

/// What the server wants of the world.
pub(super) enum Wish {
    Transmit(ConnectionId, ToClient<Payload>),
    Close(ConnectionId),
    /// The listener has something to do, for so many milliseconds.
    Listen(SessionKey, u64),
    /// A handler works on the request with this number, for so many milliseconds.
    Handle(SessionKey, u64, u64),
    /// A subscription waits to be authorised, for so many milliseconds.
    Authorise(SessionKey, u64),
}

/// A session, and what its listener still has to do.
struct Served {
    session: Session<Payload, Token, ()>,
    inbound: VecDeque<(u64, Payload, bool)>,
    is_listening: bool,
    /// What handlers work on.
    handled: BTreeMap<u64, Payload>,
    /// What waits to be authorised, oldest first.
    asked: VecDeque<topics::Asked>,
}

impl Served {
    const fn new(session: Session<Payload, Token, ()>) -> Self {
        Self {
            session,
            inbound: VecDeque::new(),
            is_listening: false,
            handled: BTreeMap::new(),
            asked: VecDeque::new(),
        }
    }
}

pub(super) struct Node {
    sessions: BTreeMap<SessionKey, Served>,
    /// Which session speaks on a connection.
    speaking: BTreeMap<u32, SessionKey>,
    next_key: SessionKey,
    attempts: u64,
    broadcast: SharedStream<Payload>,
    topics: Vec<SharedStream<Payload>>,
    lives: u64,
    started: Instant,
    stopped: Option<Vec<(SessionKey, Snapshot<Payload, Token>)>>,
    sabotage: Sabotage,
    wishes: Vec<Wish>,
    pub(super) given: Given,
}

/// What happened on the server's side, for the oracle.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// Every delivery to a listener, and whether it was marked.
    pub(super) delivered: Vec<(Payload, bool)>,
    /// What was finished by a listener.
    pub(super) finished: BTreeSet<Payload>,
    /// What was sent to each session's inbox, by session.
    pub(super) sent: BTreeMap<SessionKey, Vec<Payload>>,
    /// Every attempt that took a session over, in order.
    pub(super) takeovers: Vec<(SessionKey, u64)>,
    /// What was published to topics.
    pub(super) published_to_topics: BTreeSet<Payload>,
    /// The last offset of each life of the broadcast stream.
    pub(super) published: BTreeMap<String, u64>,
}

fn epoch(lives: u64) -> Epoch {
    Epoch::new(&format!("life{lives:04}")).expect("letters and digits")
}

fn config() -> SessionConfig {
    let mut config = SessionConfig::default();
    config.max_ring_bytes = 1_500;
    config.max_inbound_bytes = 1_000;
    config
}

impl Node {
    pub(super) fn new(sabotage: Sabotage) -> Self {
        Self {
            sessions: BTreeMap::new(),
            speaking: BTreeMap::new(),
            next_key: 0,
            attempts: 0,
            broadcast: SharedStream::new(0, Stream::Broadcast, epoch(0), 1_500),
            topics: topics::topics(epoch(0)),
            lives: 0,
            started: Instant::from_millis(0),
            stopped: None,
            sabotage,
            wishes: Vec::new(),
            given: Given::default(),
        }
    }

    pub(super) const fn is_down(&self) -> bool {
        self.stopped.is_some()
    }

    // What the world does to it.

    pub(super) fn receive(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        message: ToServer<Payload, Token>,
    ) {
        if self.is_down() {
            return;
        }
        if let ToServer::Opening(opening) = message {
            return self.open(now, connection, opening);
        }
        let Some(served) = self.speaking.get(&connection.number()).and_then(|key| self.sessions.get_mut(key))
        else {
            return;
        };
        let accepted = served.session.lane().accepted();
        let has_payload = !matches!(
            message,
            ToServer::Lane {
                message: LaneMessage::Cancel { .. }
                    | LaneMessage::Subscribe { .. }
                    | LaneMessage::Unsubscribe { .. },
                ..
            }
        );
        served.session.receive(connection, message, if has_payload { BYTES } else { 0 });
        let taken_in = served.session.lane().accepted();
        if self.sabotage == Sabotage::EarlyAcknowledgement && taken_in > accepted {
            self.wishes.push(Wish::Transmit(connection, ToClient::Ack(taken_in)));
        }
    }

    pub(super) fn disconnected(&mut self, now: Instant, connection: ConnectionId) {
        if let Some(served) =
            self.speaking.get(&connection.number()).and_then(|key| self.sessions.get_mut(key))
        {
            served.session.disconnected(now, connection);
        }
    }

    pub(super) fn listener_done(&mut self, key: SessionKey) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        if std::mem::take(&mut served.is_listening)
            && let Some((number, payload, _)) = served.inbound.pop_front()
        {
            self.given.finished.insert(payload);
            served.session.finished(number);
        }
    }

    /// A handler is done with a request; a restart may have ended it before.
    pub(super) fn reply(&mut self, key: SessionKey, number: u64) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        if let Some(payload) = served.handled.remove(&number) {
            served.session.reply(number, payload, BYTES);
        }
    }

    pub(super) fn handle_timeouts(&mut self, now: Instant) {
        for served in self.sessions.values_mut() {
            if served.session.poll_timeout().is_some_and(|due| due <= now) {
                served.session.handle_timeout(now);
            }
        }
    }

    pub(super) fn relocate_all(&mut self, window: Duration) {
        self.sessions.values_mut().for_each(|served| served.session.relocate(window.into()));
    }

    // What its application does.

    pub(super) fn publish(&mut self, payload: Payload) {
        if self.is_down() {
            return;
        }
        let offset = self.broadcast.publish(payload, BYTES);
        self.given.published.insert(epoch(self.lives).as_str().into(), offset);
        for served in self.sessions.values_mut() {
            served.session.forward(0, offset, payload);
        }
    }

    pub(super) fn send_to_one(&mut self, payload: Payload, random: &mut Random) {
        let alive: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, served)| served.session.ended().is_none())
            .map(|(&key, _)| key)
            .collect();
        let Some(&key) = alive.get(random.below(alive.len() as u32) as usize) else { return };
        let session = &mut self.sessions.get_mut(&key).expect("it is alive").session;
        self.given.sent.entry(key).or_default().push(payload);
        if self.sabotage != Sabotage::NoRing || session.connection().is_some() {
            session.send(payload, BYTES);
        }
    }

    // Stopping and starting.

    pub(super) fn stop(&mut self, stop: Stop) {
        let mut kept = Vec::new();
        for (key, served) in std::mem::take(&mut self.sessions) {
            if served.session.ended().is_some() || stop == Stop::Crash {
                continue;
            }
            let is_doubtful = stop == Stop::CrashKeepingDone;
            // A clean stop lets the message that the listener is at finish first.
            let mut session = served.session;
            if !is_doubtful
                && served.is_listening
                && let Some(&(number, payload, _)) = served.inbound.front()
            {
                self.given.finished.insert(payload);
                session.finished(number);
            }
            let snapshot = session.snapshot();
            let finished_ahead = if is_doubtful { vec![] } else { snapshot.finished_ahead.clone() };
            let is_doubtful = is_doubtful || snapshot.is_doubtful;
            let is_forgetful = self.sabotage == Sabotage::NoInterruption;
            let unanswered = if is_forgetful { vec![] } else { snapshot.unanswered.clone() };
            kept.push((key, Snapshot { is_doubtful, finished_ahead, unanswered, ..snapshot }));
        }
        self.speaking.clear();
        self.stopped = Some(kept);
        if stop != Stop::Clean {
            self.lives += 1;
            self.broadcast = SharedStream::new(0, Stream::Broadcast, epoch(self.lives), 1_500);
            self.topics = topics::topics(epoch(self.lives));
        }
    }

    pub(super) fn restart(&mut self, now: Instant) {
        self.started = now;
        for (key, snapshot) in self.stopped.take().into_iter().flatten() {
            let session = Session::restore(config(), now, snapshot);
            self.sessions.insert(key, Served::new(session));
        }
    }

    // The machines' outputs.

    pub(super) fn take_outputs(
        &mut self,
        _now: Instant,
        random: &mut Random,
        tally: &mut Tally,
    ) -> Vec<Wish> {
        let keys: Vec<_> = self.sessions.keys().copied().collect();
        for key in keys {
            self.drain(key, random, tally);
        }
        std::mem::take(&mut self.wishes)
    }

    fn drain(&mut self, key: SessionKey, random: &mut Random, tally: &mut Tally) {
        while let Some(served) = self.sessions.get_mut(&key)
            && let Some(output) = served.session.poll_output()
        {
            match output {
                Output::Transmit { connection, message } => {
                    self.wishes.push(Wish::Transmit(connection, message))
                }
                Output::Close { connection, .. } => self.wishes.push(Wish::Close(connection)),
                Output::Event(Event::Message { number, payload, redelivered, .. }) => {
                    tally.delivered += 1;
                    tally.redelivered += u64::from(redelivered);
                    served.inbound.push_back((number, payload, redelivered));
                }
                Output::Event(Event::Request { number, payload, redelivered, .. }) => {
                    self.given.delivered.push((payload, redelivered));
                    self.given.finished.insert(payload);
                    served.session.finished(number);
                    served.handled.insert(number, payload);
                    self.wishes.push(Wish::Handle(key, number, u64::from(random.below(2_000))));
                }
                Output::Event(Event::Cancelled { number }) => drop(served.handled.remove(&number)),
                Output::Event(Event::Subscribe { number, topic, from }) => {
                    self.on_subscribe(key, number, topic, from);
                    self.wishes.push(Wish::Authorise(key, u64::from(random.below(1_000))));
                }
                Output::Event(Event::Publish { number, topic, payload, .. }) => {
                    let may_publish = self.publish_to(&topic, payload);
                    let Some(served) = self.sessions.get_mut(&key) else { return };
                    if !may_publish {
                        served.session.refuse(number, FailureCode::NOT_ALLOWED, 0, BYTES);
                    }
                    served.session.finished(number);
                }
                Output::Event(_) => {}
            }
        }
        let Some(served) = self.sessions.get_mut(&key) else { return };
        if !served.is_listening
            && let Some(&(_, payload, redelivered)) = served.inbound.front()
            && served.session.ended().is_none()
        {
            served.is_listening = true;
            self.given.delivered.push((payload, redelivered));
            self.wishes.push(Wish::Listen(key, u64::from(random.below(400))));
        }
    }

    /// Whether the session is still there.
    pub(super) fn is_alive(&self, key: SessionKey) -> bool {
        self.sessions.get(&key).is_some_and(|served| served.session.ended().is_none())
    }
}
