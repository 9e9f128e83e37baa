//! How a reader begins in the middle of a stream.
//!
//! Owns: that it gets what it asked for of the past, though that comes from the
//! engine and the stream runs on meanwhile, and that what one stream repeats
//! waits for what was repeated of another. Never: knows who reads, or how.

use std::fmt;
use std::sync::Arc;

use staywire_protocol::server::StreamAnswer;
use staywire_protocol::wire::SubscribeFrom;
use tokio::sync::futures::OwnedNotified;

use super::hub::{Hub, Lease};
use super::past::{Listed, Past};
use super::payload::Payload;
use super::stream::Locked;
use crate::engine::{EngineError, StreamName};
use crate::topic::TopicName;

/// A stream with all that it takes to answer a reader.
pub(crate) struct Reading {
    pub(crate) lease: Lease,
    from: SubscribeFrom,
    past: Option<Past>,
}

/// Why a stream cannot be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    Engine(EngineError),
    /// A topic has more members than can be listed in one message.
    TooManyMembers {
        count: usize,
        bytes: usize,
        limit: usize,
    },
}

/// The place at which a reader begins, in a stream that nobody else delivers to.
pub(crate) struct Beginning<'a, 'b> {
    /// Keeps the stream here, for whoever takes it.
    pub(crate) lease: &'a mut Option<Lease>,
    pub(crate) stream: &'a mut Locked<'b>,
    /// What the reader is told and sent first.
    pub(crate) answer: StreamAnswer<Payload>,
}

/// Nothing has begun: what was sent to the reader before has to be written first.
pub(crate) struct Behind(pub(crate) OwnedNotified);

/// Whose turn it is, of what is to begin when its reader is not behind. Without, all of it would be read of the engine
/// again each time that one can begin.
pub(crate) type Turns = tokio::sync::Mutex<()>;

/// How often a stream may run on so fast that what was read of its history does not reach it any more. The next reader
/// gets what is kept here.
const MAX_RUN_ONS: usize = 2;

enum Attempt<T> {
    Done(T),
    RanOn,
    Behind(Behind),
}

impl Hub {
    /// Has a reader of the stream `name` begin `from`: by `begin`, which is called until the reader is not behind.
    ///
    /// `turns` is the reader's, for all that it waits with: each that begins makes the others wait again.
    pub(crate) async fn begin<T>(
        self: &Arc<Self>,
        name: &StreamName,
        from: SubscribeFrom,
        turns: &Turns,
        mut begin: impl FnMut(Beginning<'_, '_>) -> Result<T, Behind>,
    ) -> Result<T, ReadError> {
        let (mut run_ons, mut turn) = (0, None);
        loop {
            let reading = self.lease(name).reading(from).await?;
            match reading.attempt(run_ons < MAX_RUN_ONS, &mut begin)? {
                Attempt::Done(done) => return Ok(done),
                Attempt::RanOn => run_ons += 1,
                Attempt::Behind(Behind(caught_up)) => {
                    // A long history is nothing to hold meanwhile.
                    drop(reading);
                    if turn.is_none() {
                        turn = Some(turns.lock().await);
                    }
                    caught_up.await;
                }
            }
        }
    }
}

impl Lease {
    /// Gets all that it takes to answer a reader that begins `from`.
    pub(crate) async fn reading(self, from: SubscribeFrom) -> Result<Reading, ReadError> {
        self.begin().await?;
        let from = self.offered(from);
        let past = match (self.needs_past(from), self.name()) {
            (false, _) => None,
            (true, StreamName::Presence(topic)) => Some(Past::Members(self.listed(topic, from).await?)),
            (true, name) => Some(Past::Older(self.engine().history(name, from).await?)),
        };
        Ok(Reading { lease: self, from, past })
    }

    /// Who is in `topic`, for a reader of its presence that begins `from`.
    async fn listed(&self, topic: &TopicName, from: SubscribeFrom) -> Result<Listed, ReadError> {
        match self.listed_before(from) {
            Some(listed) => Ok(listed),
            None => self.list(&self.engine().members(topic).await?),
        }
    }
}

impl Reading {
    /// What the reader is told and sent first.
    pub(super) fn answer(&self, locked: &Locked<'_>) -> Option<StreamAnswer<Payload>> {
        locked.answer(self.from, self.past.as_ref())
    }

    /// Whether that is all there is; if not, the stream has run on since.
    fn has_all(&self, locked: &Locked<'_>) -> bool {
        locked.has_all(self.from, self.past.as_ref())
    }

    fn attempt<T>(
        &self,
        wants_all: bool,
        begin: &mut impl FnMut(Beginning<'_, '_>) -> Result<T, Behind>,
    ) -> Result<Attempt<T>, ReadError> {
        // Made before the lock, and dropped after it where nobody takes it.
        let mut lease = Some(self.lease.clone());
        let mut stream = self.lease.lock();
        if wants_all && !self.has_all(&stream) {
            return Ok(Attempt::RanOn);
        }
        let answer = self.answer(&stream).ok_or_else(not_begun)?;
        let begun = begin(Beginning { lease: &mut lease, stream: &mut stream, answer });
        Ok(begun.map_or_else(Attempt::Behind, Attempt::Done))
    }
}

/// Of a stream that somebody has a lease of, and that has begun, this is not so.
pub(super) fn not_begun() -> ReadError {
    ReadError::Engine(EngineError::Unavailable("the stream has not begun".to_owned()))
}

impl From<EngineError> for ReadError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// For those who read no presence.
impl From<ReadError> for EngineError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Engine(error) => error,
            ReadError::TooManyMembers { .. } => Self::Unavailable(error.to_string()),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Engine(error) => error.fmt(f),
            Self::TooManyMembers { count, bytes, limit } => {
                write!(f, "a list of {count} members has {bytes} bytes, more than the {limit} of a message")
            }
        }
    }
}
