//! The server's hands: reaching sessions from any task.

use std::collections::HashMap;
use std::slice;
use std::sync::Arc;

use staywire_protocol::CloseCode;

use crate::delivery::{Delivery, UserDelivery};
use crate::endpoint::EndpointState;
use crate::message::Message;
use crate::server::ServerState;
use crate::session::{SendError, Session, SessionId};
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

    /// The session `id`, on whatever endpoint, until its connection is over.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<Session> {
        self.server.endpoints().iter().find_map(|endpoint| endpoint.registry().get(id))
    }

    /// Queues `message` for the session `id` and returns at once.
    ///
    /// # Errors
    ///
    /// [`SendError::UnknownSession`] where there is none; else as [`Session::send`].
    pub fn send(&self, id: SessionId, message: impl Into<Message>) -> Result<(), SendError> {
        self.session(id).ok_or(SendError::UnknownSession)?.send(message)
    }

    /// Queues `message` for every session and returns at once, however slow some are.
    ///
    /// The payload is shared, not copied. Broadcasts reach all sessions of an endpoint in the same order.
    pub fn broadcast(&self, message: impl Into<Message>) -> Delivery {
        let message = message.into();
        let mut delivery = Delivery::default();
        for endpoint in self.endpoints() {
            endpoint.registry().for_each(|session| delivery.record(session, session.send(message.clone())));
        }
        delivery
    }

    /// Queues `message` for every session of `user` and returns at once, however slow some are.
    ///
    /// A session is reached from before its listener's `open` until its connection is over. A user's sessions at
    /// one endpoint see what was sent to the user, and what was broadcast, in the same order.
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
        let mut delivery = Delivery::default();
        self.for_each_of(user.as_ref(), |session| delivery.record(session, session.send(message.clone())));
        delivery.into()
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
        let mut count = 0;
        for endpoint in self.endpoints() {
            endpoint.registry().for_each(|session| {
                session.close(code, reason);
                count += 1;
            });
        }
        count
    }

    /// Closes every session of `user` with `code` and `reason`; says how many there were.
    pub fn close_user(&self, user: impl AsRef<str>, code: CloseCode, reason: &str) -> usize {
        let mut count = 0;
        self.for_each_of(user.as_ref(), |session| {
            session.close(code, reason);
            count += 1;
        });
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
        let mut sessions = Vec::new();
        self.for_each_of(user.as_ref(), |session| sessions.push(session.clone()));
        sessions
    }

    /// How many sessions have a connection.
    #[must_use]
    pub fn online(&self) -> usize {
        self.endpoints().iter().map(|endpoint| endpoint.registry().online()).sum()
    }

    fn for_each_of(&self, user: &str, mut visit: impl FnMut(&Session)) {
        for endpoint in self.endpoints() {
            endpoint.registry().for_each_of(user, &mut visit);
        }
    }

    fn endpoints(&self) -> &[Arc<EndpointState>] {
        self.endpoint.as_ref().map_or_else(|| self.server.endpoints(), slice::from_ref)
    }
}
