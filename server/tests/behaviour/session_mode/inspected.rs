//! An engine that a test looks into: a memory that counts, and may fail or leave out a message.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use staywire_server::{
    ByteString, Delivery, Eager, Engine, EngineError, Epoch, History, Member, MemberState, Members, Memory,
    Message, PresenceChange, Publication, Published, Retention, SessionId, Sink, StreamName, StreamPosition,
    SubscribeFrom, TopicName,
};

/// Hands on everything but one message.
struct Sieve {
    sink: Weak<dyn Sink>,
    left_out: u64,
}

impl Sink for Sieve {
    fn deliver(&self, stream: &StreamName, epoch: Epoch, published: &Published) -> Delivery {
        match self.sink.upgrade() {
            Some(sink) if published.offset != self.left_out => sink.deliver(stream, epoch, published),
            _ => Delivery::default(),
        }
    }
}

/// A memory; clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Inspected {
    pub(crate) memory: Arc<Memory>,
    /// How often it was asked for the members of a topic.
    pub(crate) lists: Arc<AtomicUsize>,
    /// How often it was asked for a history.
    pub(crate) histories: Arc<AtomicUsize>,
    /// How often it was told of a session in a topic.
    pub(crate) presences: Arc<AtomicUsize>,
    /// Whether it takes in no more of these.
    pub(crate) refuses_presences: Arc<AtomicBool>,
    /// The number of the messages that it keeps from the readers, which breaks its promise; 0 for none.
    left_out: u64,
    sieve: Arc<OnceLock<Arc<dyn Sink>>>,
}

impl Inspected {
    /// One that keeps the message `number` of each stream from its readers.
    pub(crate) fn leaving_out(number: u64) -> Self {
        Self { left_out: number, ..Self::default() }
    }
}

impl Engine for Inspected {
    fn start(&self, instance: u128, sink: Weak<dyn Sink>) {
        let sieve = self.sieve.get_or_init(|| Arc::new(Sieve { sink, left_out: self.left_out }));
        self.memory.start(instance, Arc::downgrade(sieve));
    }

    fn publish(
        &self,
        stream: &StreamName,
        message: Message,
        key: Option<ByteString>,
        retention: &Retention,
    ) -> Eager<Result<Publication, EngineError>> {
        self.memory.publish(stream, message, key, retention)
    }

    fn attach(&self, stream: &StreamName) -> Eager<Result<StreamPosition, EngineError>> {
        self.memory.attach(stream)
    }

    fn detach(&self, stream: &StreamName) {
        self.memory.detach(stream);
    }

    fn history(&self, stream: &StreamName, from: SubscribeFrom) -> Eager<Result<History, EngineError>> {
        self.histories.fetch_add(1, Ordering::SeqCst);
        self.memory.history(stream, from)
    }

    fn present(
        &self,
        topic: &TopicName,
        session: SessionId,
        member: &Member,
        state: Option<MemberState>,
    ) -> Eager<Result<Option<PresenceChange>, EngineError>> {
        self.presences.fetch_add(1, Ordering::SeqCst);
        if self.refuses_presences.load(Ordering::SeqCst) {
            return Eager::done(Err(EngineError::Unavailable("the test says so".to_owned())));
        }
        self.memory.present(topic, session, member, state)
    }

    fn members(&self, topic: &TopicName) -> Eager<Result<Members, EngineError>> {
        self.lists.fetch_add(1, Ordering::SeqCst);
        self.memory.members(topic)
    }
}
