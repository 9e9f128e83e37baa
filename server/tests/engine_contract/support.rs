//! An engine to hold to its promises, and the sink that it delivers to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use staywire_server::{
    Delivery, Engine, Epoch, History, Memory, Message, Publication, Published, Retention, Sink, StreamName,
    StreamPosition, SubscribeFrom, TopicName,
};

/// An engine, as the promises see it.
pub(crate) trait Subject: 'static {
    /// An engine of the process `instance` that has not been started, and shares nothing with earlier ones.
    fn engine() -> Arc<dyn Engine>;

    /// Lets `time` pass for `engine`.
    fn pass(engine: &dyn Engine, time: Duration) -> impl Future<Output = ()>;
}

/// The engine in memory, in virtual time.
pub(crate) struct InMemory;

/// How long its lives go on without readers.
pub(crate) const LINGER: Duration = Duration::from_secs(60);

impl Subject for InMemory {
    fn engine() -> Arc<dyn Engine> {
        Arc::new(Memory::new().linger(LINGER))
    }

    async fn pass(engine: &dyn Engine, time: Duration) {
        tokio::time::advance(time).await;
        engine.tick();
    }
}

/// What was delivered.
pub(crate) type Delivered = (StreamName, Epoch, Published);

/// Remembers what it is given, and says that as many sessions got it as the message has bytes.
#[derive(Default)]
pub(crate) struct Notes(Mutex<Vec<Delivered>>);

impl Sink for Notes {
    fn deliver(&self, stream: &StreamName, epoch: Epoch, published: &Published) -> Delivery {
        self.0.lock().unwrap().push((stream.clone(), epoch, published.clone()));
        let mut delivery = Delivery::default();
        delivery.queued = published.message.len();
        delivery
    }
}

impl Notes {
    /// What was delivered since the last time.
    pub(crate) fn take(&self) -> Vec<Delivered> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// The offsets of what was delivered since the last time.
    pub(crate) fn offsets(&self) -> Vec<u64> {
        self.take().iter().map(|(_, _, published)| published.offset).collect()
    }

    /// The texts of what was delivered since the last time.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.take().iter().map(|(_, _, published)| text(published)).collect()
    }
}

/// An engine that was started, and its sink.
pub(crate) struct Started {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) notes: Arc<Notes>,
}

pub(crate) fn start<S: Subject>() -> Started {
    start_as::<S>(7)
}

pub(crate) fn start_as<S: Subject>(instance: u128) -> Started {
    let (engine, notes) = (S::engine(), Arc::new(Notes::default()));
    let sink: Arc<dyn Sink> = notes.clone();
    engine.start(instance, Arc::downgrade(&sink));
    Started { engine, notes }
}

impl Started {
    pub(crate) async fn publish(
        &self,
        stream: &StreamName,
        text: &str,
        retention: &Retention,
    ) -> Publication {
        self.engine.publish(stream, text.into(), None, retention).await.unwrap()
    }

    /// Publishes the numbers `from` to `to` as texts.
    pub(crate) async fn publish_numbers(
        &self,
        stream: &StreamName,
        from: u64,
        to: u64,
        retention: &Retention,
    ) {
        for number in from..=to {
            self.publish(stream, &number.to_string(), retention).await;
        }
    }

    pub(crate) async fn attach(&self, stream: &StreamName) -> StreamPosition {
        self.engine.attach(stream).await.unwrap()
    }

    pub(crate) async fn history(&self, stream: &StreamName, from: SubscribeFrom) -> History {
        self.engine.history(stream, from).await.unwrap()
    }

    /// The offsets of all that is kept.
    pub(crate) async fn kept(&self, stream: &StreamName) -> Vec<u64> {
        offsets(&self.history(stream, SubscribeFrom::Last(u64::MAX)).await)
    }
}

pub(crate) fn offsets(history: &History) -> Vec<u64> {
    history.messages.iter().map(|published| published.offset).collect()
}

pub(crate) fn text(published: &Published) -> String {
    published.message.as_text().unwrap().to_owned()
}

pub(crate) fn name(topic: &str) -> TopicName {
    topic.parse().unwrap()
}

pub(crate) fn topic(topic: &str) -> StreamName {
    StreamName::Topic(name(topic))
}

/// Keeps `count` messages, for longer than any test lasts.
pub(crate) fn keep(count: usize) -> Retention {
    Retention::new(count, Duration::from_secs(3600))
}

/// A message of `bytes` bytes.
pub(crate) fn sized(bytes: usize) -> Message {
    "x".repeat(bytes).into()
}
