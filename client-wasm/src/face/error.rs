//! What can go wrong, operation by operation.

use core::error::Error;
use core::fmt;

use staywire_protocol::wire::FailureCode;

/// Why [`StayWireBuilder::connect`](crate::StayWireBuilder::connect) began nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL is none that a WebSocket can have.
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A sub-protocol is not a token of RFC 9110 §5.6.2, or was given twice.
    SubProtocol {
        /// What was given.
        name: String,
    },
    /// The credential is not of 1 to 4096 printable ASCII characters without a space.
    Credential,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { url, problem } => write!(f, "cannot connect to `{url}`: {problem}"),
            Self::SubProtocol { name } => {
                write!(f, "`{name}` is no sub-protocol, or was given twice; use letters, digits, `.` and `-`")
            }
            Self::Credential => f.write_str(
                "the credential must have 1 to 4096 printable ASCII characters and no space; encode it as base64",
            ),
        }
    }
}

impl Error for ConnectError {}

/// Why a message was not accepted; nothing of it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// What waits for a connection, in session mode for its acknowledgement, leaves no room. Try again later.
    QueueFull {
        /// The bound, in bytes.
        max_bytes: u64,
    },
    /// The server takes no message that large, and trying again cannot help. In session mode only.
    TooLarge {
        /// The server's bound, in bytes.
        max_message_bytes: u64,
    },
    /// The conversation is over, or about to be.
    Closed,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QueueFull { max_bytes } => {
                write!(f, "the queue of {max_bytes} bytes has no room; wait until something has left it")
            }
            Self::TooLarge { max_message_bytes } => {
                write!(f, "the server takes no message of more than {max_message_bytes} bytes")
            }
            Self::Closed => f.write_str("the conversation is closed"),
        }
    }
}

impl Error for SendError {}

/// Why a message was not published; nothing of it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// It was not accepted.
    NotSent(SendError),
    /// Without a session there are no topics.
    NoSession,
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(error) => write!(f, "the message was not published: {error}"),
            Self::NoSession => f.write_str("a plain WebSocket has no topics; build with `session(true)`"),
        }
    }
}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(error) => Some(error),
            Self::NoSession => None,
        }
    }
}

/// Why a value was not sent as JSON; nothing of it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendJsonError {
    /// It has no JSON form.
    Json(serde_json::Error),
    /// Its message was not accepted.
    NotSent(SendError),
}

impl fmt::Display for SendJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "the value has no JSON form: {error}"),
            Self::NotSent(error) => write!(f, "the message was not sent: {error}"),
        }
    }
}

impl Error for SendJsonError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::NotSent(error) => Some(error),
        }
    }
}

/// Why a text message is not of the type that was asked for.
#[derive(Debug)]
pub struct JsonError {
    text: String,
    error: serde_json::Error,
}

impl JsonError {
    pub(super) const fn new(text: String, error: serde_json::Error) -> Self {
        Self { text, error }
    }

    /// The message, as it came.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the message is not the JSON that is expected: {}", self.error)
    }
}

impl Error for JsonError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

/// Why nobody can say that a message has been handled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcknowledgeError {
    /// The session was lost or closed first: the message may have been handled or not, and is not sent again.
    OutcomeUnknown,
    /// It was for a topic, and the server did not publish it.
    Refused {
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as the server says it.
        reason: String,
    },
    /// Without a session there are no acknowledgements.
    NoSession,
}

impl fmt::Display for AcknowledgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutcomeUnknown => {
                f.write_str("the session ended before the message was acknowledged; it may have been handled")
            }
            Self::Refused { code, reason } => {
                write!(f, "the server refused the message with {}: {reason}", code.number())
            }
            Self::NoSession => {
                f.write_str("a plain WebSocket acknowledges nothing; build with `session(true)`")
            }
        }
    }
}

impl Error for AcknowledgeError {}
