//! The topics that the server has subscribed a session to: their messages come to it as its own.

use super::{Session, WayOut};
use crate::engine::{EngineError, StreamName};
use crate::message::Message;
use crate::session_mode::beginning::{Beginning, Behind, Turns};
use crate::session_mode::hub::Lease;
use crate::sync::Mutex;
use crate::topic::{SubscribeError, TopicName};

use crate::delivery::Sent;
use crate::session::SendError;
use staywire_protocol::wire::SubscribeFrom;
use tokio::sync::futures::OwnedNotified;

/// What a session holds of streams beside what its client reads.
#[derive(Default)]
pub(super) struct Subscriptions {
    state: Mutex<State>,
    turns: Turns,
}

#[derive(Default)]
struct State {
    topics: Vec<Lease>,
    /// A plain session is reached by its user's stream, which has to be here for that.
    user_stream: Option<Lease>,
    is_over: bool,
}

impl Session {
    /// Has the session get what is published to `topic`, the last `last` messages of its
    /// [history](crate::TopicSettings::history) first, as if it were [sent](Self::send) to it alone.
    ///
    /// So its client need not know of topics, and may be a plain one. It ends with [`unsubscribe`](Self::unsubscribe)
    /// and with the session. A session that is [restored](crate::Resumption::Restored) is subscribed to nothing. Where
    /// it is to the topic already, nothing changes and nothing is sent.
    ///
    /// What is repeated is bounded by the history's [`Retention`](crate::Retention), and does not count as a slow
    /// reader's backlog; it waits until what was repeated before is written. For a suspended session it is kept like all
    /// that is [sent](Self::send), as far as its ring reaches.
    ///
    /// # Errors
    ///
    /// [`SubscribeError`]: the session does not get the topic's messages.
    pub async fn subscribe(&self, topic: impl AsRef<str>, last: u64) -> Result<(), SubscribeError> {
        let name = StreamName::Topic(topic.as_ref().parse()?);
        let session = self.clone();
        let subscribing = async move {
            let (hub, from) = (session.server().hub(), SubscribeFrom::Last(last));
            let begin = |beginning: Beginning<'_, '_>| session.begin_subscription(&name, beginning);
            hub.begin(&name, from, session.turns(), begin).await
        };
        let gone = || EngineError::Unavailable("the runtime of the session's server is gone".to_owned());
        let subscribed = self.on_runtime(subscribing).await.ok_or_else(gone)?.map_err(EngineError::from)?;
        self.server().trim_suspended();
        subscribed
    }

    fn begin_subscription(
        &self,
        name: &StreamName,
        Beginning { lease, stream, answer }: Beginning<'_, '_>,
    ) -> Result<Result<(), SubscribeError>, Behind> {
        if let Some(caught_up) = self.caught_up().filter(|_| !answer.replay.is_empty()) {
            return Err(Behind(caught_up));
        }
        let mut state = self.inner.subscriptions.state.lock();
        if state.is_over {
            return Ok(Err(SubscribeError::Closed));
        }
        if !state.topics.iter().any(|topic| topic.name() == name) {
            state.topics.extend(lease.take());
            drop(state);
            for (_, payload) in answer.replay {
                self.repeat_within_stream(payload.message());
            }
            stream.add_subscriber(self);
        }
        Ok(Ok(()))
    }

    /// By which what it is to get of the past comes one after the other.
    pub(crate) fn turns(&self) -> &Turns {
        &self.inner.subscriptions.turns
    }

    /// The session gets what is published to `topic` no more; whether it did.
    ///
    /// What its client has subscribed to by itself is another matter: see [`revoke`](Self::revoke).
    pub fn unsubscribe(&self, topic: impl AsRef<str>) -> bool {
        let Ok(topic) = topic.as_ref().parse().map(StreamName::Topic) else { return false };
        let mut state = self.inner.subscriptions.state.lock();
        let place = state.topics.iter().position(|lease| *lease.name() == topic);
        let lease = place.map(|place| state.topics.swap_remove(place));
        drop(state);
        if let Some(lease) = &lease {
            lease.unsubscribe(self.id());
        }
        lease.is_some()
    }

    /// Ends the subscription that the client itself has to `topic`; whether it had one. The client is told, and may ask
    /// again: then [`subscribe`](crate::WsListener::subscribe) decides.
    pub fn revoke(&self, topic: impl AsRef<str>) -> bool {
        let Ok(topic) = topic.as_ref().parse::<TopicName>() else { return false };
        self.lasting().is_some_and(|session| session.revoke(&topic))
    }

    /// Sends while a stream is locked: nothing that comes of it locks another one.
    pub(crate) fn deliver_within_stream(&self, message: Message) -> Result<Sent, SendError> {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.push(message).map(|()| Sent::Queued),
            WayOut::Lasting(_) => {
                self.lasting().map_or(Err(SendError::Closed), |session| session.send_within_stream(message))
            }
        }
    }

    /// The same for what the stream repeats first. Whether it arrives is the affair of every message that is sent.
    fn repeat_within_stream(&self, message: Message) {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.replay(message),
            WayOut::Lasting(_) => {
                let _ = self.lasting().map(|session| session.repeat_within_stream(message));
            }
        }
    }

    /// Ready when what was sent before is written, or never will be; `None` where no backlog waits for that.
    fn caught_up(&self) -> Option<OwnedNotified> {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.caught_up(),
            WayOut::Lasting(_) => self.lasting()?.caught_up(),
        }
    }

    /// What is sent to everybody or to the plain session's user reaches it from now on.
    pub(super) fn join_streams(&self) {
        let (endpoint, hub) = (self.endpoint_state(), self.server().hub());
        // Nobody waits: a plain client knows no positions that what comes could be missing after.
        drop(endpoint.broadcast_lease(hub).begin());
        let Some(user) = self.user() else { return };
        let lease = hub.lease(&endpoint.user_stream(user));
        drop(lease.begin());
        self.inner.subscriptions.state.lock().user_stream = Some(lease);
    }

    /// The session is over, or goes on in the next process: no stream reaches it any more.
    pub(crate) fn leave_streams(&self) {
        self.endpoint_state().leave_broadcast(self.id());
        let mut state = self.inner.subscriptions.state.lock();
        state.is_over = true;
        let (topics, user_stream) = (std::mem::take(&mut state.topics), state.user_stream.take());
        drop(state);
        topics.iter().for_each(|lease| lease.unsubscribe(self.id()));
        drop((topics, user_stream));
    }
}
