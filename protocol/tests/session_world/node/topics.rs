//! The server's topics, and what it answers to those who ask for them.

use staywire_protocol::server::{SharedStream, StreamAnswer};
use staywire_protocol::wire::{Epoch, FailureCode, HeldStream, Name, Stream, StreamPosition, SubscribeFrom};

use super::super::{BYTES, Payload, Sabotage};
use super::{Node, SessionKey};

/// What pages ask for.
pub(crate) const TOPICS: [&str; 3] = ["orders", "prices", SECRET];

/// What nobody may read, nor publish to.
pub(crate) const SECRET: &str = "secret";

/// A subscription whose authorisation takes its time.
pub(super) struct Asked {
    number: u64,
    topic: Name<'static>,
    from: SubscribeFrom,
    /// What a server would answer that did not wait for it.
    early: Option<StreamAnswer<Payload>>,
}

/// A stream for each topic that may be read.
pub(super) fn topics(epoch: Epoch) -> Vec<SharedStream<Payload>> {
    let topic = |(alias, name)| {
        let stream = Stream::Topic(Name::new(name).expect("it is short"));
        SharedStream::new(alias, stream, epoch, 1_500)
    };
    (1..).zip(TOPICS).filter(|&(_, name)| name != SECRET).map(topic).collect()
}

impl Node {
    /// What the streams that a resume names have to say; now and then topics are left out, as if their authorisation
    /// took its time.
    pub(super) fn held_streams(&self, held: &[HeldStream]) -> Vec<StreamAnswer<Payload>> {
        let broadcast = held.iter().find(|held| held.stream == Stream::Broadcast);
        let broadcast =
            broadcast.map_or_else(|| self.broadcast.join(), |held| self.broadcast.recover(held.position));
        let topics = held.iter().filter(|_| !self.attempts.is_multiple_of(4));
        let recover = |held: &HeldStream| {
            let Stream::Topic(name) = &held.stream else { return None };
            Some(self.topic(name)?.recover(held.position))
        };
        std::iter::once(broadcast).chain(topics.filter_map(recover)).collect()
    }

    pub(super) fn on_subscribe(
        &mut self,
        key: SessionKey,
        number: u64,
        topic: Name<'static>,
        from: SubscribeFrom,
    ) {
        let is_early = self.sabotage == Sabotage::EarlyAnswers;
        let early = self.topic(&topic).filter(|_| is_early).map(|stream| stream.subscribe(from));
        if let Some(served) = self.sessions.get_mut(&key) {
            served.asked.push_back(Asked { number, topic, from, early });
        }
    }

    /// The oldest subscription of a session is authorised, or refused.
    pub(crate) fn authorise(&mut self, key: SessionKey) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        let Some(Asked { number, topic, from, early }) = served.asked.pop_front() else { return };
        let answer = early.or_else(|| self.topic(&topic).map(|stream| stream.subscribe(from)));
        let Some(served) = self.sessions.get_mut(&key) else { return };
        match answer {
            Some(answer) => drop(served.session.subscribed(number, answer)),
            None => served.session.refuse(number, FailureCode::NOT_ALLOWED, 0, BYTES),
        }
    }

    /// A page publishes to a topic; whether it may.
    pub(super) fn publish_to(&mut self, topic: &Name<'_>, payload: Payload) -> bool {
        let is_it = |stream: &SharedStream<Payload>| is_of(stream, topic);
        let Some(stream) = self.topics.iter_mut().find(|stream| is_it(stream)) else { return false };
        let offset = stream.publish(payload, BYTES);
        let alias = stream.alias();
        self.given.published_to_topics.insert(payload);
        for served in self.sessions.values_mut() {
            served.session.forward(alias, offset, payload);
        }
        true
    }

    /// Nobody may read a topic for a moment.
    pub(crate) fn end_subscriptions(&mut self) {
        for served in self.sessions.values_mut() {
            served.session.gone(1, FailureCode::UNAVAILABLE);
        }
    }

    /// Where a topic ends.
    pub(crate) fn topic_end(&self, name: &str) -> Option<StreamPosition> {
        let stream = self.topic(&Name::new(name)?)?;
        match stream.join().line.outcome {
            staywire_protocol::wire::StreamOutcome::Recovered(position) => Some(position),
            _ => None,
        }
    }

    fn topic(&self, name: &Name<'_>) -> Option<&SharedStream<Payload>> {
        self.topics.iter().find(|stream| is_of(stream, name))
    }
}

fn is_of(stream: &SharedStream<Payload>, name: &Name<'_>) -> bool {
    matches!(stream.join().line.stream, Stream::Topic(own) if own == *name)
}
