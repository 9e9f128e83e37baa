//! A stream with its readers.
//!
//! Owns: the newest messages of an engine's stream, and that every reader here
//! gets each message once and in order: delivering and attaching a reader
//! exclude each other. Never: numbers a message, or runs user code.
//!
//! Lock order: an engine's stream, a stream, a session. Several streams are
//! locked in the order of their names.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, MutexGuard};

use staywire_protocol::server::{SharedStream, StreamAnswer};
use staywire_protocol::wire::{self, Epoch, Name, StreamPosition, SubscribeFrom};

use super::beginning::{ReadError, not_begun};
use super::past::{Listed, Past, continues, members_answer};
use super::payload::Payload;
use super::tail::{Tail, TailBytes};
use crate::counters::Counter;
use crate::delivery::Delivery;
use crate::engine::{Members, Published, StreamName};
use crate::session::{SendError, Session, SessionId};
use crate::sync::Mutex;
use crate::topic::{StreamSettings, TopicName};

/// A stream that is read here.
pub(crate) struct Stream {
    name: StreamName,
    settings: StreamSettings,
    bounds: StreamBounds,
    total: Arc<TailBytes>,
    state: Mutex<State>,
}

/// The bounds of a stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamBounds {
    /// Bytes that are kept of each for those who are away.
    pub(crate) ring_bytes: u64,
    /// The same of all streams together.
    pub(crate) total_bytes: u64,
    /// The largest message.
    pub(crate) message_bytes: usize,
}

#[derive(Default)]
struct State {
    /// What is kept of it; `None` until the engine has said where the stream is.
    tail: Option<Tail>,
    /// What was delivered before that.
    early: Vec<(Epoch, Published)>,
    /// How many times the engine was asked for the stream, and has not answered.
    asked: usize,
    /// How many times the stream is attached.
    attached: usize,
    /// The sessions whose clients read the stream.
    readers: HashMap<SessionId, Session>,
    /// How many readers have left for the next process, where they get what is delivered from then on.
    departed: usize,
    /// The sessions that get its messages as their own.
    subscribers: HashMap<SessionId, Session>,
}

/// A stream that nobody else delivers to or attaches a reader to.
pub(crate) struct Locked<'a> {
    stream: &'a Stream,
    state: MutexGuard<'a, State>,
}

impl Stream {
    pub(crate) fn new(
        name: StreamName,
        settings: StreamSettings,
        bounds: StreamBounds,
        total: Arc<TailBytes>,
    ) -> Self {
        Self { name, settings, bounds, total, state: Mutex::default() }
    }

    pub(crate) fn name(&self) -> &StreamName {
        &self.name
    }

    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked { stream: self, state: self.state.lock() }
    }

    /// Whether a client that names `stream` means this one.
    pub(crate) fn is_called(&self, stream: &wire::Stream) -> bool {
        match (&self.name, stream) {
            (StreamName::Broadcast { .. }, wire::Stream::Broadcast)
            | (StreamName::User { .. }, wire::Stream::User) => true,
            (stream, wire::Stream::Topic(name)) => {
                stream.for_clients().is_some_and(|called| called == name.as_str())
            }
            _ => false,
        }
    }

    /// The client of the session reads it no more.
    pub(crate) fn leave(&self, id: SessionId) {
        let reader = self.state.lock().readers.remove(&id);
        // It may be the last handle, and its attributes are the user's: dropped without the lock.
        drop(reader);
    }

    /// The session goes on in the next process.
    pub(crate) fn depart(&self, id: SessionId) {
        let mut state = self.state.lock();
        let reader = state.readers.remove(&id);
        state.departed += usize::from(reader.is_some());
        drop(state);
        drop(reader);
    }

    /// The session gets its messages no more.
    pub(crate) fn unsubscribe(&self, id: SessionId) {
        let subscriber = self.state.lock().subscribers.remove(&id);
        drop(subscriber);
    }

    /// Whether the engine has said where the stream is; if not, it is about to be asked.
    pub(super) fn has_begun_or_asks(&self) -> bool {
        let mut state = self.state.lock();
        let has_begun = state.tail.is_some();
        state.asked += usize::from(!has_begun);
        has_begun
    }

    /// The engine has answered: it is at `position`, and delivers what follows.
    pub(super) fn begin<E>(
        &self,
        position: Result<StreamPosition, E>,
        alias: impl FnOnce() -> u64,
    ) -> Result<(), E> {
        let mut state = self.state.lock();
        let state = &mut *state;
        state.asked -= 1;
        let result = position.map(|position| {
            state.attached += 1;
            let tail = state.tail.get_or_insert_with(|| self.tail(alias(), position, Vec::new()));
            for (epoch, published) in &state.early {
                if follows(tail, *epoch, published.offset) == Some(Ordering::Equal) {
                    tail.keep(published);
                }
            }
        });
        if state.asked == 0 || state.tail.is_some() {
            state.early = Vec::new();
        }
        result
    }

    /// Goes on with what was kept in the process before.
    pub(super) fn restore(&self, position: StreamPosition, kept: Vec<Published>, alias: u64) {
        let tail = self.tail(alias, position, kept);
        let mut state = self.state.lock();
        state.tail = Some(tail);
        state.attached += 1;
    }

    fn tail(&self, alias: u64, position: StreamPosition, kept: Vec<Published>) -> Tail {
        let (stream, max_bytes) = (self.wire_name(), self.bounds.ring_bytes);
        Tail::new(alias, stream, position, kept, max_bytes, Arc::clone(&self.total))
    }

    /// What it keeps, for the next process to go on with.
    pub(crate) fn kept(&self) -> Option<(StreamPosition, Vec<Published>)> {
        let state = self.state.lock();
        let tail = state.tail.as_ref()?;
        let kept = tail.snapshot().kept.into_iter().map(|(published, _)| published);
        Some((tail.position(), kept.collect()))
    }

    /// How many times it is attached.
    pub(super) fn attached(&self) -> usize {
        self.state.lock().attached
    }

    /// What a reader wants of the past, as far as the stream has one.
    pub(super) fn offered(&self, from: SubscribeFrom) -> SubscribeFrom {
        match from {
            // Without history there is none to be seen; the ring is for those who were here.
            SubscribeFrom::Last(_) if self.settings.history.is_none() => SubscribeFrom::Last(0),
            from => from,
        }
    }

    /// Whether a reader that begins `from` needs what only the engine may know.
    pub(super) fn needs_past(&self, from: SubscribeFrom) -> bool {
        self.lock().needs_past(from)
    }

    /// The list that was made for an earlier reader, if it serves one that begins `from`.
    pub(super) fn listed_before(&self, from: SubscribeFrom) -> Option<Listed> {
        self.state.lock().tail.as_ref()?.listed_before(from)
    }

    /// Makes the list of `members`, for this reader of a topic's presence and those who come soon.
    pub(super) fn list(&self, members: &Members) -> Result<Listed, ReadError> {
        let list = members.message();
        let (count, bytes, limit) = (members.members.len(), list.len(), self.bounds.message_bytes);
        if bytes > limit {
            return Err(ReadError::TooManyMembers { count, bytes, limit });
        }
        let mut state = self.state.lock();
        let tail = state.tail.as_mut().ok_or_else(not_begun)?;
        let listed = Listed::new(tail.alias(), members.position, &list);
        tail.keep_list(&listed);
        Ok(listed)
    }

    /// The topic, where who reads it is counted.
    pub(crate) fn counted_topic(&self) -> Option<&TopicName> {
        match &self.name {
            StreamName::Topic(topic) if self.settings.presence => Some(topic),
            _ => None,
        }
    }

    /// The stream as clients call it.
    fn wire_name(&self) -> wire::Stream {
        match (&self.name, self.name.for_clients()) {
            (StreamName::User { .. }, _) => wire::Stream::User,
            (_, None) => wire::Stream::Broadcast,
            (_, Some(name)) => {
                let name = Name::new(name.into_owned());
                wire::Stream::Topic(name.expect("who makes a stream checks the length of its name"))
            }
        }
    }
}

/// How the message `offset` stands to the next one: `None` where it is of another life.
fn follows(shared: &SharedStream<Published>, epoch: Epoch, offset: u64) -> Option<Ordering> {
    let position = shared.position();
    (position.epoch == epoch).then(|| offset.cmp(&(position.offset + 1)))
}

impl Locked<'_> {
    /// What a reader is told and sent first, that begins `from`; `past` is what only the engine knows. `None` where the
    /// stream has not begun.
    pub(crate) fn answer(&self, from: SubscribeFrom, past: Option<&Past>) -> Option<StreamAnswer<Payload>> {
        let shared = self.state.tail.as_ref()?;
        let older = match past {
            Some(Past::Members(members)) => return Some(members_answer(shared, from, members)),
            Some(Past::Older(older)) if continues(shared, older.position) => {
                let is_older = |published: &&Published| published.offset < shared.oldest();
                older.messages.iter().take_while(is_older).cloned().collect()
            }
            Some(Past::Older(_)) | None => Vec::new(),
        };
        let StreamAnswer { line, mut replay } = shared.subscribe_beyond(from, older);
        if self.stream.settings.latest_per_key {
            leave_out_outdated(&mut replay);
        }
        let replay = replay.into_iter().map(|(offset, published)| (offset, published.message.into()));
        Some(StreamAnswer { line, replay: replay.collect() })
    }

    /// Whether the stream and `past` together have all that there is for a reader that begins `from`.
    pub(crate) fn has_all(&self, from: SubscribeFrom, past: Option<&Past>) -> bool {
        let is_continued =
            |past: &Past| self.state.tail.as_ref().is_some_and(|shared| continues(shared, past.position()));
        !self.needs_past(from) || past.is_some_and(is_continued)
    }

    fn needs_past(&self, from: SubscribeFrom) -> bool {
        let Some(shared) = &self.state.tail else { return false };
        if let StreamName::Presence(_) = self.stream.name {
            return from != SubscribeFrom::Position(shared.position());
        }
        let (position, oldest) = (shared.position(), shared.oldest());
        let has_older = oldest > 1 && !self.stream.settings.history.is_none();
        has_older
            && match from {
                SubscribeFrom::Last(count) => position.offset.saturating_sub(count) < oldest - 1,
                SubscribeFrom::Position(held) => held.epoch != position.epoch || held.offset < oldest - 1,
            }
    }

    /// The number that it goes by on the wire.
    pub(crate) fn alias(&self) -> Option<u64> {
        self.state.tail.as_ref().map(|tail| tail.alias())
    }

    pub(crate) fn add(&mut self, session: &Session) {
        self.state.readers.insert(session.id(), session.clone());
    }

    /// Takes the session out, to be dropped without the lock.
    #[must_use]
    pub(crate) fn remove(&mut self, id: SessionId) -> Option<Session> {
        self.state.readers.remove(&id)
    }

    pub(crate) fn add_subscriber(&mut self, session: &Session) {
        self.state.subscribers.insert(session.id(), session.clone());
    }

    /// Hands a message to all readers, at once or, for those who are suspended, when they resume.
    pub(crate) fn deliver(
        &mut self,
        epoch: Epoch,
        published: &Published,
        encoded: &Counter,
        delivery: &mut Delivery,
    ) {
        let State { tail, early, asked, .. } = &mut *self.state;
        let Some(tail) = tail else {
            if *asked > 0 {
                early.push((epoch, published.clone()));
            }
            return self.send_to_subscribers(published, delivery);
        };
        match follows(tail, epoch, published.offset) {
            Some(Ordering::Less) => return,
            Some(Ordering::Equal) => tail.keep(published),
            Some(Ordering::Greater) | None => return self.on_broken(epoch, published, delivery),
        }
        let alias = tail.alias();
        delivery.kept += self.state.departed;
        if !self.state.readers.is_empty() {
            let payload = Payload::of_stream(alias, published.offset, &published.message);
            encoded.increment();
            for session in self.state.readers.values() {
                let Some(lasting) = session.lasting() else { continue };
                let (offset, payload) = (published.offset, payload.clone());
                delivery.record(
                    session,
                    match self.stream.settings.latest_per_key {
                        true => lasting.forward_latest(alias, offset, published.key.clone(), payload),
                        false => lasting.forward(alias, offset, payload),
                    },
                );
            }
        }
        self.send_to_subscribers(published, delivery);
    }

    fn send_to_subscribers(&self, published: &Published, delivery: &mut Delivery) {
        for session in self.state.subscribers.values() {
            delivery.record(session, session.deliver_within_stream(published.message.clone()));
        }
    }

    /// Messages before this one were not delivered: the copy begins anew here, and the readers' clients come back for
    /// what they missed, or to be told.
    fn on_broken(&mut self, epoch: Epoch, published: &Published, delivery: &mut Delivery) {
        tracing::error!(stream = ?self.stream.name, "the engine has left out messages: the readers are sent to ask again");
        let Some(alias) = self.alias() else { return };
        let before = StreamPosition { epoch, offset: published.offset.saturating_sub(1) };
        let mut tail = self.stream.tail(alias, before, Vec::new());
        tail.keep(published);
        self.state.tail = Some(tail);
        for session in self.state.readers.values() {
            if let Some(lasting) = session.lasting() {
                lasting.terminate();
            }
        }
        self.send_to_subscribers(published, delivery);
    }

    /// Refuses a message to all readers: it is larger than their bounds.
    pub(crate) fn refuse(&self, bytes: usize, delivery: &mut Delivery) {
        let too_large = SendError::TooLarge { bytes, limit: self.stream.bounds.message_bytes };
        self.state.readers.values().for_each(|session| delivery.record(session, Err(too_large)));
    }
}

/// Keeps the newest message of each key.
fn leave_out_outdated(replay: &mut Vec<(u64, Published)>) {
    let mut seen = HashSet::new();
    replay.reverse();
    replay.retain(|(_, published)| seen.insert(published.key.clone()));
    replay.reverse();
}
