//! What a client of a chaos run does about topics.
//!
//! Owns: when it subscribes and unsubscribes, and from where it goes on. The
//! other sends of the client are its clock.

use staywire_client_native::{Client, Event, Name, Stream, StreamPosition, SubscribeError, SubscribeFrom};

use super::stream::Topic;

/// It leaves a topic, or comes back to it, after so many of its messages.
const CHANGE_EVERY: u64 = 40;
/// A late joiner joins within so many of its messages.
const LATEST: u64 = 200;
/// And gets so many of those that were published before.
const LAST: u64 = 5;

/// A client, as a reader of topics.
#[derive(Debug)]
pub(super) struct Reader {
    /// Spreads the clients.
    shift: u64,
    /// How far it has read what it reads now and then.
    position: Option<StreamPosition>,
    /// Whether it reads that now.
    is_reading: bool,
}

impl Reader {
    pub(super) const fn new(seed: u64) -> Self {
        Self { shift: seed, position: None, is_reading: false }
    }

    /// Notes how far it has come.
    pub(super) fn observe(&mut self, event: Event) -> Event {
        let position = match &event {
            Event::StreamMessage { stream, position, .. } | Event::StreamReset { stream, position, .. }
                if is_now_and_then(stream) =>
            {
                Some(*position)
            }
            Event::StreamGap { stream, gap } if is_now_and_then(stream) => {
                self.position.map(|position| StreamPosition { offset: gap.to, ..position })
            }
            Event::Subscribed { topic, position } if topic.as_str() == Topic::NowAndThen.name() => {
                Some(*position)
            }
            _ => None,
        };
        self.position = position.or(self.position);
        event
    }

    /// What is due with the client's message `number`; the topic that it has joined, if it has.
    pub(super) fn act(&mut self, client: &Client, number: u64) -> Option<Topic> {
        if number == 1 {
            return subscribe(client, Topic::Always, SubscribeFrom::Last(0));
        }
        if number == 2 + self.shift * 37 % LATEST {
            return subscribe(client, Topic::Late, SubscribeFrom::Last(LAST));
        }
        if (number + self.shift).is_multiple_of(CHANGE_EVERY) {
            return if self.is_reading { self.leave(client) } else { self.come_back(client) };
        }
        None
    }

    /// Reads everything, for what is still on its way.
    pub(super) fn settle(&mut self, client: &Client) {
        if !self.is_reading && self.position.is_some() {
            self.come_back(client);
        }
    }

    fn leave(&mut self, client: &Client) -> Option<Topic> {
        // Before it has been answered it has no position to come back to.
        if self.position.is_some() && client.unsubscribe(&name(Topic::NowAndThen)) {
            self.is_reading = false;
        }
        None
    }

    fn come_back(&mut self, client: &Client) -> Option<Topic> {
        let from = self.position.map_or(SubscribeFrom::Last(0), SubscribeFrom::Position);
        let joined = subscribe(client, Topic::NowAndThen, from);
        self.is_reading = joined.is_some();
        joined
    }
}

/// Subscribes; the topic, unless the client takes nothing more now.
fn subscribe(client: &Client, topic: Topic, from: SubscribeFrom) -> Option<Topic> {
    match client.subscribe(name(topic), from) {
        Ok(()) => Some(topic),
        Err(SubscribeError::NotSent(_)) => None,
        Err(error) => panic!("{}: {error}", topic.name()),
    }
}

fn name(topic: Topic) -> Name<'static> {
    Name::new(topic.name()).expect("it is short")
}

fn is_now_and_then(stream: &Stream) -> bool {
    matches!(stream, Stream::Topic(name) if name.as_str() == Topic::NowAndThen.name())
}
