//! A stream with its readers.
//!
//! Owns: that every reader gets each message once and in order: publishing and
//! attaching a reader exclude each other. Never: runs user code.
//!
//! Lock order: a stream before a session; the broadcast stream before a user's.

use std::collections::HashMap;
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicU64, Ordering};

use staywire_protocol::server::{SharedStream, StreamAnswer, StreamSnapshot};
use staywire_protocol::wire::{self, Epoch, HeldStream, Id, StreamPosition};

use super::payload::{Payload, size};
use crate::counters::Counter;
use crate::delivery::Delivery;
use crate::message::Message;
use crate::session::{SendError, Session, SessionId};
use crate::sync::Mutex;

/// Names the lives of a server's streams.
#[derive(Debug)]
pub(crate) struct StreamNames {
    instance: Id,
    last_alias: AtomicU64,
}

/// A stream of an endpoint.
pub(crate) struct Stream {
    kind: wire::Stream,
    bounds: StreamBounds,
    state: Mutex<State>,
}

/// The bounds of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamBounds {
    /// Bytes that are kept for those who are away.
    pub(crate) ring_bytes: u64,
    /// The largest message.
    pub(crate) message_bytes: usize,
}

#[derive(Default)]
struct State {
    /// It begins with the first reader and ends with the last one: what nobody reads is not numbered, so who comes
    /// back after that is told that the numbering has changed.
    life: Option<Life>,
    readers: HashMap<SessionId, Session>,
    /// There are readers who go on in the next process, and the stream goes with them.
    has_departed: bool,
}

struct Life {
    shared: SharedStream<Payload>,
    last: u64,
}

/// A stream that nobody else publishes to or attaches a reader to.
pub(crate) struct Locked<'a> {
    stream: &'a Stream,
    state: MutexGuard<'a, State>,
}

impl StreamNames {
    pub(crate) const fn new(instance: Id) -> Self {
        Self { instance, last_alias: AtomicU64::new(0) }
    }

    /// The server process, as its clients know it.
    pub(crate) const fn instance(&self) -> Id {
        self.instance
    }

    /// An alias that no other stream of this process has had.
    fn alias(&self) -> u64 {
        self.last_alias.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// An alias and an epoch that no other stream has had, in this process or in another.
    fn life(&self) -> (u64, Epoch) {
        let alias = self.alias();
        let epoch = format!("{:08x}{:x}", self.instance.bits() as u32, alias as u32);
        (alias, Epoch::new(&epoch).expect("at most 16 hexadecimal digits"))
    }
}

impl Stream {
    pub(crate) fn new(kind: wire::Stream, bounds: StreamBounds) -> Self {
        Self { kind, bounds, state: Mutex::default() }
    }

    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked { stream: self, state: self.state.lock() }
    }

    /// The session is over.
    pub(crate) fn leave(&self, id: SessionId) {
        let mut state = self.state.lock();
        let reader = state.readers.remove(&id);
        state.end_unread();
        drop(state);
        // It may be the last handle, and its attributes are the user's: dropped without the lock.
        drop(reader);
    }

    /// The session goes on in the next process.
    pub(crate) fn depart(&self, id: SessionId) {
        let mut state = self.state.lock();
        state.has_departed = true;
        let reader = state.readers.remove(&id);
        drop(state);
        drop(reader);
    }

    /// Ends the stream here, for the next process to go on with.
    pub(crate) fn take(&self) -> Option<StreamSnapshot<Payload>> {
        self.state.lock().life.take().map(|life| life.shared.snapshot())
    }

    /// Goes on with the stream of the process before.
    pub(crate) fn restore(&self, snapshot: StreamSnapshot<Message>, names: &StreamNames) {
        let StreamSnapshot { stream, epoch, last, kept } = snapshot;
        let alias = names.alias();
        let first = (last + 1).saturating_sub(kept.len() as u64);
        let kept = (first..)
            .zip(kept)
            .map(|(offset, (message, bytes))| (Payload::of_stream(alias, offset, &message), bytes));
        let snapshot = StreamSnapshot { stream, epoch, last, kept: kept.collect() };
        let shared = SharedStream::restore(alias, snapshot, self.bounds.ring_bytes);
        self.state.lock().life = Some(Life { shared, last });
    }

    /// Ends what was restored and nobody reads any more.
    pub(crate) fn end_unread(&self) {
        self.state.lock().end_unread();
    }
}

impl State {
    fn end_unread(&mut self) {
        if self.readers.is_empty() && !self.has_departed {
            self.life = None;
        }
    }
}

impl Locked<'_> {
    /// What a reader is told and sent first, who holds what `held` says.
    pub(crate) fn answer(&mut self, held: &[HeldStream], names: &StreamNames) -> StreamAnswer<Payload> {
        let held = held.iter().find(|held| held.stream == self.stream.kind).map(|held| held.position);
        let life = self.state.life.get_or_insert_with(|| Life::begin(self.stream, names));
        life.answer(held)
    }

    pub(crate) fn add(&mut self, session: &Session) {
        self.state.readers.insert(session.id(), session.clone());
    }

    /// Sends `message` to all readers, at once or, for those who are suspended, when they resume.
    pub(crate) fn publish(&mut self, message: &Message, encoded: &Counter, delivery: &mut Delivery) {
        let State { life, readers, .. } = &mut *self.state;
        let Some(life) = life.as_mut().filter(|_| !readers.is_empty()) else { return };
        let limit = self.stream.bounds.message_bytes;
        if message.len() > limit {
            let too_large = SendError::TooLarge { bytes: message.len(), limit };
            return readers.values().for_each(|session| delivery.record(session, Err(too_large)));
        }
        life.last += 1;
        let (alias, offset) = (life.shared.alias(), life.last);
        let payload = Payload::of_stream(alias, offset, message);
        encoded.increment();
        life.shared.publish(payload.clone(), size(message));
        for session in readers.values() {
            let Some(lasting) = session.lasting() else { continue };
            delivery.record(session, lasting.forward(alias, offset, payload.clone()));
        }
    }
}

impl Life {
    fn begin(stream: &Stream, names: &StreamNames) -> Self {
        let (alias, epoch) = names.life();
        let shared = SharedStream::new(alias, stream.kind.clone(), epoch, stream.bounds.ring_bytes);
        Self { shared, last: 0 }
    }

    fn answer(&self, held: Option<StreamPosition>) -> StreamAnswer<Payload> {
        held.map_or_else(|| self.shared.join(), |held| self.shared.recover(held))
    }
}
