//! The engine of a server that is alone: everything in its own memory.
//!
//! Owns: lives of streams, found by name. Never: looks at all of them; what
//! time does to each is due at its place in an agenda.
//!
//! Lock order: a part of the map, a life, an agenda. A life is locked while its
//! message is delivered, so that every reader gets messages in their order.

mod agenda;
mod forgetting;
mod life;
mod member_sessions;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use bytestring::ByteString;
use staywire_protocol::wire::{Epoch, StreamPosition, SubscribeFrom};
use tokio::time::Instant;

use super::{
    Eager, Engine, EngineError, History, Member, MemberState, Members, PresenceChange, Publication,
    Published, Retention, Sink, StreamName, StreamRecord,
};
use crate::delivery::Delivery;
use crate::message::Message;
use crate::session::SessionId;
use crate::shards::Shards;
use crate::topic::TopicName;
use agenda::Agenda;
use life::{Life, State};

/// Keeps streams in the memory of this process.
///
/// ```
/// use staywire_server::Memory;
///
/// let memory = Memory::new().max_streams(100_000).max_history_bytes(64 << 20);
/// ```
pub struct Memory {
    max_streams: usize,
    max_history_bytes: u64,
    linger: Duration,
    process: OnceLock<Process>,
    started_at: Instant,
    lives: Shards<StreamName, Arc<Life>>,
    /// Whether the server is done with them: what is published from then on nobody would read.
    is_taken: AtomicBool,
    life_count: AtomicUsize,
    kept_bytes: AtomicU64,
    /// The streams that nobody reads, in the order in which they are forgotten.
    unread: Agenda<StreamName>,
    /// The streams that keep messages, in the order in which these are too old.
    aging: Agenda<StreamName>,
}

struct Process {
    instance: u128,
    sink: Weak<dyn Sink>,
    /// Lives that had given a number.
    lives_forgotten: AtomicU32,
}

/// What the clock showed when the engine began: later than any message's age.
const BEGINNING: u64 = 1 << 50;

impl Memory {
    /// An engine with the default bounds.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_streams: 1_000_000,
            max_history_bytes: 256 * 1024 * 1024,
            linger: Duration::from_secs(180),
            process: OnceLock::new(),
            started_at: Instant::now(),
            lives: Shards::default(),
            is_taken: AtomicBool::new(false),
            life_count: AtomicUsize::new(0),
            kept_bytes: AtomicU64::new(0),
            unread: Agenda::default(),
            aging: Agenda::default(),
        }
    }

    /// How many streams there may be. Default 1,000,000.
    ///
    /// Beyond it, those that nobody reads are forgotten, the longest unread first; where all are read, there is no room
    /// for another.
    #[must_use]
    pub fn max_streams(mut self, streams: usize) -> Self {
        self.max_streams = streams;
        self
    }

    /// How many bytes of all histories are kept together. Default 256 MiB.
    ///
    /// Beyond it, a stream that is published to gives up its own oldest messages.
    #[must_use]
    pub fn max_history_bytes(mut self, bytes: u64) -> Self {
        self.max_history_bytes = bytes;
        self
    }

    /// How long a stream's numbering goes on after its last reader and its last message, at the least. Default 3 min;
    /// never less than what its history is kept for.
    #[must_use]
    pub fn linger(mut self, linger: Duration) -> Self {
        self.linger = linger;
        self
    }

    fn now(&self) -> u64 {
        let millis = self.started_at.elapsed().as_millis();
        BEGINNING.saturating_add(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    fn process(&self) -> Result<&Process, EngineError> {
        self.process.get().ok_or_else(|| EngineError::Unavailable("it was not started".to_owned()))
    }

    /// Runs `act` on the stream's life, which begins where there is none.
    fn with_life<T>(
        &self,
        stream: &StreamName,
        act: impl FnOnce(&Life, &mut State) -> T,
    ) -> Result<T, EngineError> {
        loop {
            let life = self.life(stream)?;
            let mut state = life.state.lock();
            if state.is_over {
                continue;
            }
            let result = act(&life, &mut state);
            self.settle(stream, &mut state);
            return Ok(result);
        }
    }

    /// The same where a stream without a life is to stay so: `act` sees the one that would begin now.
    fn with_life_or_none<T>(
        &self,
        stream: &StreamName,
        act: impl FnOnce(&Life, &mut State) -> T,
    ) -> Result<T, EngineError> {
        let process = self.process()?;
        let lives = self.lives.of(stream);
        if lives.contains_key(stream) {
            drop(lives);
            return self.with_life(stream, act);
        }
        self.refuse_if_taken()?;
        let life = Life::new(process.epoch(), self.now());
        drop(lives);
        let mut state = life.state.lock();
        Ok(act(&life, &mut state))
    }

    fn life(&self, stream: &StreamName) -> Result<Arc<Life>, EngineError> {
        let process = self.process()?;
        if let Some(life) = self.lives.of(stream).get(stream) {
            return Ok(Arc::clone(life));
        }
        if self.life_count.load(Ordering::Relaxed) >= self.max_streams && !self.forget_one() {
            return Err(EngineError::TooManyStreams { limit: self.max_streams });
        }
        let mut lives = self.lives.of(stream);
        self.refuse_if_taken()?;
        let life = lives.entry(stream.clone()).or_insert_with(|| {
            self.life_count.fetch_add(1, Ordering::Relaxed);
            Arc::new(Life::new(process.epoch(), self.now()))
        });
        Ok(Arc::clone(life))
    }

    fn refuse_if_taken(&self) -> Result<(), EngineError> {
        match self.is_taken.load(Ordering::Acquire) {
            true => Err(EngineError::Unavailable("its server has shut down".to_owned())),
            false => Ok(()),
        }
    }

    /// Numbers a message, keeps it, and delivers it where somebody reads.
    fn push(
        &self,
        (stream, life, state): (&StreamName, &Life, &mut State),
        message: Message,
        key: Option<ByteString>,
        retention: &Retention,
    ) -> Publication {
        let now = self.now();
        state.last += 1;
        state.used_at = now;
        let published = Published { offset: state.last, message, key };
        self.count_kept(state.keep(&published, retention, now));
        while state.kept_bytes() > 0 && self.kept_bytes.load(Ordering::Relaxed) > self.max_history_bytes {
            self.count_kept(-state.drop_oldest().cast_signed());
        }
        let sink = (state.attached > 0).then(|| self.process.get()?.sink.upgrade()).flatten();
        let delivery =
            sink.map_or_else(Delivery::default, |sink| sink.deliver(stream, life.epoch, &published));
        Publication { position: life.position(state), delivery }
    }

    fn count_kept(&self, more: i64) {
        // Less wraps around, which is how it is subtracted.
        self.kept_bytes.fetch_add(more.cast_unsigned(), Ordering::Relaxed);
    }
}

impl Process {
    /// The epoch of the lives that begin now: no earlier life of the same stream has had it, here or elsewhere.
    ///
    /// It is that of all that begin until one is forgotten, so that somebody who looks at a stream before it has a life
    /// sees the place at which that will begin. The part of the map is locked that the stream belongs to.
    fn epoch(&self) -> Epoch {
        let number = self.lives_forgotten.load(Ordering::Relaxed);
        let name = format!("{:08x}{number:x}", self.instance as u32);
        Epoch::new(&name).expect("at most 16 hexadecimal digits")
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine for Memory {
    fn start(&self, instance: u128, sink: Weak<dyn Sink>) {
        // A second start is the caller's mistake, and the first one holds.
        let _ = self.process.set(Process { instance, sink, lives_forgotten: AtomicU32::new(0) });
    }

    fn publish(
        &self,
        stream: &StreamName,
        message: Message,
        key: Option<ByteString>,
        retention: &Retention,
    ) -> Eager<Result<Publication, EngineError>> {
        Eager::done(
            self.with_life(stream, |life, state| self.push((stream, life, state), message, key, retention)),
        )
    }

    fn attach(&self, stream: &StreamName) -> Eager<Result<StreamPosition, EngineError>> {
        Eager::done(self.with_life(stream, |life, state| {
            state.attached += 1;
            life.position(state)
        }))
    }

    fn detach(&self, stream: &StreamName) {
        let Some(life) = self.lives.of(stream).get(stream).cloned() else { return };
        let mut state = life.state.lock();
        state.attached = state.attached.saturating_sub(1);
        state.used_at = self.now();
        if !state.is_over {
            self.settle(stream, &mut state);
        }
    }

    fn history(&self, stream: &StreamName, from: SubscribeFrom) -> Eager<Result<History, EngineError>> {
        Eager::done(self.with_life_or_none(stream, |life, state| {
            self.count_kept(-state.trim(self.now()).cast_signed());
            life.history(state, from)
        }))
    }

    fn present(
        &self,
        topic: &TopicName,
        session: SessionId,
        member: &Member,
        state: Option<MemberState>,
    ) -> Eager<Result<Option<PresenceChange>, EngineError>> {
        let stream = StreamName::Presence(topic.clone());
        let present = |life: &Life, shared: &mut State| {
            let change = shared.members.set(session, member, state)?;
            let _ = self.push((&stream, life, shared), change.message(member), None, &Retention::NONE);
            Some(change)
        };
        Eager::done(match state {
            Some(_) => self.with_life(&stream, present),
            None => self.with_life_or_none(&stream, present),
        })
    }

    fn members(&self, topic: &TopicName) -> Eager<Result<Members, EngineError>> {
        let stream = StreamName::Presence(topic.clone());
        Eager::done(self.with_life_or_none(&stream, |life, state| Members {
            position: life.position(state),
            members: state.members.list(),
        }))
    }

    fn tick(&self) {
        let now = self.now();
        while let Some((entry, stream)) = self.unread.next_due(now) {
            self.forget(entry, &stream, |state| state.forgotten_at(self.linger) <= now);
        }
        while let Some((entry, stream)) = self.aging.next_due(now) {
            self.age(entry, &stream);
        }
    }

    fn take(&self) -> Vec<StreamRecord> {
        let now = self.now();
        // Whoever has found a part of the map empty has seen this.
        self.is_taken.store(true, Ordering::Release);
        let mut records = Vec::new();
        for mut lives in self.lives.iter() {
            for (stream, life) in lives.drain() {
                let mut state = life.state.lock();
                state.is_over = true;
                state.trim(now);
                let position = life.position(&state);
                // Who is in a topic is told anew by the next process.
                if !matches!(stream, StreamName::Presence(_)) {
                    let retention = state.retention();
                    records.push(StreamRecord { stream, position, retention, kept: state.take_kept(now) });
                }
            }
        }
        self.life_count.store(0, Ordering::Relaxed);
        self.kept_bytes.store(0, Ordering::Relaxed);
        records
    }

    fn restore(&self, records: Vec<StreamRecord>) {
        let now = self.now();
        for StreamRecord { stream, position, retention, kept } in records {
            let mut lives = self.lives.of(&stream);
            // A life that has begun here before is the one that goes on.
            if lives.contains_key(&stream) || self.life_count.load(Ordering::Relaxed) >= self.max_streams {
                continue;
            }
            let life = Life::at(position.epoch, position.offset, now);
            let mut state = life.state.lock();
            state.keep_again(kept, retention, now);
            self.count_kept(state.kept_bytes().cast_signed());
            self.settle(&stream, &mut state);
            drop(state);
            self.life_count.fetch_add(1, Ordering::Relaxed);
            lives.insert(stream, Arc::new(life));
        }
    }
}
