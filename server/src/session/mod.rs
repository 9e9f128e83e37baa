//! The server's handle to one session.
//!
//! Owns: what the opening handshake said, the attributes, the way in (inbox)
//! and the way out: a plain client's outbox, or what outlives connections in
//! session mode. Never: touches the socket; that is the connection's task, at
//! the other end.

mod asking;
mod attributes;
pub(crate) mod backlog;
mod id;
pub(crate) mod inbox;
mod life;
pub(crate) mod outbox;
mod received;
mod request;
mod runtime;
mod send_error;
mod subscriptions;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use staywire_protocol::CloseCode;
use tokio::runtime::Handle;

use crate::close::CloseFrame;
use crate::delivery::Sent;
use crate::endpoint::EndpointState;
use crate::handshake::request::Handshake;
use crate::helper::WsHelper;
use crate::listener::Handlers;
use crate::message::Message;
use crate::server::ServerState;
use crate::session_mode::{Lasting, LastingSession};
use crate::sync::Mutex;
use crate::user::UserId;

pub use asking::RequestError;
pub use attributes::{AttributeError, Attributes};
pub use id::{ParseSessionIdError, SessionId};
pub(crate) use life::Failure;
pub use received::Received;
pub(crate) use request::HandshakeRequest;
pub use send_error::SendError;

use inbox::Inbox;
use outbox::Outbox;
use subscriptions::Subscriptions;

/// One client's session: who it is, and the way to send to it.
///
/// A plain client's session is as old as its connection. A client in session mode keeps its session over any number
/// of connections; between two of them it is *suspended*, and what is sent to it waits.
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
    way_out: WayOut,
    handlers: Handlers,
    subscriptions: Subscriptions,
    endpoint: Arc<EndpointState>,
    server: Arc<ServerState>,
    runtime: Handle,
}

/// How messages reach the client.
enum WayOut {
    /// Over the one connection that there is.
    Plain(Arc<Outbox<Message>>),
    /// Over one connection after the other.
    Lasting(Lasting),
}

impl Session {
    /// A session that is as old as its connection, which `outbox` is for.
    pub(crate) fn plain(
        id: SessionId,
        handshake: Handshake,
        server: Arc<ServerState>,
        outbox: Arc<Outbox<Message>>,
    ) -> Self {
        Self::new(id, handshake, server, WayOut::Plain(outbox))
    }

    /// A session that outlives its connections.
    pub(crate) fn in_session_mode(
        id: SessionId,
        handshake: Handshake,
        server: Arc<ServerState>,
        lasting: Lasting,
    ) -> Self {
        Self::new(id, handshake, server, WayOut::Lasting(lasting))
    }

    /// On the runtime that it will belong to.
    fn new(id: SessionId, handshake: Handshake, server: Arc<ServerState>, way_out: WayOut) -> Self {
        let Handshake { endpoint, request, headers, attributes, user } = handshake;
        let headers = Mutex::new(Some(Arc::new(headers)));
        let inbox = Inbox::new(server.limits().max_inbox_bytes);
        let (handlers, subscriptions) = (Handlers::new(), Subscriptions::default());
        let inner = Inner {
            id,
            request,
            headers,
            user,
            attributes,
            inbox,
            way_out,
            handlers,
            subscriptions,
            endpoint,
            server,
            runtime: Handle::current(),
        };
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

    /// In session mode, and while the listener's [`message`](crate::WsListener::message) runs: what there is to know of
    /// that message beside what is in it. `None` otherwise.
    #[must_use]
    pub fn received(&self) -> Option<Received> {
        self.inner.inbox.received()
    }

    /// The helper for the sessions of the same endpoint.
    #[must_use]
    pub fn helper(&self) -> WsHelper {
        WsHelper::of_endpoint(&self.inner.server, &self.inner.endpoint)
    }

    /// Queues `message` and returns at once, however slow the client is.
    ///
    /// In session mode the message is kept until the client has it, as far as the session's
    /// [ring](crate::ServerBuilder::max_ring_bytes) reaches; what falls out of it before is told to the client as a
    /// gap. A slow reader there loses its connection and not its session.
    ///
    /// # Errors
    ///
    /// - [`SendError::Closed`]: the session is closing or has ended.
    /// - [`SendError::SlowReader`]: a plain client's queue is full; this call began to close the session.
    /// - [`SendError::TooLarge`]: the message does not fit into any queue; the session goes on.
    pub fn send(&self, message: impl Into<Message>) -> Result<(), SendError> {
        self.deliver(message.into()).map(|_| ())
    }

    /// The same, and whether the client gets it at once.
    pub(crate) fn deliver(&self, message: Message) -> Result<Sent, SendError> {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.push(message).map(|()| Sent::Queued),
            WayOut::Lasting(lasting) => LastingSession { handle: self, lasting }.send(message),
        }
    }

    /// Ends the session, with a closing handshake (RFC 6455 §7.1.2) after what is queued where it is connected.
    ///
    /// The first close wins. A reason beyond 123 bytes is cut; a code that may not be sent,
    /// such as 1005 or 1006, becomes a close frame without a code. Messages that arrive from now on are dropped.
    /// A client in session mode that comes back, because of the code or not having seen it, is told that its session
    /// was ended.
    pub fn close(&self, code: CloseCode, reason: &str) {
        let frame = CloseFrame::new(code, reason);
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.close(frame),
            WayOut::Lasting(lasting) => LastingSession { handle: self, lasting }.close(frame),
        }
    }

    /// Ends the connection at once, without a closing handshake: to the client it looks like a cut cable.
    ///
    /// A plain client's session ends with it. In session mode the client comes back and resumes.
    pub fn terminate(&self) {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.end(),
            WayOut::Lasting(lasting) => LastingSession { handle: self, lasting }.terminate(),
        }
    }

    /// Whether the session takes messages to send.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.is_open(),
            WayOut::Lasting(lasting) => lasting.is_alive(),
        }
    }

    /// Whether the session has a connection that takes messages. One in session mode may be open without.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        match &self.inner.way_out {
            WayOut::Plain(outbox) => outbox.is_open(),
            WayOut::Lasting(lasting) => lasting.is_connected(),
        }
    }

    pub(crate) fn handshake(&self) -> &HandshakeRequest {
        &self.inner.request
    }

    /// What it has beyond this handle, if it is in session mode.
    pub(crate) fn lasting(&self) -> Option<LastingSession<'_>> {
        match &self.inner.way_out {
            WayOut::Plain(_) => None,
            WayOut::Lasting(lasting) => Some(LastingSession { handle: self, lasting }),
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
