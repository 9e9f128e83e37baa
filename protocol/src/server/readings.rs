//! What a session reads beside its inbox, on the connection in charge.
//!
//! Owns: which aliases the client was told there, and which of its
//! subscriptions wait for their answer. Both begin anew with each connection:
//! an alias means nothing on another one, and what was not answered on its
//! connection is asked again (PROTOCOL.md §13).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::wire::{Name, Stream};

#[derive(Clone, Debug)]
pub(super) struct Readings {
    told: Vec<Told>,
    /// The subscriptions that came on this connection and were not answered, by their numbers.
    asked: BTreeMap<u64, Asked>,
    max_topics: usize,
}

#[derive(Clone, Debug)]
struct Told {
    alias: u64,
    stream: Stream,
}

#[derive(Clone, Debug)]
struct Asked {
    topic: Name<'static>,
    /// Whether the client has unsubscribed since: it is told, and sent nothing.
    is_given_up: bool,
}

/// What becomes of the answer to a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The client reads the stream from here on.
    Line,
    /// It has unsubscribed since, and waits for the line alone.
    LineAlone,
    /// Nothing: it came on another connection, or was answered before.
    Nothing,
}

impl Readings {
    pub(super) const fn new(max_topics: usize) -> Self {
        Self { told: Vec::new(), asked: BTreeMap::new(), max_topics }
    }

    pub(super) fn clear(&mut self) {
        self.told.clear();
        self.asked.clear();
    }

    /// The client asks for a topic; whether there is room for one more.
    ///
    /// What it has given up is none of its topics, but while it is not answered somebody may be at work on it: there is
    /// a bound on that too, or there would be none on the work of a client that asks and gives up.
    pub(super) fn on_asked(&mut self, number: u64, topic: Name<'static>) -> bool {
        let has_room = self.has_room() && self.asked.len() < self.max_topics;
        if has_room {
            self.asked.insert(number, Asked { topic, is_given_up: false });
        }
        has_room
    }

    /// Its subscription `number` is answered.
    pub(super) fn on_answered(&mut self, number: u64) -> Due {
        match self.asked.remove(&number) {
            Some(Asked { is_given_up: false, .. }) => Due::Line,
            Some(Asked { is_given_up: true, .. }) => Due::LineAlone,
            None => Due::Nothing,
        }
    }

    /// Tells the client of a stream; whether there is room for it.
    pub(super) fn add(&mut self, alias: u64, stream: Stream) -> bool {
        self.told.retain(|told| told.stream != stream);
        let has_room = !stream.is_topic() || self.has_room();
        if has_room {
            self.told.push(Told { alias, stream });
        }
        has_room
    }

    /// Whether the client was told what goes by `alias`.
    pub(super) fn contain(&self, alias: u64) -> bool {
        self.told.iter().any(|told| told.alias == alias)
    }

    /// Takes back what goes by `alias`; whether there was something.
    pub(super) fn remove(&mut self, alias: u64) -> bool {
        let before = self.told.len();
        self.told.retain(|told| told.alias != alias);
        self.told.len() < before
    }

    /// The client unsubscribes from `topic`, also where it was not answered yet.
    pub(super) fn remove_topic(&mut self, topic: &Name<'static>) {
        self.told.retain(|told| !matches!(&told.stream, Stream::Topic(name) if name == topic));
        for asked in self.asked.values_mut().filter(|asked| asked.topic == *topic) {
            asked.is_given_up = true;
        }
    }

    fn has_room(&self) -> bool {
        let read = self.told.iter().filter(|told| told.stream.is_topic()).count();
        let wanted = self.asked.values().filter(|asked| !asked.is_given_up).count();
        read + wanted < self.max_topics
    }
}
