//! A stream between two processes, as plain data.

use std::time::Duration;

use bytestring::ByteString;
use serde::{Deserialize, Serialize};
use staywire_protocol::wire::{Epoch, StreamPosition};

use super::PayloadState;
use crate::engine::{Published, Retention, StreamName, StreamRecord};
use crate::topic::TopicName;
use crate::user::UserId;

/// A stream with what is kept of it. Its alias is not part of it: one means nothing beyond its connection.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct StreamState {
    pub(crate) name: StreamNameState,
    pub(crate) epoch: String,
    /// The number of its last message.
    pub(crate) last: u64,
    /// How many messages are kept, for how long, and how many bytes of them.
    pub(crate) retention: (usize, Duration, u64),
    /// Oldest first; the newest has the number `last`.
    pub(crate) kept: Vec<KeptState>,
}

/// Whose stream it is; an endpoint is its path as it was given to the builder.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum StreamNameState {
    Broadcast { endpoint: String },
    User { endpoint: String, user: String },
    Topic(String),
}

/// A message of a stream.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct KeptState {
    pub(crate) payload: PayloadState,
    pub(crate) key: Option<ByteString>,
    /// How old it is, where it is kept for readers who come later. The others are kept for sessions that are away.
    pub(crate) age: Option<Duration>,
}

/// What was kept of a stream, by the engine and for the sessions that read it.
pub(crate) struct KeptStream {
    /// What the engine keeps.
    pub(crate) record: StreamRecord,
    /// All that is kept, oldest first, up to the record's position.
    pub(crate) ring: Vec<Published>,
}

impl StreamState {
    /// `record`, and what else is kept in `ring`, up to the same position; none for a stream that does not move.
    pub(crate) fn new(record: StreamRecord, ring: Vec<Published>) -> Option<Self> {
        let StreamRecord { stream, position, retention, kept } = record;
        let name = StreamNameState::new(&stream)?;
        let first = kept.first().map_or(position.offset + 1, |(published, _)| published.offset);
        let older =
            ring.into_iter().filter(|published| published.offset < first).map(|published| (published, None));
        let newer = kept.into_iter().map(|(published, age)| (published, Some(age)));
        let kept = older.chain(newer).map(|(published, age)| KeptState::new(published, age)).collect();
        Some(Self {
            name,
            epoch: position.epoch.as_str().into(),
            last: position.offset,
            retention: (retention.count(), retention.age(), retention.bytes()),
            kept,
        })
    }

    /// The stream again; none where its name, epoch or messages cannot be.
    pub(crate) fn into_kept(self) -> Option<KeptStream> {
        let position = StreamPosition { epoch: Epoch::new(&self.epoch)?, offset: self.last };
        let first = (self.last + 1).checked_sub(self.kept.len() as u64)?;
        let (mut ring, mut kept) = (Vec::new(), Vec::new());
        for (offset, KeptState { payload, key, age }) in (first..).zip(self.kept) {
            let published = Published { offset, message: payload.into(), key };
            kept.extend(age.map(|age| (published.clone(), age)));
            ring.push(published);
        }
        let (count, age, bytes) = self.retention;
        let retention = Retention::new(count, age).max_bytes(bytes);
        let record = StreamRecord { stream: self.name.into_name()?, position, retention, kept };
        Some(KeptStream { record, ring })
    }

    /// `time` has passed.
    pub(super) fn pass(&mut self, time: Duration) {
        for age in self.kept.iter_mut().filter_map(|kept| kept.age.as_mut()) {
            *age = age.saturating_add(time);
        }
    }
}

impl KeptState {
    fn new(published: Published, age: Option<Duration>) -> Self {
        Self { payload: published.message.into(), key: published.key, age }
    }
}

impl StreamNameState {
    fn new(name: &StreamName) -> Option<Self> {
        Some(match name {
            StreamName::Broadcast { endpoint } => Self::Broadcast { endpoint: endpoint.as_ref().into() },
            StreamName::User { endpoint, user } => {
                Self::User { endpoint: endpoint.as_ref().into(), user: user.as_str().into() }
            }
            StreamName::Topic(topic) => Self::Topic(topic.as_str().into()),
            StreamName::Presence(_) => return None,
        })
    }

    fn into_name(self) -> Option<StreamName> {
        Some(match self {
            Self::Broadcast { endpoint } => StreamName::Broadcast { endpoint: endpoint.into() },
            Self::User { endpoint, user } => {
                StreamName::User { endpoint: endpoint.into(), user: user.parse::<UserId>().ok()? }
            }
            Self::Topic(topic) => StreamName::Topic(topic.parse::<TopicName>().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn names() -> [StreamNameState; 3] {
        let endpoint = || "/echo".to_owned();
        [
            StreamNameState::Broadcast { endpoint: endpoint() },
            StreamNameState::User { endpoint: endpoint(), user: "u".into() },
            StreamNameState::Topic("t".into()),
        ]
    }

    #[test]
    fn a_stream_is_the_same_on_both_sides() {
        for name in names() {
            let state = sample::stream(name, 3);
            let KeptStream { record, ring } = state.clone().into_kept().unwrap();
            assert_eq!((ring.len(), record.kept.len()), (3, 2), "the oldest is for sessions alone");
            assert_eq!(StreamState::new(record, ring), Some(state));
        }
    }

    #[test]
    fn a_name_or_an_epoch_that_cannot_be_is_no_stream() {
        assert!(sample::stream(StreamNameState::Topic(String::new()), 0).into_kept().is_none());
        let state =
            StreamState { epoch: "Life".into(), ..sample::stream(StreamNameState::Topic("t".into()), 0) };
        assert!(state.into_kept().is_none());
        let state = StreamState { last: 1, ..sample::stream(StreamNameState::Topic("t".into()), 3) };
        assert!(state.into_kept().is_none(), "it has more messages than numbers");
    }

    #[test]
    fn messages_grow_older_while_no_process_runs() {
        let mut state = sample::stream(StreamNameState::Topic("t".into()), 3);
        let ages = |state: &StreamState| state.kept.iter().map(|kept| kept.age).collect::<Vec<_>>();
        let before = ages(&state);
        state.pass(Duration::from_secs(5));
        let later = before.iter().map(|age| age.map(|age| age + Duration::from_secs(5)));
        assert_eq!(ages(&state), later.collect::<Vec<_>>());
    }
}
