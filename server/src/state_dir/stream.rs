//! A stream between two processes, as plain data.

use serde::{Deserialize, Serialize};
use staywire_protocol::server::StreamSnapshot;
use staywire_protocol::wire::{Epoch, Name, Stream};

use super::PayloadState;
use crate::message::Message;

/// A stream with what it keeps. Its alias is not part of it: one means nothing beyond its connection.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct StreamState {
    /// The path of its endpoint as it was given to the builder.
    pub(crate) endpoint: String,
    pub(crate) kind: StreamKind,
    pub(crate) epoch: String,
    /// The number of its last message.
    pub(crate) last: u64,
    /// With what each counts as, in bytes; the newest has the number `last`.
    pub(crate) kept: Vec<(PayloadState, u32)>,
}

/// Whose stream it is.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum StreamKind {
    Broadcast,
    User(String),
    Topic(String),
}

impl StreamState {
    /// `snapshot` with what it does not know: whose stream it is.
    pub(crate) fn new<P: Into<Message>>(
        endpoint: &str,
        kind: StreamKind,
        snapshot: StreamSnapshot<P>,
    ) -> Self {
        let StreamSnapshot { stream: _, epoch, last, kept } = snapshot;
        let kept = kept.into_iter().map(|(payload, bytes)| (payload.into().into(), bytes)).collect();
        Self { endpoint: endpoint.into(), kind, epoch: epoch.as_str().into(), last, kept }
    }

    /// The snapshot again; none where the epoch or the topic is none.
    pub(crate) fn into_snapshot(self) -> Option<StreamSnapshot<Message>> {
        Some(StreamSnapshot {
            stream: match self.kind {
                StreamKind::Broadcast => Stream::Broadcast,
                StreamKind::User(_) => Stream::User,
                StreamKind::Topic(name) => Stream::Topic(Name::new(name)?),
            },
            epoch: Epoch::new(&self.epoch)?,
            last: self.last,
            kept: self.kept.into_iter().map(|(payload, bytes)| (payload.into(), bytes)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_stream_is_the_same_on_both_sides() {
        for kind in [StreamKind::Broadcast, StreamKind::User("u".into()), StreamKind::Topic("t".into())] {
            let state = sample::stream(kind, 3);
            let snapshot = state.clone().into_snapshot().unwrap();
            assert_eq!(StreamState::new("/echo", state.kind.clone(), snapshot), state);
        }
    }

    #[test]
    fn an_epoch_or_a_topic_that_cannot_be_is_no_stream() {
        let state = sample::stream(StreamKind::Topic(String::new()), 0);
        assert_eq!(state.into_snapshot(), None);
        let state = StreamState { epoch: "Life".into(), ..sample::stream(StreamKind::Broadcast, 0) };
        assert_eq!(state.into_snapshot(), None);
    }
}
