//! A stream's past, as far as it is kept.

use std::time::Duration;

use bytestring::ByteString;
use staywire_protocol::wire::{StreamPosition, SubscribeFrom};

use super::{Retention, StreamName};
use crate::message::Message;

/// A message of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub offset: u64,
    /// What was published.
    pub message: Message,
    /// What it is the latest of.
    pub key: Option<ByteString>,
}

/// What is kept of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Where the stream is: right after its last message.
    pub position: StreamPosition,
    /// The messages that were asked for, as far as they are kept: one number after the other, up to `position`.
    ///
    /// Where the first is not the one that was asked for, the numbers before it are gone; where the position that was
    /// asked for is of another epoch, or beyond this one, all of what is kept is here.
    pub messages: Vec<Published>,
}

/// A stream on its way from one process to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRecord {
    /// Which stream.
    pub stream: StreamName,
    /// Right after its last message.
    pub position: StreamPosition,
    /// How long what is kept.
    pub retention: Retention,
    /// What is kept, with each message's age, oldest first; the last one is the stream's last.
    pub kept: Vec<(Published, Duration)>,
}

/// How many of the `kept` messages, the last of which has the number of `position`, a reader gets that begins `from`.
pub(crate) fn wanted(from: SubscribeFrom, position: StreamPosition, kept: usize) -> usize {
    let wanted = match from {
        SubscribeFrom::Last(count) => count,
        SubscribeFrom::Position(held) if held.epoch == position.epoch && held.offset <= position.offset => {
            position.offset - held.offset
        }
        SubscribeFrom::Position(_) => u64::MAX,
    };
    usize::try_from(wanted).unwrap_or(usize::MAX).min(kept)
}
