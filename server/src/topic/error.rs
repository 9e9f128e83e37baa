//! Why something about a topic was refused.

use std::error::Error;
use std::fmt;

use staywire_protocol::wire::FailureCode;

use super::ParseTopicNameError;
use crate::engine::EngineError;
use crate::listener::RequestFailure;

/// Why a client may not subscribe or publish to a topic; `?` makes one of every error type.
///
/// Code and reason are what the client is told. An error that came by `?` is not for the client: it is told
/// [`FailureCode::FAILED`] without a reason, and the server logs the error.
#[derive(Debug)]
pub struct TopicError(RequestFailure);

impl TopicError {
    /// Refuses with a code of the application (1000 and above) or of the protocol, and with a reason for the client.
    ///
    /// A reason beyond 1,024 bytes is cut.
    #[must_use]
    pub fn new(code: FailureCode, reason: &str) -> Self {
        Self(RequestFailure::new(code, reason))
    }

    /// The client's user may not do this.
    #[must_use]
    pub fn not_allowed(reason: &str) -> Self {
        Self::new(FailureCode::NOT_ALLOWED, reason)
    }

    /// What a listener answers that says nothing of subscriptions.
    pub(crate) fn may_not_read() -> Self {
        Self::not_allowed("clients may not read topics here")
    }

    /// What a listener answers that says nothing of publishing.
    pub(crate) fn may_not_publish() -> Self {
        Self::not_allowed("clients may not publish here")
    }

    /// There is no such topic.
    #[must_use]
    pub fn unknown(reason: &str) -> Self {
        Self::new(FailureCode::UNKNOWN_NAME, reason)
    }

    /// What kind of refusal it is.
    #[must_use]
    pub const fn code(&self) -> FailureCode {
        self.0.code()
    }

    /// Why, as the client is told.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.0.reason()
    }

    /// What only the log is told.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.0.cause()
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for TopicError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// A message was not published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishError {
    /// No topic can have this name.
    BadTopic(ParseTopicNameError),
    /// The message is larger than what is kept for readers who are away.
    TooLarge {
        /// The message's length in bytes.
        bytes: usize,
        /// The most that it may have.
        limit: usize,
    },
    /// The engine did not take it.
    Engine(EngineError),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadTopic(error) => error.fmt(f),
            Self::TooLarge { bytes, limit } => {
                write!(f, "a message of {bytes} bytes is larger than the {limit} bytes that may be published")
            }
            Self::Engine(error) => error.fmt(f),
        }
    }
}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::BadTopic(error) => Some(error),
            Self::Engine(error) => Some(error),
            Self::TooLarge { .. } => None,
        }
    }
}

impl From<ParseTopicNameError> for PublishError {
    fn from(error: ParseTopicNameError) -> Self {
        Self::BadTopic(error)
    }
}

impl From<EngineError> for PublishError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// The server could not subscribe a session, or read a topic's history.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscribeError {
    /// No topic can have this name.
    BadTopic(ParseTopicNameError),
    /// The session is over.
    Closed,
    /// The engine did not answer.
    Engine(EngineError),
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadTopic(error) => error.fmt(f),
            Self::Closed => f.write_str("the session is closed"),
            Self::Engine(error) => error.fmt(f),
        }
    }
}

impl Error for SubscribeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::BadTopic(error) => Some(error),
            Self::Engine(error) => Some(error),
            Self::Closed => None,
        }
    }
}

impl From<ParseTopicNameError> for SubscribeError {
    fn from(error: ParseTopicNameError) -> Self {
        Self::BadTopic(error)
    }
}

impl From<EngineError> for SubscribeError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}
