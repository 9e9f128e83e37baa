//! What can go wrong in a session, and what a listener returns.

use std::error::Error;
use std::fmt;
use std::io;

use crate::json::{JsonError, SendJsonError};
use crate::session::SendError;

/// What a listener's [`error`](crate::WsListener::error) is told.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionError {
    /// The listener's `open` or `message` returned this error. After `message` the session goes on, after `open` it closes with 1011, in session mode with 3501.
    Listener(ListenerError),
    /// The listener panicked with this text; the session closes with 1011, in session mode with 3503.
    Panic(String),
    /// The client's message is not the JSON that a [`JsonListener`](crate::JsonListener) takes; the session goes on.
    Malformed(JsonError),
    /// The client's message is over the limit; the session closes with 1009.
    MessageTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The client sent text that is not UTF-8; the session closes with 1007.
    InvalidUtf8,
    /// The client broke RFC 6455 in the way that the text says; the session closes with 1002.
    Protocol(String),
    /// The client broke the session protocol in the way that the text says; the session closes with 3510.
    Violation(String),
    /// The client read too slowly and its queue reached its bound; the session closes with 3008.
    SlowReader,
    /// The client answered no ping within the time allowed; the connection is dropped.
    Silent,
    /// The connection ended without a closing handshake.
    ConnectionLost(io::Error),
}

impl SessionError {
    /// Whether the client broke RFC 6455, a limit, or the session protocol.
    pub(crate) const fn is_violation(&self) -> bool {
        matches!(
            self,
            Self::MessageTooLarge { .. } | Self::InvalidUtf8 | Self::Protocol(_) | Self::Violation(_)
        )
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listener(error) => write!(f, "the listener failed: {error}"),
            Self::Panic(text) => write!(f, "the listener panicked: {text}"),
            Self::Malformed(error) => write!(f, "a message is malformed: {error}"),
            Self::MessageTooLarge { limit } => write!(f, "a message is larger than {limit} bytes"),
            Self::InvalidUtf8 => f.write_str("a text message is not UTF-8"),
            Self::Protocol(violation) => write!(f, "the client broke the protocol: {violation}"),
            Self::Violation(violation) => write!(f, "the client broke the session protocol: {violation}"),
            Self::SlowReader => f.write_str("the client reads too slowly"),
            Self::Silent => f.write_str("the client answered no ping"),
            Self::ConnectionLost(error) => write!(f, "the connection was lost: {error}"),
        }
    }
}

impl Error for SessionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listener(error) => Some(&*error.0),
            Self::Malformed(error) => Some(error),
            Self::ConnectionLost(error) => Some(error),
            Self::Panic(_)
            | Self::MessageTooLarge { .. }
            | Self::InvalidUtf8
            | Self::Protocol(_)
            | Self::Violation(_)
            | Self::SlowReader
            | Self::Silent => None,
        }
    }
}

/// Any error that a listener gives up with; `?` makes one of every error type.
///
/// [`SendError::Closed`] in a session that is over is no failure: the client left before its answer. So
/// `session.send(answer)?` needs no special case: the server logs it for debugging, and `error` is not called.
///
/// It is not itself an [`Error`], or that conversion could not be written.
pub struct ListenerError(Box<dyn Error + Send + Sync>);

impl ListenerError {
    /// An error that is only its text.
    #[must_use]
    pub fn msg(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// Whether it says no more than that a send came after the session's end.
    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.0.downcast_ref(), Some(SendError::Closed))
            || matches!(self.0.downcast_ref(), Some(SendJsonError::Send(SendError::Closed)))
    }

    /// The error inside.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for ListenerError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for ListenerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ListenerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
