//! Requests to the client.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytestring::ByteString;
use futures_util::future::{Either, select};
use staywire_protocol::message;
use staywire_protocol::wire::FailureCode;

use super::{SendError, Session};
use crate::message::Message;

/// Why [`Session::request`] has no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The client is in plain mode, where nobody knows which message answers which.
    PlainMode,
    /// It was never sent.
    NotSent(SendError),
    /// As many requests to this client as there may be are under way; it was never sent.
    TooManyRequests {
        /// The bound.
        max_requests: usize,
    },
    /// The client answered with an error.
    Failed {
        /// Below 1000 the protocol's, else the application's.
        code: FailureCode,
        /// Why, as the client says it.
        reason: ByteString,
    },
    /// No reply came in time. The client was told that nobody waits any more.
    Timeout,
    /// It fell out of the session's [ring](crate::ServerBuilder::max_ring_bytes) before the client came back: it took
    /// no effect.
    Undelivered,
    /// The session ended, left for the next process, or lost the runtime that it was served on before the reply came:
    /// the request may have been handled.
    OutcomeUnknown,
}

impl Session {
    /// Asks the client and waits for the reply, over any number of reconnects, for at most `timeout`.
    ///
    /// The client must be in session mode. Dropping the future tells it that nobody waits any more.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use staywire_server::{RequestError, Session};
    /// # async fn example(session: &Session) -> Result<(), RequestError> {
    /// let answer = session.request("which version are you?", Duration::from_secs(5)).await?;
    /// println!("{}", answer.as_text().unwrap_or("(binary)"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`RequestError`].
    pub async fn request(
        &self,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<Message, RequestError> {
        let session = self.lasting().ok_or(RequestError::PlainMode)?;
        // A session that leaves for the next process leaves who waits here behind.
        let drained = self.server().drained();
        let (number, reply) = session.request(message.into())?;
        let waiting = Waiting { session: self, number: Some(number) };
        let replied =
            self.on_runtime(async move { tokio::time::timeout(timeout, select(reply, drained)).await });
        match replied.await {
            Some(Ok(Either::Left((reply, _)))) => {
                waiting.disarm();
                reply.map_or(Err(RequestError::OutcomeUnknown), |reply| Ok(reply?.message()))
            }
            Some(Ok(Either::Right(_))) | None => Err(RequestError::OutcomeUnknown),
            Some(Err(_)) => Err(RequestError::Timeout),
        }
    }
}

/// Cancels its request unless that was settled.
struct Waiting<'a> {
    session: &'a Session,
    number: Option<u64>,
}

impl Waiting<'_> {
    fn disarm(mut self) {
        self.number = None;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let (Some(session), Some(number)) = (self.session.lasting(), self.number) {
            session.cancel(number);
        }
    }
}

impl<P: Into<Message>> From<message::RequestError<P>> for RequestError {
    fn from(error: message::RequestError<P>) -> Self {
        match error {
            message::RequestError::Failed { code, payload } => {
                let reason = match payload.into() {
                    Message::Text(reason) => reason,
                    // The machine takes in none: a failure's payload is text.
                    Message::Binary(_) => ByteString::new(),
                };
                Self::Failed { code, reason }
            }
            message::RequestError::Timeout => Self::Timeout,
            message::RequestError::Undelivered => Self::Undelivered,
            message::RequestError::OutcomeUnknown => Self::OutcomeUnknown,
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlainMode => {
                f.write_str("a client in plain mode cannot be asked; connect it in session mode")
            }
            Self::NotSent(error) => write!(f, "the request was not sent: {error}"),
            Self::TooManyRequests { max_requests } => {
                write!(f, "{max_requests} requests to this client wait for their replies already")
            }
            Self::Failed { code, reason } => {
                write!(f, "the request failed with code {}: {reason}", code.number())
            }
            Self::Timeout => f.write_str("no reply came in time"),
            Self::Undelivered => f.write_str("the request was dropped before the client came back for it"),
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
            Self::PlainMode
            | Self::TooManyRequests { .. }
            | Self::Failed { .. }
            | Self::Timeout
            | Self::Undelivered
            | Self::OutcomeUnknown => None,
        }
    }
}
