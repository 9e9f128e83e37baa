//! Opening handshakes that are refused: one answer and one log line each.

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::origin::ForeignOrigin;
use super::path::ParamError;
use super::rejection::Rejection;
use super::upgrade::UpgradeError;
use crate::counters::{Counter, LiveConnectionCounters};

/// Why no connection came of a request.
#[derive(Debug)]
pub(crate) enum Refusal {
    Origin(ForeignOrigin),
    NotEnabled,
    Upgrade(UpgradeError),
    /// The HTTP server in front offers no upgrade.
    CannotUpgrade,
    Path(ParamError),
    Draining,
    Full {
        max_sessions: usize,
    },
    /// In session mode.
    TooManyConnections {
        max: usize,
    },
    /// An interceptor's decision, or its error.
    Rejected(Rejection),
    InterceptorPanicked(String),
    InterceptorTimeout(Duration),
    NoRandomness(getrandom::Error),
}

/// Marks an answer whose reason is in the log already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logged;

/// Seconds after which a client that found no place may come again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Origin(_) => StatusCode::FORBIDDEN,
            Self::NotEnabled => StatusCode::NOT_FOUND,
            Self::Upgrade(UpgradeError::NotWebSocket | UpgradeError::Version) => StatusCode::UPGRADE_REQUIRED,
            Self::Upgrade(UpgradeError::Host | UpgradeError::Key | UpgradeError::Body) | Self::Path(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::Rejected(rejection) => rejection.status(),
            Self::Draining
            | Self::Full { .. }
            | Self::TooManyConnections { .. }
            | Self::InterceptorTimeout(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::CannotUpgrade | Self::InterceptorPanicked(_) | Self::NoRandomness(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    pub(crate) const fn counter<'a>(&self, counters: &'a LiveConnectionCounters) -> &'a Counter {
        match self {
            Self::Origin(_) => &counters.refused_origin,
            Self::Draining => &counters.refused_draining,
            Self::Full { .. } | Self::TooManyConnections { .. } => &counters.refused_capacity,
            Self::Rejected(_) | Self::InterceptorPanicked(_) | Self::InterceptorTimeout(_) => {
                &counters.refused_interceptor
            }
            Self::NotEnabled
            | Self::Upgrade(_)
            | Self::CannotUpgrade
            | Self::Path(_)
            | Self::NoRandomness(_) => &counters.refused_request,
        }
    }

    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Draining
            | Self::Full { .. }
            | Self::TooManyConnections { .. }
            | Self::InterceptorTimeout(_) => Some((header::RETRY_AFTER, RETRY_AFTER)),
            Self::Upgrade(UpgradeError::NotWebSocket) => {
                Some((header::UPGRADE, HeaderValue::from_static("websocket")))
            }
            Self::Upgrade(UpgradeError::Version) => {
                Some((header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")))
            }
            Self::Origin(_)
            | Self::NotEnabled
            | Self::Upgrade(UpgradeError::Host | UpgradeError::Key | UpgradeError::Body)
            | Self::CannotUpgrade
            | Self::Path(_)
            | Self::Rejected(_)
            | Self::InterceptorPanicked(_)
            | Self::NoRandomness(_) => None,
        }
    }

    /// Logs the refusal of a request for `path`, and answers it.
    pub(crate) fn answer(self, path: &str) -> Response {
        let status = self.status();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(status = status.as_u16(), ?path, reason = %self, "opening handshake failed");
        } else {
            tracing::warn!(status = status.as_u16(), ?path, reason = %self, "opening handshake refused");
        }
        // The body repeats what the client sent: no browser may take it for a page.
        let no_sniff = (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let header = self.header();
        let (headers, body) = match self {
            Self::Rejected(rejection) => {
                let (parts, body) = rejection.into_response().into_parts();
                (parts.headers, body)
            }
            Self::InterceptorPanicked(_) => (HeaderMap::new(), "internal error\n".to_owned()),
            _ => (HeaderMap::from_iter(header), format!("{self}\n")),
        };
        let mut response = (status, [no_sniff], body).into_response();
        response.headers_mut().extend(headers);
        response.extensions_mut().insert(Logged);
        response
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin(foreign) => foreign.fmt(f),
            Self::NotEnabled => f.write_str("this WebSocket endpoint is not enabled: it has no listener"),
            Self::Upgrade(UpgradeError::Host) => f.write_str("a request must have exactly one Host"),
            Self::Upgrade(UpgradeError::Body) => f.write_str("an opening handshake must not have a body"),
            Self::Upgrade(UpgradeError::NotWebSocket) => {
                f.write_str("this is a WebSocket endpoint, and the request asks for no upgrade to WebSocket")
            }
            Self::Upgrade(UpgradeError::Version) => f.write_str("Sec-WebSocket-Version must be 13"),
            Self::Upgrade(UpgradeError::Key) => {
                f.write_str("Sec-WebSocket-Key must be the base64 of 16 bytes")
            }
            Self::CannotUpgrade => {
                f.write_str("the HTTP server in front of this endpoint offers no upgrades")
            }
            Self::Path(error) => error.fmt(f),
            Self::Draining => f.write_str("the server is shutting down"),
            Self::Full { max_sessions } => {
                write!(f, "all {max_sessions} sessions that max_sessions allows are taken")
            }
            Self::TooManyConnections { max } => {
                write!(f, "all {max} connections that max_connections allows are taken")
            }
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::InterceptorPanicked(panic) => write!(f, "an interceptor panicked: {panic:?}"),
            Self::InterceptorTimeout(timeout) => {
                write!(f, "the interceptors took longer than {timeout:?}")
            }
            Self::NoRandomness(error) => {
                write!(f, "the system has no random numbers for a session id: {error}")
            }
        }
    }
}
