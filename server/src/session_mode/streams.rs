//! The streams of one endpoint: its broadcast stream, and one for each user who is here.

use std::collections::HashMap;
use std::sync::Arc;

use staywire_protocol::server::{StreamAnswer, StreamSnapshot};
use staywire_protocol::wire::{self, HeldStream};

use super::payload::Payload;
use super::stream::{Stream, StreamBounds, StreamNames};
use crate::counters::{Counter, LiveCounters};
use crate::message::Message;
use crate::session::Session;
use crate::state_dir::{StreamKind, StreamState};
use crate::sync::Mutex;
use crate::user::UserId;

pub(crate) struct Streams {
    names: Arc<StreamNames>,
    counters: Arc<LiveCounters>,
    bounds: StreamBounds,
    broadcast: Stream,
    users: Mutex<HashMap<UserId, UserStream>>,
}

struct UserStream {
    stream: Arc<Stream>,
    /// The sessions that need it.
    session_count: usize,
}

impl Streams {
    /// Streams with `bounds` each.
    pub(crate) fn new(names: Arc<StreamNames>, counters: Arc<LiveCounters>, bounds: StreamBounds) -> Self {
        let broadcast = Stream::new(wire::Stream::Broadcast, bounds);
        Self { names, counters, bounds, broadcast, users: Mutex::default() }
    }

    /// Counts the encodings of messages.
    pub(crate) fn encoded(&self) -> &Counter {
        &self.counters.messages.encoded
    }

    pub(crate) fn broadcast(&self) -> &Stream {
        &self.broadcast
    }

    /// The stream of `user`, while a session of theirs is here.
    pub(crate) fn of_user(&self, user: &str) -> Option<Arc<Stream>> {
        self.users.lock().get(user).map(|user| Arc::clone(&user.stream))
    }

    /// The stream of `user` for another session, which [leaves](Self::leave) it in the end.
    pub(crate) fn hold(&self, user: &UserId) -> Arc<Stream> {
        let mut users = self.users.lock();
        let user = users.entry(user.clone()).or_insert_with(|| UserStream {
            stream: Arc::new(Stream::new(wire::Stream::User, self.bounds)),
            session_count: 0,
        });
        user.session_count += 1;
        Arc::clone(&user.stream)
    }

    /// The session is over.
    pub(crate) fn leave(&self, session: &Session) {
        self.broadcast.leave(session.id());
        let Some(name) = session.user() else { return };
        let mut users = self.users.lock();
        let Some(user) = users.get_mut(name) else { return };
        let stream = Arc::clone(&user.stream);
        user.session_count -= 1;
        if user.session_count == 0 {
            users.remove(name);
        }
        drop(users);
        stream.leave(session.id());
    }

    /// The session goes on in the next process, and so do its streams.
    pub(crate) fn depart(&self, session: &Session) {
        self.broadcast.depart(session.id());
        if let Some(stream) = session.user().and_then(|user| self.of_user(user.as_str())) {
            stream.depart(session.id());
        }
    }

    /// Ends the streams of this endpoint, which the builder knows as `path`, for the next process to go on with.
    pub(crate) fn take(&self, path: &str) -> Vec<StreamState> {
        let state = |kind, stream: &Stream| Some(StreamState::new(path, kind, stream.take()?));
        let users: Vec<_> =
            self.users.lock().iter().map(|(name, user)| (name.clone(), Arc::clone(&user.stream))).collect();
        let users =
            users.iter().filter_map(|(name, stream)| state(StreamKind::User(name.as_str().into()), stream));
        state(StreamKind::Broadcast, &self.broadcast).into_iter().chain(users).collect()
    }

    /// Goes on with a stream of the process before.
    ///
    /// Its readers follow; [`end_unread`](Self::end_unread) ends it where none does.
    pub(crate) fn restore(&self, kind: StreamKind, snapshot: StreamSnapshot<Message>) {
        match kind {
            StreamKind::Broadcast => self.broadcast.restore(snapshot, &self.names),
            StreamKind::User(name) => {
                let Ok(name) = name.parse() else { return };
                let stream = Stream::new(wire::Stream::User, self.bounds);
                stream.restore(snapshot, &self.names);
                self.users.lock().insert(name, UserStream { stream: Arc::new(stream), session_count: 0 });
            }
            // No endpoint has topics yet.
            StreamKind::Topic(_) => {}
        }
    }

    /// Ends the streams that were restored and whose readers were not.
    pub(crate) fn end_unread(&self) {
        self.broadcast.end_unread();
        self.users.lock().retain(|_, user| user.session_count > 0);
    }

    /// Calls `open` with what the streams have to say to a reader who holds `held`. Nothing is published until it
    /// returns, so what it sends first is followed by what comes next, without a gap or a repeat.
    ///
    /// `open` returns the session, if it reads the streams from now on.
    pub(crate) fn attach<T>(
        &self,
        user: Option<&Stream>,
        held: &[HeldStream],
        open: impl FnOnce(Vec<StreamAnswer<Payload>>) -> (T, Option<Session>),
    ) -> T {
        let mut streams: Vec<_> = std::iter::once(&self.broadcast).chain(user).map(Stream::lock).collect();
        let answers = streams.iter_mut().map(|stream| stream.answer(held, &self.names)).collect();
        let (result, reader) = open(answers);
        if let Some(session) = reader {
            streams.iter_mut().for_each(|stream| stream.add(&session));
        }
        result
    }
}
