//! A client's half of a session under test, and the server that a test plays.

use staywire_protocol::client::session::{Event, Output, Session};
use staywire_protocol::message::{Answer, LaneMessage, Opening, ToClient, ToServer};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::parts::tokens::OwnTokens;
use staywire_protocol::wire::{
    Epoch, FreshReason, HeldStream, Id, Limits, Name, Stream, StreamLine, StreamOutcome, StreamPosition,
    SubscribeFrom,
};
use staywire_protocol::{ConnectionId, Instant};

pub(crate) type TestEvent = Event<&'static str, &'static str>;

/// What the server calls `orders`.
pub(crate) const ORDERS: u64 = 7;

const LIMITS: Limits = Limits {
    max_message_bytes: 65_536,
    window_millis: 120_000,
    interval_millis: 15_000,
    timeout_millis: 5_000,
    ack_bytes: 100_000,
    ack_delay_millis: 1_000,
    credit_bytes: 100_000,
};

pub(crate) fn name(topic: &'static str) -> Name<'static> {
    Name::new(topic).expect("it is short")
}

pub(crate) fn at(offset: u64) -> StreamPosition {
    StreamPosition { epoch: Epoch::new("life1").expect("letters and digits"), offset }
}

pub(crate) fn line(outcome: StreamOutcome) -> StreamLine {
    StreamLine { alias: ORDERS, stream: Stream::Topic(name("orders")), outcome }
}

pub(crate) fn recovered(offset: u64) -> StreamLine {
    line(StreamOutcome::Recovered(at(offset)))
}

pub(crate) fn subscribe(from: SubscribeFrom) -> LaneMessage<&'static str> {
    LaneMessage::Subscribe { topic: name("orders"), from }
}

pub(crate) fn unsubscribe() -> LaneMessage<&'static str> {
    LaneMessage::Unsubscribe { topic: name("orders") }
}

pub(crate) fn subscribed(offset: u64) -> TestEvent {
    Event::Subscribed { topic: name("orders"), position: at(offset) }
}

pub(crate) fn message(offset: u64, payload: &'static str) -> TestEvent {
    Event::StreamMessage { stream: Stream::Topic(name("orders")), position: at(offset), payload }
}

pub(crate) fn gap(from: u64, to: u64) -> TestEvent {
    Event::StreamGap { stream: Stream::Topic(name("orders")), gap: Gap { from, to } }
}

/// A client, its connection, and what it said and told since it was last asked.
pub(crate) struct Driven {
    pub(crate) session: Session<&'static str, u32, &'static str>,
    connections: u32,
    inbox: u64,
}

impl Driven {
    /// One that was never connected.
    pub(crate) fn new() -> Self {
        Self::with_room_for(10_000)
    }

    /// The same, with a queue of so many bytes.
    pub(crate) fn with_room_for(max_queue_bytes: u64) -> Self {
        let session = Session::new(OwnTokens::new(0, 1), max_queue_bytes, 8, 1);
        Self { session, connections: 0, inbox: 0 }
    }

    /// One that has a session, and has told so.
    pub(crate) fn open() -> Self {
        let mut driven = Self::new();
        driven.welcome();
        driven.take();
        driven
    }

    /// One that reads `orders` from its beginning.
    pub(crate) fn reading() -> Self {
        let mut driven = Self::open();
        driven.subscribe(SubscribeFrom::Last(0));
        driven.hear(ToClient::Added(recovered(0)));
        driven.take();
        driven
    }

    pub(crate) fn subscribe(&mut self, from: SubscribeFrom) {
        let topic = name("orders");
        let len = topic.encoded_len();
        assert_eq!(self.session.subscribe(topic, len, from), Ok(()));
    }

    pub(crate) fn unsubscribe(&mut self) {
        assert!(self.session.unsubscribe(&name("orders")));
    }

    pub(crate) fn welcome(&mut self) {
        self.connect();
        self.answer_hello(vec![]);
    }

    pub(crate) fn answer_hello(&mut self, streams: Vec<StreamLine>) {
        self.answer(Answer::Welcome { session: Id::from_bits(1), oldest: 1 }, streams);
    }

    /// The connection is lost, and the session resumes on another one; the streams that it names.
    pub(crate) fn ask_to_resume(&mut self) -> Vec<HeldStream> {
        self.session.lost(self.connection());
        self.take();
        self.connect();
        let (said, _) = self.take();
        let [ToServer::Opening(Opening::Resume { streams, .. })] = &said[..] else { panic!("{said:?}") };
        streams.clone()
    }

    pub(crate) fn resumed(&mut self, accepted: u64, done: u64, streams: Vec<StreamLine>) {
        self.answer(Answer::Resumed { accepted, done, oldest: self.inbox + 1 }, streams);
    }

    /// The same, after `oldest - 1` messages of the inbox were lost.
    pub(crate) fn resumed_after_a_gap(&mut self, accepted: u64, oldest: u64) {
        self.inbox = oldest - 1;
        self.resumed(accepted, 0, vec![]);
    }

    pub(crate) fn fresh(&mut self, streams: Vec<StreamLine>) {
        self.inbox = 0;
        let reason = FreshReason::Restarted;
        self.answer(Answer::Fresh { reason, session: Id::from_bits(2), oldest: 1 }, streams);
    }

    fn answer(&mut self, answer: Answer, streams: Vec<StreamLine>) {
        self.hear(ToClient::Answer { answer, limits: LIMITS, streams });
    }

    pub(crate) fn hear(&mut self, message: ToClient<&'static str>) {
        let connection = self.connection();
        self.session.receive(Instant::from_millis(0), connection, message, 8, || 9);
    }

    /// The next message of the inbox.
    pub(crate) fn hear_inbox(&mut self, message: LaneMessage<&'static str>) {
        self.inbox += 1;
        self.hear(ToClient::Lane { number: self.inbox, message });
    }

    pub(crate) fn hear_stream(&mut self, offset: u64, payload: &'static str) {
        self.hear(ToClient::Stream { alias: ORDERS, offset, payload });
    }

    /// What it said and told.
    pub(crate) fn take(&mut self) -> (Vec<ToServer<&'static str, u32>>, Vec<TestEvent>) {
        let (mut said, mut told) = (Vec::new(), Vec::new());
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Transmit { message, .. } => said.push(message),
                Output::Event(event) => told.push(event),
                Output::Drop { .. } | Output::Relocate { .. } => {}
            }
        }
        (said, told)
    }

    /// The messages of its lane that it said.
    pub(crate) fn take_lane(&mut self) -> Vec<(u64, LaneMessage<&'static str>)> {
        let lane = |said| match said {
            ToServer::Lane { number, message } => Some((number, message)),
            _ => None,
        };
        self.take().0.into_iter().filter_map(lane).collect()
    }

    /// What it told.
    pub(crate) fn take_events(&mut self) -> Vec<TestEvent> {
        self.take().1
    }

    pub(crate) fn connect(&mut self) {
        self.connections += 1;
        self.session.opened(self.connection());
    }

    const fn connection(&self) -> ConnectionId {
        ConnectionId::from_number(self.connections)
    }
}
