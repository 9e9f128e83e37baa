//! The server's hands: reaching sessions from any task.

use std::collections::HashMap;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use bytestring::ByteString;
use staywire_protocol::CloseCode;
use staywire_protocol::wire::SubscribeFrom;

use crate::delivery::{Delivery, Sent, UserDelivery};
use crate::endpoint::EndpointState;
use crate::engine::{Eager, History, Members, Publication, StreamName};
use crate::message::Message;
use crate::server::ServerState;
use crate::session::{SendError, Session, SessionId};
use crate::topic::{PublishError, SubscribeError};
use crate::user::UserId;

/// Reaches the sessions of a server, or of one endpoint. Cheap to clone and usable from any task.
///
/// `server.helper()` speaks of all sessions, `session.helper()` and
/// [`at`](Self::at) of one endpoint's. An id finds its session either way.
#[derive(Clone)]
pub struct WsHelper {
    server: Arc<ServerState>,
    /// `None`: all endpoints.
    endpoint: Option<Arc<EndpointState>>,
}

impl WsHelper {
    /// The path that WebSocket endpoints of Tephra applications are found at.
    pub const URI: &'static str = "/tephra/ctrl-http/ws";

    pub(crate) fn of_server(server: &Arc<ServerState>) -> Self {
        Self { server: Arc::clone(server), endpoint: None }
    }

    pub(crate) fn of_endpoint(server: &Arc<ServerState>, endpoint: &Arc<EndpointState>) -> Self {
        Self { server: Arc::clone(server), endpoint: Some(Arc::clone(endpoint)) }
    }

    /// The helper for the sessions of one endpoint, by the path that was given to the builder.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Self> {
        let endpoint = self.server.endpoints().iter().find(|endpoint| endpoint.path() == path)?;
        Some(Self::of_endpoint(&self.server, endpoint))
    }

    /// The helper for the sessions of all endpoints.
    #[must_use]
    pub fn everywhere(&self) -> Self {
        Self::of_server(&self.server)
    }

    /// The session `id`, on whatever endpoint, until it is over.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<Session> {
        self.server.endpoints().iter().find_map(|endpoint| endpoint.registry().get(id))
    }

    /// Queues `message` for the session `id` and returns at once.
    ///
    /// # Errors
    ///
    /// [`SendError::UnknownSession`] where there is none; else as [`Session::send`].
    pub fn send(&self, id: SessionId, message: impl Into<Message>) -> Result<Sent, SendError> {
        self.session(id).ok_or(SendError::UnknownSession)?.deliver(message.into())
    }

    /// Queues `message` for every session and returns at once, however slow some are.
    ///
    /// The payload is shared, not copied. Broadcasts reach all sessions of an endpoint in the same order. A session
    /// that is suspended gets what it missed when it resumes, as far as the endpoint's
    /// [ring](crate::ServerBuilder::max_ring_bytes) reaches; its client is told the numbers of what fell out.
    pub fn broadcast(&self, message: impl Into<Message>) -> Delivery {
        let message = message.into();
        let mut delivery = Delivery::default();
        for endpoint in self.endpoints() {
            self.server.broadcast(endpoint, &message, &mut delivery);
        }
        delivery
    }

    /// Queues `message` for every session of `user` and returns at once, however slow some are.
    ///
    /// A session is reached from before its listener's `open` until it is over. A user's sessions at
    /// one endpoint see what was sent to the user, and what was broadcast, in the same order. Those that are suspended
    /// get it when they resume, as with [`broadcast`](Self::broadcast).
    ///
    /// ```
    /// # use staywire_server::{UserDelivery, WsHelper};
    /// # fn example(helper: &WsHelper) {
    /// match helper.send_to_user("10086", "your order has shipped") {
    ///     UserDelivery::Present(delivery) => println!("sent to {} tabs", delivery.queued),
    ///     _ => println!("not here"),
    /// }
    /// # }
    /// ```
    pub fn send_to_user(&self, user: impl AsRef<str>, message: impl Into<Message>) -> UserDelivery {
        let message = message.into();
        let send = |endpoint: &Arc<_>| self.server.send_to_user(endpoint, user.as_ref(), &message);
        self.endpoints().iter().map(send).fold(UserDelivery::Unknown, UserDelivery::and)
    }

    /// Publishes `message` to `topic` and returns at once: the server's [engine](crate::Engine) has it, in the order of
    /// the calls, whether or not anybody waits for what this returns.
    ///
    /// Topics belong to the server: it does not matter which endpoint this helper speaks of. Sessions get the message
    /// whose clients have [subscribed](crate::WsListener::subscribe), at whatever endpoint, and those that
    /// the server has [subscribed](Session::subscribe) by itself.
    ///
    /// # Errors
    ///
    /// [`PublishError`] is in what it returns: nobody gets the message.
    pub fn publish(
        &self,
        topic: impl AsRef<str>,
        message: impl Into<Message>,
    ) -> Eager<Result<Publication, PublishError>> {
        self.publish_with(topic.as_ref(), message.into(), None)
    }

    /// The same for a message that is the latest of `key`, such as a currency's rate.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish).
    pub fn publish_keyed(
        &self,
        topic: impl AsRef<str>,
        key: impl Into<ByteString>,
        message: impl Into<Message>,
    ) -> Eager<Result<Publication, PublishError>> {
        self.publish_with(topic.as_ref(), message.into(), Some(key.into()))
    }

    fn publish_with(
        &self,
        topic: &str,
        message: Message,
        key: Option<ByteString>,
    ) -> Eager<Result<Publication, PublishError>> {
        match topic.parse() {
            Ok(topic) => self.server.publish_to(topic, message, key),
            Err(error) => Eager::done(Err(PublishError::BadTopic(error))),
        }
    }

    /// What is kept of `topic`, as its [settings](crate::TopicSettings::history) say, from `from` on.
    ///
    /// # Errors
    ///
    /// [`SubscribeError`]: no topic can have the name, or the engine did not answer.
    pub async fn history(
        &self,
        topic: impl AsRef<str>,
        from: SubscribeFrom,
    ) -> Result<History, SubscribeError> {
        let stream = StreamName::Topic(topic.as_ref().parse()?);
        Ok(self.server.hub().engine().history(&stream, from).await?)
    }

    /// Who reads `topic`, where its [settings](crate::TopicSettings::presence) have that counted; nobody elsewhere.
    ///
    /// # Errors
    ///
    /// [`SubscribeError`]: no topic can have the name, or the engine did not answer.
    pub async fn presence(&self, topic: impl AsRef<str>) -> Result<Members, SubscribeError> {
        let topic = topic.as_ref().parse()?;
        Ok(self.server.hub().engine().members(&topic).await?)
    }

    /// Closes the session `id` with 1000; says whether there was one.
    pub fn close(&self, id: SessionId) -> bool {
        let session = self.session(id);
        if let Some(session) = &session {
            session.close(CloseCode::NORMAL, "");
        }
        session.is_some()
    }

    /// Closes every session with 1000; says how many there were.
    pub fn close_all(&self) -> usize {
        self.close_all_with(CloseCode::NORMAL, "")
    }

    /// Closes every session with `code` and `reason`; says how many there were.
    pub fn close_all_with(&self, code: CloseCode, reason: &str) -> usize {
        self.for_all(|session| session.close(code, reason))
    }

    /// Closes every session of `user` with `code` and `reason`; says how many there were.
    pub fn close_user(&self, user: impl AsRef<str>, code: CloseCode, reason: &str) -> usize {
        let sessions = self.sessions_of(user);
        sessions.iter().for_each(|session| session.close(code, reason));
        sessions.len()
    }

    /// Asks every client in session mode to come back on another connection within `window`; says how many were asked.
    ///
    /// Each one chooses its moment, resumes, and only then leaves the older connection, which delivers until then.
    /// Behind a load balancer that no longer sends anybody here, that empties this process without an outage.
    pub fn move_all(&self, window: Duration) -> usize {
        let sessions = self.endpoints().iter().flat_map(|endpoint| endpoint.registry().sessions());
        sessions.filter(|session| session.lasting().is_some_and(|session| session.relocate(window))).count()
    }

    pub(crate) fn for_all(&self, mut visit: impl FnMut(&Session)) -> usize {
        let mut count = 0;
        for endpoint in self.endpoints() {
            // Not under the registry's lock: a session that ends leaves it.
            let sessions = endpoint.registry().sessions();
            sessions.iter().for_each(&mut visit);
            count += sessions.len();
        }
        count
    }

    /// The users that are here, each with the number of their sessions: a snapshot.
    ///
    /// A user with sessions at several endpoints is one entry of a helper that speaks of all endpoints.
    #[must_use]
    pub fn users(&self) -> HashMap<UserId, usize> {
        let mut users = HashMap::new();
        for endpoint in self.endpoints() {
            endpoint.registry().for_each_user(|user, count| *users.entry(user.clone()).or_default() += count);
        }
        users
    }

    /// The sessions of `user`; none where nobody of that name is here.
    #[must_use]
    pub fn sessions_of(&self, user: impl AsRef<str>) -> Vec<Session> {
        self.endpoints().iter().flat_map(|endpoint| endpoint.registry().sessions_of(user.as_ref())).collect()
    }

    /// How many sessions have a connection.
    #[must_use]
    pub fn online(&self) -> usize {
        self.endpoints().iter().map(|endpoint| endpoint.connected_count()).sum()
    }

    /// How many sessions wait for their clients to come back: they have no connection and are not over.
    #[must_use]
    pub fn suspended(&self) -> usize {
        self.endpoints().iter().map(|endpoint| endpoint.suspended_count()).sum()
    }

    fn endpoints(&self) -> &[Arc<EndpointState>] {
        self.endpoint.as_ref().map_or_else(|| self.server.endpoints(), slice::from_ref)
    }
}
