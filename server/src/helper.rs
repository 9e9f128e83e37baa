//! The server's hands: reaching sessions from any task.

use std::slice;
use std::sync::Arc;

use staywire_protocol::CloseCode;

use crate::endpoint::EndpointState;
use crate::message::Message;
use crate::server::ServerState;
use crate::session::{SendError, Session, SessionId};

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

/// What became of a message that was sent to many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Delivery {
    /// How many sessions it was queued for.
    pub queued: usize,
    /// The sessions that did not take it, and why.
    pub refused: Vec<(SessionId, SendError)>,
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
            endpoint.registry().for_each(|session| match session.send(message.clone()) {
                Ok(()) => delivery.queued += 1,
                Err(error) => delivery.refused.push((session.id(), error)),
            });
        }
        delivery
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

    /// How many sessions have a connection.
    #[must_use]
    pub fn online(&self) -> usize {
        self.endpoints().iter().map(|endpoint| endpoint.registry().online()).sum()
    }

    fn endpoints(&self) -> &[Arc<EndpointState>] {
        self.endpoint.as_ref().map_or_else(|| self.server.endpoints(), slice::from_ref)
    }
}

impl Delivery {
    /// Whether every session took the message.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refused.is_empty()
    }
}
