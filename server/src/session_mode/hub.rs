//! The streams that sessions of this process read.
//!
//! Owns: one copy of each, as long as somebody holds a lease of it. Never:
//! numbers a message; the engine does, and delivers it here.
//!
//! ```text
//!  lease ──► begin (the engine attaches) ──► reading (with what only the engine keeps) ──► attach
//!    └── the last one is dropped ──► detach
//! ```

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytestring::ByteString;
use staywire_protocol::server::StreamAnswer;
use staywire_protocol::wire::{Id, StreamPosition};

use super::beginning::Reading;
use super::payload::Payload;
use super::stream::{Stream, StreamBounds};
use super::tail::TailBytes;
use crate::engine::{Eager, Engine, EngineError, Publication, Published, StreamName};
use crate::message::Message;
use crate::session::Session;
use crate::shards::Shards;
use crate::sync::Mutex;
use crate::topic::{TopicName, TopicTable};
use crate::user::UserId;

pub(crate) struct Hub {
    /// This process, as clients in session mode know it.
    instance: Id,
    engine: Arc<dyn Engine>,
    settings: TopicTable,
    bounds: StreamBounds,
    /// What is kept of all streams.
    total: Arc<TailBytes>,
    last_alias: AtomicU64,
    streams: Shards<StreamName, Entry>,
    /// How many topics each user reads, where that is limited.
    topics_of: Mutex<HashMap<UserId, usize>>,
}

struct Entry {
    stream: Arc<Stream>,
    leases: usize,
}

/// Keeps a stream here.
///
/// It is not to be dropped where a stream or a session is locked, for the last one calls the engine.
pub(crate) struct Lease {
    hub: Arc<Hub>,
    stream: Arc<Stream>,
}

/// One of the topics that a user may read.
pub(crate) struct UserPlace {
    hub: Arc<Hub>,
    user: UserId,
}

impl Hub {
    pub(crate) fn new(
        instance: Id,
        engine: Arc<dyn Engine>,
        settings: TopicTable,
        bounds: StreamBounds,
    ) -> Self {
        Self {
            instance,
            engine,
            settings,
            bounds,
            total: Arc::new(TailBytes::new(bounds.total_bytes)),
            last_alias: AtomicU64::new(0),
            streams: Shards::default(),
            topics_of: Mutex::default(),
        }
    }

    pub(crate) const fn instance(&self) -> Id {
        self.instance
    }

    pub(crate) fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    pub(crate) const fn bounds(&self) -> StreamBounds {
        self.bounds
    }

    /// Numbers `message` and has it delivered.
    pub(crate) fn publish(
        &self,
        stream: &StreamName,
        message: Message,
        key: Option<ByteString>,
    ) -> Eager<Result<Publication, EngineError>> {
        self.engine.publish(stream, message, key, &self.settings.of(stream).history)
    }

    /// Whether messages of `stream` are kept for readers who come later.
    pub(crate) fn keeps(&self, stream: &StreamName) -> bool {
        !self.settings.of(stream).history.is_none()
    }

    /// Whether who reads `topic` is counted.
    pub(crate) fn counts_readers(&self, topic: &TopicName) -> bool {
        self.settings.of(&StreamName::Topic(topic.clone())).presence
    }

    /// The stream `name`, while somebody has a lease of it.
    pub(crate) fn find(&self, name: &StreamName) -> Option<Arc<Stream>> {
        self.streams.of(name).get(name).map(|entry| Arc::clone(&entry.stream))
    }

    /// Keeps the stream `name` here.
    pub(crate) fn lease(self: &Arc<Self>, name: &StreamName) -> Lease {
        let mut streams = self.streams.of(name);
        let entry = streams.entry(name.clone()).or_insert_with(|| {
            let stream =
                Stream::new(name.clone(), self.settings.of(name), self.bounds, Arc::clone(&self.total));
            Entry { stream: Arc::new(stream), leases: 0 }
        });
        entry.leases += 1;
        Lease { hub: Arc::clone(self), stream: Arc::clone(&entry.stream) }
    }

    /// Goes on with what the process before has kept of a stream, for as long as the lease is there.
    pub(crate) fn restore(
        self: &Arc<Self>,
        name: &StreamName,
        position: StreamPosition,
        kept: Vec<Published>,
    ) -> Option<Lease> {
        let lease = self.lease(name);
        // An engine that is elsewhere may have gone on meanwhile: then nothing here is of use.
        let attached = self.engine.attach(name).at_once().ok()?.ok()?;
        if attached == position {
            lease.restore(position, kept, self.alias());
        } else {
            self.engine.detach(name);
        }
        Some(lease)
    }

    /// An alias that no other stream of this process has had.
    fn alias(&self) -> u64 {
        self.last_alias.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// One more topic that `user` reads, if there may be one more.
    pub(crate) fn user_place(self: &Arc<Self>, user: &UserId, limit: usize) -> Option<UserPlace> {
        let mut topics_of = self.topics_of.lock();
        let count = topics_of.get(user).copied().unwrap_or_default();
        (count < limit).then(|| {
            topics_of.insert(user.clone(), count + 1);
            UserPlace { hub: Arc::clone(self), user: user.clone() }
        })
    }
}

impl Lease {
    pub(super) fn engine(&self) -> &dyn Engine {
        &*self.hub.engine
    }

    /// Begins to copy the stream, unless that was done before. It is called on a runtime.
    pub(crate) fn begin(&self) -> Eager<Result<(), EngineError>> {
        if self.stream.has_begun_or_asks() {
            return Eager::done(Ok(()));
        }
        match self.hub.engine.attach(self.name()).at_once() {
            Ok(attached) => Eager::done(self.stream.begin(attached, || self.hub.alias())),
            Err(under_way) => {
                let lease = self.clone();
                // In a task, for it is to be known here whether or not somebody waits for it.
                let begun = tokio::spawn(async move {
                    let attached = under_way.await;
                    lease.stream.begin(attached, || lease.hub.alias())
                });
                let stopped = |_| Err(EngineError::Unavailable("the server is stopping".to_owned()));
                Eager::under_way(async move { begun.await.unwrap_or_else(stopped) })
            }
        }
    }
}

/// Calls `open` with what the streams have to say to their reader. Nothing is delivered until it returns, so what it
/// sends first is followed by what comes next, without a gap or a repeat.
///
/// `open` returns the session, if it reads the streams from now on.
pub(crate) fn attach<T>(
    mut readings: Vec<&Reading>,
    open: impl FnOnce(Vec<StreamAnswer<Payload>>) -> (T, Option<Session>),
) -> T {
    readings.sort_by(|one, other| one.lease.name().cmp(other.lease.name()));
    let mut locked: Vec<_> = readings.iter().map(|reading| reading.lease.lock()).collect();
    let answers = readings.iter().zip(&locked).filter_map(|(reading, locked)| reading.answer(locked));
    let (result, reader) = open(answers.collect());
    if let Some(session) = reader {
        locked.iter_mut().for_each(|locked| locked.add(&session));
    }
    result
}

impl Clone for Lease {
    fn clone(&self) -> Self {
        self.hub.lease(self.name())
    }
}

impl Deref for Lease {
    type Target = Stream;

    fn deref(&self) -> &Stream {
        &self.stream
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut streams = self.hub.streams.of(self.name());
        let Some(entry) = streams.get_mut(self.name()) else { return };
        entry.leases -= 1;
        if entry.leases > 0 {
            return;
        }
        let gone = streams.remove(self.name());
        drop(streams);
        for _ in 0..self.attached() {
            self.hub.engine.detach(self.name());
        }
        drop(gone);
    }
}

impl Drop for UserPlace {
    fn drop(&mut self) {
        let mut topics_of = self.hub.topics_of.lock();
        let Some(count) = topics_of.get_mut(&self.user) else { return };
        *count -= 1;
        if *count == 0 {
            topics_of.remove(&self.user);
        }
    }
}
