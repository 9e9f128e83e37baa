//! How a reader begins in the middle of a stream.
//!
//! Owns: that it gets what it asked for of the past, though that comes from the
//! engine and the stream runs on meanwhile, and that what one stream repeats
//! waits for what was repeated of another. Never: knows who reads, or how.

use std::sync::Arc;

use staywire_protocol::server::StreamAnswer;
use staywire_protocol::wire::SubscribeFrom;
use tokio::sync::futures::OwnedNotified;

use super::hub::{Hub, Lease, Reading};
use super::payload::Payload;
use super::stream::Locked;
use crate::engine::{EngineError, StreamName};

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
    pub(crate) async fn begin<T>(
        self: &Arc<Self>,
        name: &StreamName,
        from: SubscribeFrom,
        mut begin: impl FnMut(Beginning<'_, '_>) -> Result<T, Behind>,
    ) -> Result<T, EngineError> {
        let mut run_ons = 0;
        loop {
            let reading = self.lease(name).reading(from).await?;
            match reading.attempt(run_ons < MAX_RUN_ONS, &mut begin)? {
                Attempt::Done(done) => return Ok(done),
                Attempt::RanOn => run_ons += 1,
                Attempt::Behind(Behind(caught_up)) => caught_up.await,
            }
        }
    }
}

impl Reading {
    fn attempt<T>(
        &self,
        wants_all: bool,
        begin: &mut impl FnMut(Beginning<'_, '_>) -> Result<T, Behind>,
    ) -> Result<Attempt<T>, EngineError> {
        // Made before the lock, and dropped after it where nobody takes it.
        let mut lease = Some(self.lease.clone());
        let mut stream = self.lease.lock();
        if wants_all && !self.has_all(&stream) {
            return Ok(Attempt::RanOn);
        }
        let has_not_begun = || EngineError::Unavailable("the stream has not begun".to_owned());
        let answer = self.answer(&stream).ok_or_else(has_not_begun)?;
        let begun = begin(Beginning { lease: &mut lease, stream: &mut stream, answer });
        Ok(begun.map_or_else(Attempt::Behind, Attempt::Done))
    }
}
