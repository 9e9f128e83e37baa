//! A page: the client's machine, the driver around it, and what the application was told.
//!
//! Owns: the page's clock, which may stop and leap, the names of its wires, and
//! the way between bytes and the machine. Never: decides anything; it dials
//! when the machine says so, and passes on whatever comes on whatever wire.

mod application;
mod inbox;
mod lane;
mod stream;
mod told;

use std::collections::BTreeMap;

use staywire_protocol::client::session::{Data, Event};
use staywire_protocol::client::{
    Cause, ClientConfig, Closed, Hint, Input, SessionClient, SessionEvent, SessionOutput, Status, Verdict,
};
use staywire_protocol::message::{ClientIntroduction, LaneMessage, MessageKind, ToClient, ToServer};
use staywire_protocol::parts::advice::RetryWindow;
use staywire_protocol::wire::{Stream, StreamLine, StreamOutcome, StreamPosition, Token};
use staywire_protocol::{CloseCode, ConnectionId, Instant, Random};

use super::agenda::Happening;
use super::finding::Promise;
use super::journal::Journal;
use super::network::{Parcel, WireId};
use super::payload::Payload;
use super::sabotage::Sabotage;
use super::tally::Tally;
pub(super) use inbox::{InboxEntry, InboxLife};
pub(super) use told::Told;

/// The bound of what may wait or be unacknowledged.
pub(super) const MAX_QUEUE_BYTES: u64 = 4_000;

type Client = SessionClient<Payload, Token, u64>;

/// What a page wants of the world.
pub(super) enum Wish {
    Dial(ConnectionId),
    Write(WireId, Parcel),
    /// Its handler has the request `number` of the server.
    Handle {
        life: usize,
        number: u64,
        payload: u64,
    },
}

pub(super) struct Page {
    client: Client,
    /// Makes tokens.
    random: Random,
    sabotage: Sabotage,
    /// Whether it writes and delivers payloads by itself where the machine lets it, as a browser's driver does.
    keeps_payloads: bool,
    /// What it has written by itself.
    written: Vec<Wish>,
    /// How far its clock is ahead of the world's, in ms.
    ahead: i64,
    asleep_since: Option<Instant>,
    /// What happened to it while it was asleep.
    pub(super) backlog: Vec<Happening>,
    /// Whether its timers fire once a minute.
    pub(super) is_throttled: bool,
    /// When the timer that is set will fire.
    pub(super) timer: Option<Instant>,
    /// The wires that it dialled, by their connections' numbers; given up ones have none.
    wires: Vec<Option<WireId>>,
    /// What the aliases on a connection mean.
    aliases: BTreeMap<(ConnectionId, u64), (Stream, StreamPosition)>,
    pub(super) told: Told,
}

impl Page {
    pub(super) fn new(seed: u64, sabotage: Sabotage) -> Self {
        let mut random = Random::from_seed(seed);
        let mut config = ClientConfig::default();
        config.max_queue_bytes = MAX_QUEUE_BYTES;
        config.max_requests = 8;
        Self {
            client: SessionClient::new(config, seed, || token(&mut random)),
            keeps_payloads: random.below(2) == 0,
            written: Vec::new(),
            random,
            sabotage,
            ahead: 0,
            asleep_since: None,
            backlog: Vec::new(),
            is_throttled: false,
            timer: None,
            wires: Vec::new(),
            aliases: BTreeMap::new(),
            told: Told::new(sabotage),
        }
    }

    // Its clock.

    fn clock(&self, now: Instant) -> Instant {
        Instant::from_millis(now.as_millis().saturating_add_signed(self.ahead))
    }

    /// When the machine wants to be called, by the world's clock.
    pub(super) fn due(&self) -> Option<Instant> {
        let due = self.client.poll_timeout()?.as_millis();
        Some(Instant::from_millis(due.saturating_add_signed(-self.ahead)))
    }

    pub(super) const fn leap(&mut self, millis: u32) {
        self.ahead += millis as i64;
    }

    pub(super) const fn is_asleep(&self) -> bool {
        self.asleep_since.is_some()
    }

    pub(super) const fn fall_asleep(&mut self, now: Instant) {
        self.asleep_since = Some(now);
    }

    /// Runs again; its clock may have stood still.
    pub(super) fn wake(&mut self, now: Instant, clock_stood_still: bool) -> Vec<Happening> {
        if let Some(since) = self.asleep_since.take()
            && clock_stood_still
        {
            self.ahead -= (now.as_millis() - since.as_millis()) as i64;
        }
        std::mem::take(&mut self.backlog)
    }

    // What the world does to it.

    pub(super) fn dialled(&mut self, wire: WireId) {
        self.wires.push(Some(wire));
    }

    pub(super) fn opened(&mut self, now: Instant, connection: ConnectionId) {
        self.client.handle_input(self.clock(now), Input::Opened { connection });
    }

    pub(super) fn closed(&mut self, now: Instant, connection: ConnectionId, code: CloseCode, reason: &str) {
        let closed = Closed { code, reason: Some(Payload::default()), was_clean: true, cause: Cause::Peer };
        let retry = RetryWindow::from_reason(reason);
        self.end(connection);
        self.client.handle_input(self.clock(now), Input::Closed { connection, closed, retry });
    }

    pub(super) fn lost(&mut self, now: Instant, connection: ConnectionId) {
        let closed = Closed::abnormal(Cause::Peer);
        self.end(connection);
        self.client.handle_input(self.clock(now), Input::Closed { connection, closed, retry: None });
    }

    pub(super) fn hinted(&mut self, now: Instant, hint: Hint) {
        self.client.handle_input(self.clock(now), Input::Hint(hint));
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.client.handle_timeout(self.clock(now));
    }

    pub(super) fn receive(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        is_first: bool,
        kind: MessageKind,
        bytes: &[u8],
    ) {
        let decoded = if is_first {
            ToClient::decode_answer(kind, bytes).map(|(answer, _)| (answer, 0))
        } else {
            ToClient::decode(kind, bytes, |at| Payload::read(kind, &bytes[at..]))
        };
        let now = self.clock(now);
        match decoded {
            Ok((message, bytes)) => self.take_in(now, connection, message, bytes),
            Err(error) => {
                self.told
                    .findings
                    .add(Promise::Spoken, format!("{connection:?} at {now:?}: the server said {error}"));
                self.client.violated(connection);
            }
        }
    }

    fn take_in(&mut self, now: Instant, connection: ConnectionId, message: ToClient<Payload>, bytes: u32) {
        match &message {
            ToClient::Answer { answer, streams, .. } => {
                self.told.inbox.answered(answer);
                streams.iter().for_each(|line| self.learn(connection, line));
            }
            ToClient::Added(line) => self.learn(connection, line),
            ToClient::Lane { number, message: LaneMessage::Message(payload) } if self.keeps_payloads => {
                let data = Data::Message { number: *number };
                return self.ask(now, connection, data, bytes, |told| told.inbox.message(payload));
            }
            ToClient::Stream { alias, offset, payload } if self.keeps_payloads => {
                let data = Data::Stream { alias: *alias, offset: *offset };
                let Some((stream, position)) = self.aliases.get(&(connection, *alias)).cloned() else {
                    return;
                };
                let position = StreamPosition { offset: *offset, ..position };
                return self.ask(now, connection, data, bytes, |told| {
                    told.stream_message(stream, position, payload);
                });
            }
            _ => {}
        }
        let Self { client, random, .. } = self;
        client.receive(now, connection, message, bytes, || token(random));
    }

    /// Delivers what is only a payload, if the machine says so.
    fn ask(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        data: Data,
        bytes: u32,
        deliver: impl FnOnce(&mut Told),
    ) {
        if self.client.on_data(connection, data, bytes) == Verdict::Deliver {
            deliver(&mut self.told);
        }
        if self.client.wants_attention() {
            self.client.handle_timeout(now);
        }
    }

    fn learn(&mut self, connection: ConnectionId, line: &StreamLine) {
        let position = match line.outcome {
            StreamOutcome::Recovered(position) | StreamOutcome::Reset { position, .. } => position,
            StreamOutcome::Gap { epoch, to, .. } => StreamPosition { epoch, offset: to },
        };
        self.aliases.insert((connection, line.alias), (line.stream.clone(), position));
    }

    // The machine's outputs.

    pub(super) fn take_outputs(&mut self, tally: &mut Tally, journal: &mut Journal) -> Vec<Wish> {
        let mut wishes = std::mem::take(&mut self.written);
        while let Some(output) = self.client.poll_output() {
            match output {
                SessionOutput::Connect { connection } => {
                    journal.note(format_args!("        connect {connection:?}"));
                    // Without retries only what the application asks for is dialled.
                    if self.sabotage != Sabotage::NoRetries || self.wires.is_empty() {
                        wishes.push(Wish::Dial(connection));
                    }
                }
                SessionOutput::Transmit { connection, message } => {
                    wishes.extend(self.transmit(connection, &message));
                }
                SessionOutput::Close { connection } => {
                    journal.note(format_args!("        close {connection:?}"));
                    wishes.extend(self.close_wire(connection, CloseCode::NORMAL));
                }
                SessionOutput::Detach { connection, code } => {
                    journal.note(format_args!("        detach {connection:?} {code:?}"));
                    wishes.extend(self.close_wire(connection, code));
                    self.end(connection);
                }
                SessionOutput::Event(event) => {
                    journal.note(format_args!("        {event:?}"));
                    wishes.extend(self.on_event(event, tally));
                }
            }
        }
        self.check();
        wishes
    }

    fn transmit(&mut self, connection: ConnectionId, message: &ToServer<Payload, Token>) -> Option<Wish> {
        if let ToServer::Lane { number, .. } = message {
            self.told.lane.transmitted(*number);
        }
        let mut bytes = Vec::new();
        let payload = message.encode(&ClientIntroduction::default(), &mut bytes);
        let kind = payload.map_or(MessageKind::Text, Payload::kind);
        bytes.extend_from_slice(payload.map_or(&[], Payload::bytes));
        let wire = self.wire(connection);
        if wire.is_none() {
            let what = format!("{message:?} was to be written to {connection:?}, which is gone");
            self.told.findings.add(Promise::ToldTruly, what);
        }
        wire.map(|wire| Wish::Write(wire, Parcel::Message(kind, bytes)))
    }

    fn close_wire(&self, connection: ConnectionId, code: CloseCode) -> Option<Wish> {
        self.wire(connection).map(|wire| Wish::Write(wire, Parcel::close(code)))
    }

    fn wire(&self, connection: ConnectionId) -> Option<WireId> {
        self.wires.get(connection.number() as usize).copied().flatten()
    }

    /// Nothing is written to it any more.
    fn end(&mut self, connection: ConnectionId) {
        if let Some(wire) = self.wires.get_mut(connection.number() as usize) {
            *wire = None;
        }
    }

    fn on_event(&mut self, event: SessionEvent<Payload, u64>, tally: &mut Tally) -> Option<Wish> {
        let request = match &event {
            SessionEvent::Session(Event::Request { number, payload }) => Some((*number, payload.number())),
            _ => None,
        };
        self.told.on_event(event, tally);
        let (number, payload) = request?;
        Some(Wish::Handle { life: self.told.inbox.life(), number, payload: payload? })
    }

    /// The state that the application sees is the true one, and the queue keeps to its bound.
    fn check(&mut self) {
        let (status, attached) = (self.client.status(), self.client.session().attached());
        let is_true = match status {
            Status::Open => attached.is_some(),
            Status::Closed => attached.is_none() && self.told.is_over(),
            Status::Connecting | Status::Reconnecting | Status::Closing => attached.is_none(),
        };
        if !is_true {
            self.told.findings.add(Promise::ToldTruly, format!("{status:?} with {attached:?}"));
        }
        if self.told.lane.charged() > MAX_QUEUE_BYTES {
            self.told.findings.add(Promise::Bounded, "the queue is past its bound");
        }
    }

    // Questions.

    pub(super) fn status(&self) -> Status {
        self.client.status()
    }

    /// Whether nothing is left to wait for.
    pub(super) fn is_settled(&self) -> bool {
        self.told.is_over()
            || (self.client.status() == Status::Open
                && self.client.session().is_acknowledged()
                && self.told.lane.is_settled())
    }
}

fn token(random: &mut Random) -> Token {
    let mut bytes = [0; 32];
    bytes.chunks_exact_mut(8).for_each(|chunk| chunk.copy_from_slice(&random.next_u64().to_be_bytes()));
    Token::from_bytes(bytes)
}
