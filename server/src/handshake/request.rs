//! An opening handshake while it is decided on.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, StatusCode};
use bytestring::ByteString;

use super::path::ParamError;
use super::rejection::Rejection;
use super::{cookie, upgrade};
use crate::endpoint::EndpointState;
use crate::session::{Attributes, HandshakeRequest};
use crate::session_mode::SUB_PROTOCOL;
use crate::user::UserId;

/// An opening handshake that has not been accepted yet: what the client asks for, and what the session will begin with.
///
/// Everything in it but [`remote_addr`](Self::remote_addr) is what the client chose to send; the session has a
/// user only where an interceptor [sets](Self::set_user) one.
pub struct Handshake {
    pub(crate) endpoint: Arc<EndpointState>,
    pub(crate) request: HandshakeRequest,
    pub(crate) headers: HeaderMap,
    pub(crate) attributes: Attributes,
    pub(crate) user: Option<UserId>,
}

impl Handshake {
    /// Reads `request`, which was routed to `endpoint`.
    pub(super) fn of(request: Request, endpoint: &Arc<EndpointState>) -> Result<Self, ParamError> {
        let (parts, _) = request.into_parts();
        let remote_addr = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let request = HandshakeRequest {
            path: parts.uri.path().into(),
            path_params: endpoint.pattern().decode(parts.uri.path())?,
            query: parts.uri.query().map(Into::into),
            remote_addr,
            protocol: chosen_protocol(&parts.headers, endpoint),
        };
        Ok(Self {
            endpoint: Arc::clone(endpoint),
            request,
            headers: parts.headers,
            attributes: Attributes::default(),
            user: None,
        })
    }

    /// Session mode: chooses the application's sub-protocol of those that the client's first message offers.
    pub(crate) fn choose_protocol<'a>(&mut self, offered: impl IntoIterator<Item = &'a str>) {
        self.request.protocol = upgrade::first_of(offered, self.endpoint.protocols());
    }

    /// The path of the endpoint as it was given to the builder, such as `/ws/chat/{nickName}`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        self.endpoint.path()
    }

    /// The path that the client asked for, still percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.request.path
    }

    /// The part of the path that the endpoint calls `{name}`, percent-decoded.
    #[must_use]
    pub fn path_param(&self, name: &str) -> Option<&str> {
        self.request.path_param(self.endpoint.pattern(), name)
    }

    /// The query string that the client sent, still encoded, without its `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.request.query.as_deref()
    }

    /// The first value of `name` in the query string, decoded as a browser's `URLSearchParams` does.
    #[must_use]
    pub fn query_param(&self, name: &str) -> Option<String> {
        self.request.query_param(name)
    }

    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of the cookie `name` as it was sent.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        cookie::value(&self.headers, name)
    }

    /// The client's address, where the host application provides axum's `ConnectInfo`; `serve` always does.
    #[must_use]
    pub fn remote_addr(&self) -> Option<SocketAddr> {
        self.request.remote_addr
    }

    /// The sub-protocols that the client offers, in its order of preference.
    pub fn offered_protocols(&self) -> impl Iterator<Item = &str> {
        upgrade::offered_protocols(&self.headers)
    }

    /// The sub-protocol that will be agreed on: `staywire.v1` where the client offers it, for that asks for session
    /// mode; else the first of those offered that the endpoint speaks.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.request.protocol.as_deref()
    }

    /// What the application keeps with the session, from here on.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The user that an interceptor has set.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        self.user.as_ref()
    }

    /// Makes this a session of `user`, for its whole life. A later call replaces the user.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] with 400 where `user` is empty or longer than [`UserId::MAX_BYTES`].
    pub fn set_user(&mut self, user: impl AsRef<str>) -> Result<(), Rejection> {
        let user = user.as_ref().parse();
        let user = user.map_err(|error| Rejection::new(StatusCode::BAD_REQUEST, format!("{error}\n")))?;
        self.user = Some(user);
        Ok(())
    }
}

/// The sub-protocol that the handshake agrees on.
fn chosen_protocol(headers: &HeaderMap, endpoint: &EndpointState) -> Option<ByteString> {
    if upgrade::offered_protocols(headers).any(|offered| offered == SUB_PROTOCOL) {
        return Some(ByteString::from_static(SUB_PROTOCOL));
    }
    upgrade::first_of(upgrade::offered_protocols(headers), endpoint.protocols())
}

impl fmt::Debug for Handshake {
    /// Shows neither headers, query nor attributes: they hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handshake")
            .field("endpoint", &self.endpoint())
            .field("path", &self.path())
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
