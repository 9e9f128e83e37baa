//! The topics that the client of a session reads.
//!
//! Owns: which they are, also while the client is away, and that the
//! subscriptions of one topic are answered in their order. Never: decides who
//! may read; the listener does, in a task of its own.
//!
//! ```text
//!  `t` ──► asked ──(the listener allows it, the stream is there)──► read ──► `u`, revoked, not named any more: left
//!            └── the connection is gone: the client asks again
//! ```

use staywire_protocol::server::StreamAnswer;
use staywire_protocol::wire::{FailureCode, HeldStream, Name, Stream as WireStream, SubscribeFrom};
use tokio::task::AbortHandle;

use super::{Core, LastingSession};
use crate::engine::StreamName;
use crate::message::Message;
use crate::session::Session;
use crate::session_mode::beginning::{Beginning, Behind, ReadError};
use crate::session_mode::hub::{Lease, UserPlace};
use crate::session_mode::payload::{Payload, size};
use crate::topic::{TopicError, TopicName};

#[derive(Default)]
pub(super) struct Topics {
    read: Vec<Read>,
    asked: Vec<Asked>,
    /// What the client has given up: the session is still among the readers.
    left: Vec<Read>,
    /// Tells one asking from a later one that has its number.
    last_ticket: u64,
}

/// A topic that the client reads.
struct Read {
    lease: Lease,
    /// One of those that its user may read.
    _place: Option<Box<UserPlace>>,
}

/// A subscription that was not answered.
struct Asked {
    number: u64,
    ticket: u64,
    stream: StreamName,
    from: SubscribeFrom,
    /// `None` while another one of the topic is before it, or the listener does not know the session.
    task: Option<AbortHandle>,
}

/// A subscription that the listener decides on.
#[derive(Clone, Debug)]
pub(crate) struct Subscription {
    /// The topic that is to be read, or whose presence.
    pub(crate) topic: TopicName,
    stream: StreamName,
    number: u64,
    ticket: u64,
    from: SubscribeFrom,
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Topics {
    fn reads(&self, topic: &WireStream) -> bool {
        self.read.iter().any(|read| read.lease.is_called(topic))
    }

    /// Forgets what was asked on a connection that is not in charge any more.
    pub(super) fn forget_asked(&mut self) {
        self.asked.clear();
    }

    /// The leases of what is read.
    pub(super) fn leases(&self) -> impl Iterator<Item = &Lease> {
        self.read.iter().map(|read| &read.lease)
    }

    /// The same, and of what was given up and not left yet.
    pub(super) fn all_leases(&self) -> impl Iterator<Item = &Lease> {
        self.leases().chain(self.left.iter().map(|left| &left.lease))
    }

    /// Keeps those that the client has named in its opening.
    pub(super) fn keep_named(&mut self, held: &[HeldStream]) {
        let is_named = |read: &mut Read| !held.iter().any(|held| read.lease.is_called(&held.stream));
        self.left.extend(self.read.extract_if(.., is_named));
    }

    /// Whether the client reads what `answer` is of, if that is a topic.
    pub(super) fn allow(&self, answer: &StreamAnswer<Payload>) -> bool {
        !answer.line.stream.is_topic() || self.reads(&answer.line.stream)
    }

    /// The names of what is read.
    pub(super) fn names(&self) -> Vec<String> {
        let name = |lease: &Lease| match lease.name() {
            StreamName::Topic(topic) => Some(topic.as_str().to_owned()),
            // Who is in a topic is counted anew in the next process.
            StreamName::Broadcast { .. } | StreamName::User { .. } | StreamName::Presence(_) => None,
        };
        self.leases().filter_map(name).collect()
    }

    /// Takes everything out: nothing is read any more.
    pub(super) fn take_all(&mut self) -> Vec<Lease> {
        self.read.drain(..).chain(self.left.drain(..)).map(|read| read.lease).collect()
    }

    /// Takes out what the client has given up.
    pub(super) fn take_left(&mut self) -> Vec<Lease> {
        self.left.drain(..).map(|left| left.lease).collect()
    }

    /// Goes on with a topic that the client read in the process before.
    pub(super) fn restore(&mut self, lease: Lease, place: Option<UserPlace>) {
        self.read.push(Read { lease, _place: place.map(Box::new) });
    }

    /// The subscription that is next for the listener, of those to `stream`.
    fn next_of(&self, stream: &StreamName) -> Option<Subscription> {
        let asked = self.asked.iter().find(|asked| asked.stream == *stream)?;
        let Asked { number, ticket, stream, from, task } = asked;
        let (number, ticket, stream, from) = (*number, *ticket, stream.clone(), *from);
        let topic = stream.topic()?.clone();
        task.is_none().then_some(Subscription { topic, stream, number, ticket, from })
    }

    /// Takes the subscription out, if it still waits.
    fn take(&mut self, subscription: &Subscription) -> bool {
        let place = self.asked.iter().position(|asked| asked.ticket == subscription.ticket);
        let taken = place.map(|place| self.asked.remove(place));
        if self.asked.is_empty() {
            // A client asks for its topics at once, and then for a long time for none.
            self.asked = Vec::new();
        }
        taken.is_some()
    }
}

impl LastingSession<'_> {
    pub(super) fn on_subscribe(self, core: &mut Core, number: u64, topic: &Name<'_>, from: SubscribeFrom) {
        let stream = match self.stream_of(topic) {
            Ok(stream) => stream,
            Err(refusal) => return core.refuse(number, &refusal),
        };
        core.topics.last_ticket += 1;
        let ticket = core.topics.last_ticket;
        core.topics.asked.push(Asked { number, ticket, stream: stream.clone(), from, task: None });
        if core.requests.are_handled() {
            self.decide_on_next(core, &stream);
        }
    }

    /// The stream that the client means.
    fn stream_of(self, topic: &Name<'_>) -> Result<StreamName, TopicError> {
        let stream = StreamName::of_client(topic.as_str());
        let stream = stream.map_err(|error| TopicError::unknown(&error.to_string()))?;
        match &stream {
            StreamName::Presence(topic) if !self.handle.server().hub().counts_readers(topic) => {
                Err(TopicError::unknown("nobody counts the readers of this topic"))
            }
            _ => Ok(stream),
        }
    }

    pub(super) fn on_unsubscribe(self, core: &mut Core, topic: &Name<'static>) {
        let topic = WireStream::Topic(topic.clone());
        let topics = &mut core.topics;
        topics.left.extend(topics.read.extract_if(.., |read| read.lease.is_called(&topic)));
        self.present(core);
    }

    /// The listener knows the session: it decides on subscriptions from now on, and on those that have waited.
    pub(super) fn begin_subscriptions(self, core: &mut Core) {
        let streams: Vec<_> = core.topics.asked.iter().map(|asked| asked.stream.clone()).collect();
        streams.iter().for_each(|stream| self.decide_on_next(core, stream));
    }

    fn decide_on_next(self, core: &mut Core, stream: &StreamName) {
        let Some(subscription) = core.topics.next_of(stream) else { return };
        let ticket = subscription.ticket;
        let listener = self.handle.endpoint_state().listener();
        let task = listener.spawn_subscription(self.handle.clone(), subscription);
        if let Some(asked) = core.topics.asked.iter_mut().find(|asked| asked.ticket == ticket) {
            asked.task = Some(task);
        }
    }

    /// The listener has decided: answers the client.
    pub(crate) async fn decided(self, subscription: Subscription, allowed: Result<(), TopicError>) {
        let refusal = match allowed {
            Ok(()) => match self.read(&subscription).await {
                Ok(()) => return,
                Err(refusal) => refusal,
            },
            Err(refusal) => refusal,
        };
        self.transact(|core| {
            if core.topics.take(&subscription) {
                core.refuse(subscription.number, &refusal);
                self.decide_on_next(core, &subscription.stream);
            }
        });
    }

    async fn read(self, subscription: &Subscription) -> Result<(), TopicError> {
        let mut place = self.user_place()?;
        let answer =
            |beginning: Beginning<'_, '_>| self.answer_subscription(subscription, beginning, &mut place);
        let (hub, turns) = (self.handle.server().hub(), self.handle.turns());
        let answered = hub.begin(&subscription.stream, subscription.from, turns, answer);
        answered.await.map_err(|error| {
            tracing::warn!(topic = ?subscription.topic, %error, "a topic cannot be read");
            match error {
                ReadError::Engine(_) => {
                    TopicError::new(FailureCode::UNAVAILABLE, "the topic cannot be read now")
                }
                ReadError::TooManyMembers { .. } => {
                    TopicError::new(FailureCode::TOO_LARGE, &error.to_string())
                }
            }
        })
    }

    /// Answers the client, which reads the topic from now on.
    fn answer_subscription(
        self,
        subscription: &Subscription,
        Beginning { lease, stream, answer }: Beginning<'_, '_>,
        place: &mut Option<UserPlace>,
    ) -> Result<(), Behind> {
        let topic = answer.line.stream.clone();
        let is_reader = self.with_core(|core| {
            let caught_up = core.link.as_ref().and_then(|link| link.outbox.caught_up());
            if let Some(caught_up) = caught_up.filter(|_| !answer.replay.is_empty()) {
                return Err(Behind(caught_up));
            }
            if !core.topics.take(subscription) {
                return Ok(false);
            }
            let is_reader = core.machine.subscribed(subscription.number, answer);
            self.drain_opening(core, None, 0);
            if is_reader && !core.topics.reads(&topic) {
                let place = place.take().map(Box::new);
                core.topics.read.extend(lease.take().map(|lease| Read { lease, _place: place }));
                self.present(core);
            }
            self.decide_on_next(core, &subscription.stream);
            Ok(is_reader)
        });
        if is_reader.transpose()? == Some(true) {
            stream.add(self.handle);
        }
        Ok(())
    }

    /// One of the topics that the session's user may read, where that is limited.
    fn user_place(self) -> Result<Option<UserPlace>, TopicError> {
        let (Some(limit), Some(user)) =
            (self.handle.server().limits().max_user_subscriptions, self.handle.user())
        else {
            return Ok(None);
        };
        let place = self.handle.server().hub().user_place(user, limit);
        let reason = "the user reads as many topics as are allowed";
        place.map(Some).ok_or_else(|| TopicError::new(FailureCode::TOO_MANY, reason))
    }

    /// The client's publication `number` is refused: it is told before it hears that the message is finished.
    pub(crate) fn refuse(self, number: u64, refusal: &TopicError) {
        self.transact(|core| core.refuse(number, refusal));
    }

    /// Ends the client's subscription to `topic`; whether there was one.
    pub(crate) fn revoke(self, topic: &TopicName) -> bool {
        let Some(stream) = self.handle.server().hub().find(&StreamName::Topic(topic.clone())) else {
            return false;
        };
        let alias = stream.lock().alias();
        let revoked = self.transact(|core| {
            if let Some(alias) = alias {
                core.machine.gone(alias, FailureCode::NOT_ALLOWED);
            }
            let topics = &mut core.topics;
            let before = topics.left.len();
            topics.left.extend(topics.read.extract_if(.., |read| read.lease.name() == stream.name()));
            let was_read = topics.left.len() > before;
            self.present(core);
            was_read
        });
        revoked.unwrap_or(false)
    }

    /// Takes the session from among the readers of what its client has given up, unless it reads it again.
    ///
    /// It is called without any lock.
    pub(super) fn leave_topics(self, left: Vec<Lease>) {
        for lease in left {
            let mut stream = lease.lock();
            let reads_again =
                self.with_core(|core| core.topics.leases().any(|read| read.name() == lease.name()));
            let reader = (reads_again != Some(true)).then(|| stream.remove(self.handle.id())).flatten();
            drop(stream);
            drop(reader);
        }
    }
}

impl Core {
    pub(super) fn refuse(&mut self, number: u64, refusal: &TopicError) {
        let reason = Message::from(refusal.reason());
        let bytes = size(&reason);
        self.machine.refuse(number, refusal.code(), reason.into(), bytes);
    }
}

/// What a client is told of a name that no topic has.
pub(super) fn unknown(topic: &Name<'_>) -> TopicError {
    let reason = topic.as_str().parse::<TopicName>().err().map(|error| error.to_string());
    TopicError::unknown(&reason.unwrap_or_default())
}

impl Session {
    /// The listener has decided on a client's subscription.
    pub(crate) async fn decided(&self, subscription: Subscription, allowed: Result<(), TopicError>) {
        if let Some(session) = self.lasting() {
            session.decided(subscription, allowed).await;
        }
    }
}
