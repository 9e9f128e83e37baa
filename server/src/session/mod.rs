//! The server's handle to one session.
//!
//! Owns: what the opening handshake said, the attributes, the way in (inbox)
//! and the way out (outbox). Never: touches the socket; that is the
//! connection's task, at the other end of both.

mod attributes;
mod id;
pub(crate) mod inbox;
pub(crate) mod outbox;
mod request;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use staywire_protocol::CloseCode;

use crate::capacity::Place;
use crate::close::{CloseFrame, CloseReason};
use crate::endpoint::EndpointState;
use crate::error::SessionError;
use crate::handshake::request::Handshake;
use crate::helper::WsHelper;
use crate::message::Message;
use crate::server::ServerState;
use crate::sync::Mutex;
use crate::user::UserId;

pub use attributes::Attributes;
pub use id::{ParseSessionIdError, SessionId};
pub use outbox::SendError;
pub(crate) use request::HandshakeRequest;

use inbox::{Event, Inbox, Runner};
use outbox::Outbox;

/// One client's session: who it is, and the way to send to it.
///
/// Cheap to clone and usable from any task. It stays valid after the session
/// ended; sends are then refused.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    id: SessionId,
    request: HandshakeRequest,
    /// `None` once `open` has returned.
    headers: Mutex<Option<Arc<HeaderMap>>>,
    user: Option<UserId>,
    attributes: Attributes,
    inbox: Inbox,
    outbox: Outbox,
    endpoint: Arc<EndpointState>,
    server: Arc<ServerState>,
}

impl Session {
    pub(crate) fn new(id: SessionId, handshake: Handshake, server: Arc<ServerState>) -> Self {
        let Handshake { endpoint, request, headers, attributes, user } = handshake;
        let headers = Mutex::new(Some(Arc::new(headers)));
        let limits = server.limits();
        let inbox = Inbox::new(limits.max_inbox_bytes);
        let outbox = Outbox::new(limits.max_queue_bytes);
        let inner = Inner { id, request, headers, user, attributes, inbox, outbox, endpoint, server };
        Self { inner: Arc::new(inner) }
    }

    /// The session's name.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.inner.id
    }

    /// The path of the session's endpoint as it was given to the builder, such as `/ws/chat/{nickName}`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.inner.endpoint.path()
    }

    /// The path that the client asked for, still percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.inner.request.path
    }

    /// The part of the path that the endpoint calls `{name}`, percent-decoded.
    #[must_use]
    pub fn path_param(&self, name: &str) -> Option<&str> {
        self.inner.request.path_param(self.inner.endpoint.pattern(), name)
    }

    /// The query string that the client sent, still encoded, without its `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.inner.request.query.as_deref()
    }

    /// The first value of `name` in the query string, decoded as a browser's `URLSearchParams` does.
    #[must_use]
    pub fn query_param(&self, name: &str) -> Option<String> {
        self.inner.request.query_param(name)
    }

    /// The opening handshake's headers, while `open` runs.
    ///
    /// They are dropped when `open` has returned, for an idle session to cost little,
    /// unless the endpoint was told to [keep them](crate::Endpoint::keep_headers).
    #[must_use]
    pub fn headers(&self) -> Option<Arc<HeaderMap>> {
        self.inner.headers.lock().clone()
    }

    /// The value of the cookie `name` as it was sent; readable as long as the [headers](Self::headers) are.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        crate::handshake::cookie::value(&*self.headers()?, name)
    }

    /// The client's address, where the host application provides axum's `ConnectInfo`; `serve` always does.
    #[must_use]
    pub fn remote_addr(&self) -> Option<SocketAddr> {
        self.inner.request.remote_addr
    }

    /// The sub-protocol agreed on in the opening handshake.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.inner.request.protocol.as_deref()
    }

    /// The user that an [interceptor](crate::HandshakeInterceptor) set; a session has the same for its whole life.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        self.inner.user.as_ref()
    }

    /// What the application keeps with this session.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.inner.attributes
    }

    /// The helper for the sessions of the same endpoint.
    #[must_use]
    pub fn helper(&self) -> WsHelper {
        WsHelper::of_endpoint(&self.inner.server, &self.inner.endpoint)
    }

    /// Queues `message` and returns at once, however slow the client is.
    ///
    /// # Errors
    ///
    /// - [`SendError::Closed`]: the session is closing or has ended.
    /// - [`SendError::SlowReader`]: the queue is full; this call began to close the session.
    /// - [`SendError::TooLarge`]: the message does not fit into any queue; the session goes on.
    pub fn send(&self, message: impl Into<Message>) -> Result<(), SendError> {
        self.inner.outbox.push(message.into())
    }

    /// Starts the closing handshake (RFC 6455 §7.1.2) after what is queued.
    ///
    /// The first close wins. A reason beyond 123 bytes is cut; a code that may not be sent,
    /// such as 1005 or 1006, becomes a close frame without a code. Messages that arrive from now on are dropped.
    pub fn close(&self, code: CloseCode, reason: &str) {
        self.inner.outbox.close(CloseFrame::new(code, reason));
    }

    /// Ends the connection at once, without a closing handshake: to the client it looks like a cut cable.
    pub fn terminate(&self) {
        self.inner.outbox.end();
    }

    /// Whether the session takes messages to send.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.inner.outbox.is_open()
    }

    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inner.inbox
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.inner.outbox
    }

    pub(crate) fn endpoint_state(&self) -> &Arc<EndpointState> {
        &self.inner.endpoint
    }

    pub(crate) fn server(&self) -> &Arc<ServerState> {
        &self.inner.server
    }

    pub(crate) fn forget_headers(&self) {
        if !self.inner.endpoint.keeps_headers() {
            *self.inner.headers.lock() = None;
        }
    }

    /// Hands `event` to the listener, and starts a runner where none is at work.
    pub(crate) fn notify(&self, event: Event) {
        if self.inner.inbox.push(event) == Runner::Start {
            let runner = self.inner.endpoint.listener().spawn_runner(self.clone());
            self.inner.inbox.set_runner(runner);
        }
    }

    /// Others can reach the session from now on; what they send waits for the connection.
    ///
    /// This comes before the client learns that it is connected, or it could miss a broadcast that it waits for.
    pub(crate) fn join(&self) {
        self.inner.endpoint.registry().join(self.clone());
        // Whoever drains closes what it finds registered: either it found this session, or this finds the drain.
        if self.inner.server.is_draining() {
            self.close(CloseCode::GOING_AWAY, "server is shutting down");
        }
    }

    /// The connection is there: the listener hears of the session.
    pub(crate) fn open(&self) {
        tracing::info!(
            session = %self.id(),
            endpoint = self.endpoint(),
            user = self.user().map(tracing::field::debug),
            remote = ?self.remote_addr(),
            "session opened"
        );
        self.notify(Event::Open);
    }

    /// No connection came of the opening handshake: the listener never hears of the session.
    pub(crate) fn abandon(&self, place: Place) {
        tracing::debug!(session = %self.id(), endpoint = self.endpoint(), "the client left during the opening handshake");
        self.leave();
        self.forget(place);
    }

    /// The connection is over: nobody reaches the session any more, and its listener hears last of this.
    pub(crate) fn end(&self, reason: CloseReason, error: Option<SessionError>, place: Place) {
        self.leave();
        tracing::info!(
            session = %self.id(),
            endpoint = self.endpoint(),
            code = reason.code.number(),
            by = ?reason.by,
            error = error.as_ref().map(tracing::field::debug),
            "session closed"
        );
        if let Some(error) = error {
            self.notify(Event::Error(error));
        }
        self.notify(Event::Close(reason, place));
    }

    fn leave(&self) {
        self.inner.outbox.end();
        self.inner.endpoint.registry().leave(self.id());
    }

    /// The listener's `close` has returned: nothing of the session is left.
    pub(crate) fn forget(&self, place: Place) {
        self.inner.endpoint.registry().forget(self.id());
        drop(place);
    }

    /// Stops everything of this session, its listener too.
    pub(crate) fn abort(&self) {
        self.terminate();
        // Where no listener was at work, the connection that ends now still tells it of the close.
        if self.inner.inbox.abort() {
            self.leave();
            self.inner.endpoint.registry().forget(self.id());
        }
    }
}

impl fmt::Debug for Session {
    /// Shows neither headers nor attributes: they hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id())
            .field("endpoint", &self.endpoint())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Session {}
