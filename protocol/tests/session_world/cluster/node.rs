//! One process: when it started, and the streams that its sessions read.

use staywire_protocol::Instant;
use staywire_protocol::server::{SharedStream, StreamAnswer, StreamSnapshot};
use staywire_protocol::wire::{Epoch, HeldStream, Name, Stream, SubscribeFrom};

use crate::session_world::payload::Payload;

pub(super) struct Node {
    pub(super) is_up: bool,
    pub(super) started: Instant,
    /// The endpoint's stream, that of the one user there is, and the topics.
    streams: Vec<SharedStream<Payload>>,
}

impl Node {
    /// A process with the streams `lives`, under aliases that no other process has.
    pub(super) fn start(
        now: Instant,
        first_alias: u64,
        lives: Vec<StreamSnapshot<Payload>>,
        max_bytes: u64,
    ) -> Self {
        let restore = |(alias, life)| SharedStream::restore(alias, life, max_bytes);
        Self { is_up: true, started: now, streams: (first_alias..).zip(lives).map(restore).collect() }
    }

    pub(super) fn stop(&mut self) -> Vec<StreamSnapshot<Payload>> {
        self.is_up = false;
        self.lives()
    }

    pub(super) fn lives(&self) -> Vec<StreamSnapshot<Payload>> {
        self.streams.iter().map(SharedStream::snapshot).collect()
    }

    /// Publishes to the stream `index`: its alias here, and the offset.
    pub(super) fn publish(&mut self, index: usize, payload: Payload) -> (u64, u64) {
        let stream = &mut self.streams[index];
        let bytes = payload.len();
        (stream.alias(), stream.publish(payload, bytes))
    }

    /// What each stream has to say to who begins to read.
    pub(super) fn join_all(&self) -> Vec<StreamAnswer<Payload>> {
        self.streams[..READ_BY_ALL].iter().map(SharedStream::join).collect()
    }

    /// The same for who holds `held`; topics are left out if their authorisation takes its time.
    pub(super) fn recover_all(&self, held: &[HeldStream], with_topics: bool) -> Vec<StreamAnswer<Payload>> {
        let answer = |(index, stream): (usize, &SharedStream<Payload>)| {
            let held = held.iter().find(|held| held.stream == kinds()[index]);
            match held {
                Some(_) if index >= READ_BY_ALL && !with_topics => None,
                Some(held) => Some(stream.recover(held.position)),
                None => (index < READ_BY_ALL).then(|| stream.join()),
            }
        };
        self.streams.iter().enumerate().filter_map(answer).collect()
    }

    /// The index of the topic, if there is one that may be read.
    pub(super) fn topic(topic: &Name<'static>) -> Option<usize> {
        kinds().iter().position(|kind| matches!(kind, Stream::Topic(name) if name == topic))
    }

    pub(super) fn subscribe(&self, index: usize, from: SubscribeFrom) -> StreamAnswer<Payload> {
        self.streams[index].subscribe(from)
    }

    pub(super) fn alias(&self, index: usize) -> u64 {
        self.streams[index].alias()
    }
}

/// Streams that every session reads: they come first.
const READ_BY_ALL: usize = 2;

/// What pages ask for.
pub(in super::super) const TOPICS: [&str; 3] = ["orders", "preise für/alle", SECRET];

/// What nobody may read, nor publish to.
pub(in super::super) const SECRET: &str = "secret";

pub(in super::super) fn name_of(topic: &str) -> Name<'static> {
    Name::new(topic.to_owned()).expect("it is short")
}

/// The streams there are, in the order in which they are kept.
fn kinds() -> [Stream; 4] {
    [Stream::Broadcast, Stream::User, Stream::Topic(name_of(TOPICS[0])), Stream::Topic(name_of(TOPICS[1]))]
}

/// The streams before anything was published in their life `count`.
pub(super) fn begin_lives(count: u64) -> Vec<StreamSnapshot<Payload>> {
    let epoch = Epoch::new(&format!("life{count:04}")).expect("letters and digits");
    kinds().map(|stream| StreamSnapshot { stream, epoch, last: 0, kept: Vec::new() }).into()
}
