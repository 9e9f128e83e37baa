//! One path with its listener and settings.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use bytestring::ByteString;

use crate::engine::StreamName;
use crate::handshake::interceptor::{HandshakeInterceptor, Interceptors};
use crate::handshake::origin::OriginPolicy;
use crate::handshake::path::PathPattern;
use crate::listener::{ErasedListener, Json, JsonListener, WsListener};
use crate::message::Message;
use crate::registry::Registry;
use crate::session::SessionId;
use crate::session_mode::authenticator::{Authenticator, ErasedAuthenticator};
use crate::session_mode::directory::Directory;
use crate::session_mode::hub::{Hub, Lease};
use crate::user::UserId;

/// A listener with the settings of its endpoint; a bare listener becomes one with defaults.
///
/// ```
/// # use staywire_server::{Endpoint, ListenerError, Message, Server, Session, WsListener};
/// # struct Chat;
/// # impl WsListener for Chat {
/// #     async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> { Ok(()) }
/// # }
/// let server = Server::builder()
///     .endpoint("/plain", Chat)
///     .endpoint("/chat/{room}", Endpoint::new(Chat).protocols(["chat.v2", "chat.v1"]).heartbeat_text("PING"))
///     .build()?;
/// # Ok::<(), staywire_server::BuildError>(())
/// ```
pub struct Endpoint {
    pub(crate) listener: Option<Arc<dyn ErasedListener>>,
    pub(crate) interceptors: Interceptors,
    pub(crate) authenticator: Option<Arc<dyn ErasedAuthenticator>>,
    pub(crate) origins: Vec<String>,
    pub(crate) settings: EndpointSettings,
}

#[derive(Debug, Default)]
pub(crate) struct EndpointSettings {
    pub(crate) protocols: Vec<ByteString>,
    pub(crate) heartbeat_text: Option<ByteString>,
    pub(crate) heartbeat_reply: Option<ByteString>,
    pub(crate) keep_headers: bool,
}

impl Endpoint {
    /// An endpoint served by `listener`.
    #[must_use]
    pub fn new(listener: impl WsListener) -> Self {
        Self { listener: Some(Arc::new(listener)), ..Self::without_listener() }
    }

    /// An endpoint whose clients send JSON of one type, served by `listener`.
    #[must_use]
    pub fn json(listener: impl JsonListener) -> Self {
        Self::new(Json(listener))
    }

    /// An endpoint that nobody serves: it is not enabled, answers 404, and says so.
    #[must_use]
    pub fn without_listener() -> Self {
        Self {
            listener: None,
            interceptors: Interceptors::default(),
            authenticator: None,
            origins: Vec::new(),
            settings: EndpointSettings::default(),
        }
    }

    /// Adds an interceptor of this endpoint's opening handshakes. Default none.
    ///
    /// It comes after those added earlier, and after those of the [server](crate::ServerBuilder::intercept).
    #[must_use]
    pub fn intercept(mut self, interceptor: impl HandshakeInterceptor) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Admits pages of `origin`, such as `https://app.example` or `null`, to this endpoint alone. Default none.
    ///
    /// It adds to those that the [server](crate::ServerBuilder::allow_origin) admits to all its endpoints.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Who judges the credentials of this endpoint's clients in session mode, in the place of the
    /// [server's](crate::ServerBuilder::authenticate). Default nobody: credentials are not looked at.
    #[must_use]
    pub fn authenticate(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Arc::new(authenticator));
        self
    }

    /// The application's sub-protocols that the endpoint speaks. Default none.
    ///
    /// The first of the client's choices that is among them is agreed on. A
    /// client that asked only for others is accepted without one; browsers then fail the connection.
    #[must_use]
    pub fn protocols<P: Into<String>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.settings.protocols =
            protocols.into_iter().map(|protocol| ByteString::from(protocol.into())).collect();
        self
    }

    /// The text message that is a client's heartbeat, such as `PING`. Default none: text is text.
    ///
    /// The listener does not see it, so a chat does not broadcast it.
    #[must_use]
    pub fn heartbeat_text(mut self, text: &str) -> Self {
        self.settings.heartbeat_text = Some(text.into());
        self
    }

    /// Answers each [heartbeat text](Self::heartbeat_text) with `reply`. Default no answer.
    #[must_use]
    pub fn heartbeat_reply(mut self, reply: &str) -> Self {
        self.settings.heartbeat_reply = Some(reply.into());
        self
    }

    /// Keeps the opening handshake's headers readable for the whole session, at the price of their memory.
    #[must_use]
    pub fn keep_headers(mut self) -> Self {
        self.settings.keep_headers = true;
        self
    }
}

impl<L: WsListener> From<L> for Endpoint {
    fn from(listener: L) -> Self {
        Self::new(listener)
    }
}

/// `None` is an endpoint that is not enabled.
impl<L: WsListener> From<Option<L>> for Endpoint {
    fn from(listener: Option<L>) -> Self {
        listener.map_or_else(Self::without_listener, Self::new)
    }
}

/// An endpoint that is served.
pub(crate) struct EndpointState {
    /// As given to the builder.
    path: String,
    /// With the base path in front.
    pattern: PathPattern,
    listener: Arc<dyn ErasedListener>,
    /// The server's, then the endpoint's own.
    interceptors: Interceptors,
    authenticator: Option<Arc<dyn ErasedAuthenticator>>,
    /// The server's, and the endpoint's own.
    origins: OriginPolicy,
    settings: EndpointSettings,
    registry: Registry,
    directory: Directory,
    /// The path again, as it names streams.
    stream_path: Arc<str>,
    /// There from the first session on.
    broadcast: OnceLock<Lease>,
    suspended_count: AtomicUsize,
}

impl EndpointState {
    pub(crate) fn new(
        path: String,
        pattern: PathPattern,
        listener: Arc<dyn ErasedListener>,
        interceptors: Interceptors,
        authenticator: Option<Arc<dyn ErasedAuthenticator>>,
        origins: OriginPolicy,
        settings: EndpointSettings,
    ) -> Self {
        Self {
            stream_path: path.as_str().into(),
            broadcast: OnceLock::new(),
            path,
            pattern,
            listener,
            interceptors,
            authenticator,
            origins,
            settings,
            registry: Registry::default(),
            directory: Directory::default(),
            suspended_count: AtomicUsize::new(0),
        }
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn pattern(&self) -> &PathPattern {
        &self.pattern
    }

    pub(crate) fn listener(&self) -> Arc<dyn ErasedListener> {
        Arc::clone(&self.listener)
    }

    pub(crate) fn interceptors(&self) -> &Interceptors {
        &self.interceptors
    }

    pub(crate) fn origins(&self) -> &OriginPolicy {
        &self.origins
    }

    pub(crate) fn protocols(&self) -> &[ByteString] {
        &self.settings.protocols
    }

    pub(crate) fn keeps_headers(&self) -> bool {
        self.settings.keep_headers
    }

    pub(crate) fn authenticator(&self) -> Option<Arc<dyn ErasedAuthenticator>> {
        self.authenticator.clone()
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The sessions of session mode, as openings name them.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The stream of what is sent to all sessions.
    pub(crate) fn broadcast_stream(&self) -> StreamName {
        StreamName::Broadcast { endpoint: Arc::clone(&self.stream_path) }
    }

    /// The stream of what is sent to `user`.
    pub(crate) fn user_stream(&self, user: &UserId) -> StreamName {
        StreamName::User { endpoint: Arc::clone(&self.stream_path), user: user.clone() }
    }

    /// Keeps the broadcast stream here: for the caller, and from the first call on for as long as the server is there.
    pub(crate) fn broadcast_lease(&self, hub: &Arc<Hub>) -> Lease {
        self.broadcast.get_or_init(|| hub.lease(&self.broadcast_stream())).clone()
    }

    /// The client of the session reads broadcasts no more.
    pub(crate) fn leave_broadcast(&self, id: SessionId) {
        if let Some(broadcast) = self.broadcast.get() {
            broadcast.leave(id);
        }
    }

    pub(crate) fn suspended_count(&self) -> usize {
        self.suspended_count.load(Ordering::Relaxed)
    }

    /// How many sessions have a connection. Where some come or go, it is as it was a moment before or after.
    pub(crate) fn connected_count(&self) -> usize {
        self.registry.len().saturating_sub(self.suspended_count())
    }

    pub(crate) fn count_suspended(&self) {
        self.suspended_count.fetch_add(1, Ordering::Relaxed);
    }

    /// A suspended session is one no more.
    pub(crate) fn count_back(&self) {
        self.suspended_count.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether `message` is a client's heartbeat, which the listener does not see.
    pub(crate) fn is_heartbeat(&self, message: &Message) -> bool {
        self.settings.heartbeat_text.as_deref().is_some_and(|text| message.as_text() == Some(text))
    }

    pub(crate) fn heartbeat_reply(&self) -> Option<&ByteString> {
        self.settings.heartbeat_reply.as_ref()
    }
}
