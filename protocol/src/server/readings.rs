//! What a session reads beside its inbox, on the connection in charge.
//!
//! Owns: which aliases the client was told there, and which of its
//! subscriptions wait for their answer. Both begin anew with each connection:
//! an alias means nothing on another one, and what was not answered on its
//! connection is asked again (PROTOCOL.md §4).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::wire::{Name, Stream};

#[derive(Clone, Debug)]
pub(super) struct Readings {
    told: Vec<Told>,
    /// The numbers of the subscriptions that came on this connection and were not answered.
    asked: BTreeSet<u64>,
    max_topics: usize,
}

#[derive(Clone, Debug)]
struct Told {
    alias: u64,
    stream: Stream<'static>,
}

impl Readings {
    pub(super) const fn new(max_topics: usize) -> Self {
        Self { told: Vec::new(), asked: BTreeSet::new(), max_topics }
    }

    pub(super) fn clear(&mut self) {
        self.told.clear();
        self.asked.clear();
    }

    /// The client asks for a topic; whether there is room for one more.
    pub(super) fn on_asked(&mut self, number: u64) -> bool {
        let has_room = self.has_room();
        if has_room {
            self.asked.insert(number);
        }
        has_room
    }

    /// Its subscription `number` is answered; whether it came on this connection and was not answered before.
    pub(super) fn on_answered(&mut self, number: u64) -> bool {
        self.asked.remove(&number)
    }

    /// Tells the client of a stream; whether there is room for it.
    pub(super) fn add(&mut self, alias: u64, stream: Stream<'static>) -> bool {
        self.told.retain(|told| told.stream != stream);
        let has_room = !is_topic(&stream) || self.has_room();
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

    pub(super) fn remove_topic(&mut self, topic: &Name<'static>) {
        self.told.retain(|told| !matches!(&told.stream, Stream::Topic(name) if name == topic));
    }

    fn has_room(&self) -> bool {
        let topics = self.told.iter().filter(|told| is_topic(&told.stream)).count();
        topics + self.asked.len() < self.max_topics
    }
}

const fn is_topic(stream: &Stream<'_>) -> bool {
    matches!(stream, Stream::Topic(_))
}
