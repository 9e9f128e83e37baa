//! What can go wrong, operation by operation.

use std::error::Error;
use std::fmt;

use bytestring::ByteString;
use staywire_protocol::client::session;
use staywire_protocol::wire::FailureCode;

/// Why [`ClientBuilder::connect`](crate::ClientBuilder::connect) began nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL is not of the form `ws://host[:port]/path`.
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A sub-protocol is not a token of RFC 9110 §5.6.2, or was given twice.
    SubProtocol {
        /// What was given.
        name: String,
    },
    /// The credential is not of 1 to 4096 printable ASCII characters without a space.
    Credential,
    /// The call was made outside of a tokio runtime, where no task can run.
    NoRuntime,
    /// The system has no source of randomness, so there can be no token.
    NoRandomness(getrandom::Error),
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
            Self::NoRuntime => f.write_str("there is no tokio runtime here; call connect within one"),
            Self::NoRandomness(error) => write!(f, "the system gives no random bits: {error}"),
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NoRandomness(error) => Some(error),
            Self::Url { .. } | Self::SubProtocol { .. } | Self::Credential | Self::NoRuntime => None,
        }
    }
}

/// Why a message was not accepted; nothing of it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// What waits and what is not acknowledged leave no room. Try again once acknowledgements have made some.
    QueueFull {
        /// The bound, in bytes.
        max_bytes: u64,
    },
    /// The server takes no message that large, and trying again cannot help.
    TooLarge {
        /// The server's bound, in bytes.
        max_message_bytes: u64,
    },
    /// The client is closed.
    Closed,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::QueueFull { max_bytes } => write!(
                f,
                "the queue of {max_bytes} bytes has no room; wait until something has been acknowledged"
            ),
            Self::TooLarge { max_message_bytes } => {
                write!(f, "the server takes no message of more than {max_message_bytes} bytes")
            }
            Self::Closed => f.write_str("the client is closed"),
        }
    }
}

impl Error for SendError {}

impl From<session::SendError> for SendError {
    fn from(error: session::SendError) -> Self {
        match error {
            session::SendError::QueueFull { max_bytes } => Self::QueueFull { max_bytes },
            session::SendError::TooLarge { max_message_bytes } => Self::TooLarge { max_message_bytes },
            // Only requests and replies are refused for these two, and their errors have variants for that.
            session::SendError::TooManyRequests { .. }
            | session::SendError::NotWaiting
            | session::SendError::Ended => Self::Closed,
        }
    }
}

/// Why nobody can say that a message has been handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcknowledgeError {
    /// The session was lost or closed first: the message may have been handled or not, and is not sent again.
    OutcomeUnknown,
    /// The message is larger than the server takes, which was not known when it was sent: it never left.
    TooLarge,
}

impl fmt::Display for AcknowledgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutcomeUnknown => {
                f.write_str("the session ended before the message was acknowledged; it may have been handled")
            }
            Self::TooLarge => f.write_str("the message is larger than the server takes; it was never sent"),
        }
    }
}

impl Error for AcknowledgeError {}

/// Why a request has no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// It was never sent.
    NotSent(SendError),
    /// As many requests as there may be are under way; it was never sent.
    TooManyRequests {
        /// The bound.
        max_requests: usize,
    },
    /// The server answered with an error.
    Failed {
        /// Below 1000 the protocol's, else the application's.
        code: FailureCode,
        /// Why, as the server says it.
        reason: ByteString,
    },
    /// No reply came in time. The server was told that nobody waits any more.
    Timeout,
    /// The session was lost or closed first: the request may have been handled or not, and is not sent again.
    OutcomeUnknown,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(error) => write!(f, "the request was not sent: {error}"),
            Self::TooManyRequests { max_requests } => {
                write!(f, "{max_requests} requests wait for their replies already")
            }
            Self::Failed { code, reason } => {
                write!(f, "the request failed with code {}: {reason}", code.number())
            }
            Self::Timeout => f.write_str("no reply came in time"),
            Self::OutcomeUnknown => {
                f.write_str("the session ended before the reply came; the request may have been handled")
            }
        }
    }
}

impl Error for RequestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(error) => Some(error),
            Self::TooManyRequests { .. } | Self::Failed { .. } | Self::Timeout | Self::OutcomeUnknown => None,
        }
    }
}

impl From<session::SendError> for RequestError {
    fn from(error: session::SendError) -> Self {
        match error {
            session::SendError::TooManyRequests { max_requests } => Self::TooManyRequests { max_requests },
            other => Self::NotSent(other.into()),
        }
    }
}

/// Why a reply was not accepted; nothing of it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// It could not be queued.
    NotSent(SendError),
    /// Nobody waits for it: the request was answered or given up, or the session that asked is lost.
    NotWaiting,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(error) => write!(f, "the reply was not sent: {error}"),
            Self::NotWaiting => f.write_str("nobody waits for the reply any more"),
        }
    }
}

impl Error for ReplyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(error) => Some(error),
            Self::NotWaiting => None,
        }
    }
}

impl From<session::SendError> for ReplyError {
    fn from(error: session::SendError) -> Self {
        match error {
            session::SendError::NotWaiting => Self::NotWaiting,
            other => Self::NotSent(other.into()),
        }
    }
}

/// Why a topic is not subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscribeError {
    /// It is subscribed to already.
    AlreadySubscribed,
    /// The names of the topics that are subscribed to leave no room for another.
    TooManySubscriptions,
    /// It could not be asked for.
    NotSent(SendError),
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadySubscribed => f.write_str("the topic is subscribed to already"),
            Self::TooManySubscriptions => {
                f.write_str("too many topics are subscribed to; unsubscribe from one first")
            }
            Self::NotSent(error) => write!(f, "the subscription was not asked for: {error}"),
        }
    }
}

impl Error for SubscribeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(error) => Some(error),
            Self::AlreadySubscribed | Self::TooManySubscriptions => None,
        }
    }
}

impl From<session::SubscribeError> for SubscribeError {
    fn from(error: session::SubscribeError) -> Self {
        match error {
            session::SubscribeError::AlreadySubscribed => Self::AlreadySubscribed,
            session::SubscribeError::TooManySubscriptions => Self::TooManySubscriptions,
            session::SubscribeError::NotSent(error) => Self::NotSent(error.into()),
        }
    }
}
