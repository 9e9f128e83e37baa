//! Connections in session mode that get no session: one close frame and one log line each.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use staywire_protocol::CloseCode;
use staywire_protocol::message::DecodeError;

use super::authenticator::ErasedAuthenticator;
use super::opening::Refused;
use crate::close::CloseFrame;
use crate::counters::{Counter, LiveOpeningCounters};
use crate::handshake::rejection::Rejection;
use crate::handshake::request::Handshake;
use crate::limits::Limits;
use crate::panic::catch_panic;

/// Why a connection gets no session.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Its first message is no opening.
    Malformed(DecodeError),
    /// It sent something between its first message and the answer.
    Early,
    /// It sent nothing in time.
    Silent,
    /// By an interceptor or the authenticator, or by their error.
    Rejected(Rejection),
    AuthenticatorPanicked(String),
    AuthenticatorTimeout(Duration),
    Opening(Refused),
}

/// Asks the authenticator who has `credential`.
pub(super) async fn authenticated(
    authenticator: Arc<dyn ErasedAuthenticator>,
    credential: Option<String>,
    mut handshake: Handshake,
    timeout: Duration,
) -> (Handshake, Result<(), Refusal>) {
    let call = catch_panic(authenticator.authenticate(credential.as_deref(), &handshake));
    let decision = match tokio::time::timeout(timeout, call).await {
        Ok(Ok(Ok(user))) => {
            // `None` leaves the user of the opening handshake.
            handshake.user = user.or(handshake.user);
            Ok(())
        }
        Ok(Ok(Err(rejection))) => Err(Refusal::Rejected(rejection)),
        Ok(Err(panic)) => Err(Refusal::AuthenticatorPanicked(panic)),
        Err(_) => Err(Refusal::AuthenticatorTimeout(timeout)),
    };
    (handshake, decision)
}

/// A frame that asks the client to come again within `window`.
pub(crate) fn come_again(code: CloseCode, window: Duration) -> CloseFrame {
    CloseFrame::new(code, &format!("retry={}", window.as_millis()))
}

impl Refusal {
    /// What the client is told; `None` where its session's machine has told it.
    pub(super) fn close_frame(&self, limits: &Limits) -> Option<CloseFrame> {
        let window = limits.return_window;
        Some(match self {
            Self::Malformed(_) | Self::Early => CloseFrame::new(CloseCode::VIOLATION, "protocol violation"),
            Self::Silent => CloseFrame::new(CloseCode::HEARTBEAT_TIMEOUT, "no first message"),
            // An error says nothing about the credential, and must not strand the client.
            Self::Rejected(rejection) if rejection.status().is_server_error() => {
                CloseFrame::new(CloseCode::INTERNAL_ERROR, "internal error")
            }
            Self::Rejected(rejection) => {
                CloseFrame::new(CloseCode::CREDENTIAL_REFUSED, rejection.body().trim_end())
            }
            Self::AuthenticatorPanicked(_) | Self::Opening(Refused::NoRandomness(_)) => {
                CloseFrame::new(CloseCode::INTERNAL_ERROR, "internal error")
            }
            Self::AuthenticatorTimeout(_) | Self::Opening(Refused::Full | Refused::Unavailable(_)) => {
                come_again(CloseCode::TRY_AGAIN_LATER, window)
            }
            Self::Opening(Refused::Draining) => come_again(CloseCode::SERVICE_RESTART, window),
            Self::Opening(Refused::Superseded | Refused::UnknownToken) => {
                CloseFrame::new(CloseCode::SUPERSEDED, "superseded")
            }
            Self::Opening(Refused::Ended) => CloseFrame::new(CloseCode::ENDED, "ended"),
            Self::Opening(Refused::TokenInUse) => CloseFrame::new(CloseCode::VIOLATION, "protocol violation"),
            Self::Opening(Refused::ByMachine) => return None,
        })
    }

    pub(super) fn counter<'a>(&self, counters: &'a LiveOpeningCounters) -> &'a Counter {
        match self {
            Self::Malformed(_) | Self::Early => &counters.refused_violation,
            Self::Silent => &counters.refused_timeout,
            Self::Rejected(rejection) if !rejection.status().is_server_error() => {
                &counters.refused_credential
            }
            Self::Rejected(_) | Self::AuthenticatorPanicked(_) | Self::AuthenticatorTimeout(_) => {
                &counters.failed
            }
            Self::Opening(refused) => match refused {
                Refused::Full => &counters.refused_capacity,
                Refused::Draining => &counters.refused_draining,
                Refused::Superseded => &counters.refused_superseded,
                Refused::UnknownToken => &counters.refused_unknown_token,
                Refused::Ended => &counters.refused_ended,
                Refused::TokenInUse | Refused::ByMachine => &counters.refused_violation,
                Refused::NoRandomness(_) | Refused::Unavailable(_) => &counters.failed,
            },
        }
    }

    pub(super) fn log(&self) {
        match self {
            Self::AuthenticatorPanicked(_) | Self::Opening(Refused::NoRandomness(_)) => {
                tracing::error!(reason = %self, "session opening failed");
            }
            // A client that loses its network often makes a second attempt before the first one arrives.
            Self::Opening(Refused::Superseded) => {
                tracing::info!(reason = %self, "session opening refused");
            }
            _ => tracing::warn!(reason = %self, "session opening refused"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "the first message is no opening: {error}"),
            Self::Early => f.write_str("the client sent more before it was answered"),
            Self::Silent => f.write_str("no first message came in time"),
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::AuthenticatorPanicked(panic) => write!(f, "the authenticator panicked: {panic:?}"),
            Self::AuthenticatorTimeout(timeout) => {
                write!(f, "the authenticator took longer than {timeout:?}")
            }
            Self::Opening(refused) => refused.fmt(f),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("all sessions that max_sessions allows are taken"),
            Self::Draining => f.write_str("the server is shutting down"),
            Self::Superseded => f.write_str("a later attempt has come before it"),
            Self::UnknownToken => f.write_str("its token does not open the session, or does so no longer"),
            Self::TokenInUse => f.write_str("its token has made a session that is in use"),
            Self::Ended => f.write_str("its session was ended"),
            Self::ByMachine => f.write_str("its session does not take it"),
            Self::Unavailable(error) => write!(f, "its streams cannot be read now: {error}"),
            Self::NoRandomness(error) => {
                write!(f, "the system has no random numbers for a session id: {error}")
            }
        }
    }
}
