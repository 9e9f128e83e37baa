//! Runs one request of a client through its listener.
//!
//! Owns: what a handler may give up with, and what becomes of one that panics.
//! Each request is a task of its own, which its session stops when nobody waits
//! for the reply any more. Never: counts them; the session does.

use std::error::Error;

use bytestring::ByteString;
use staywire_protocol::wire::FailureCode;

use super::WsListener;
use crate::message::Message;
use crate::panic::catch_panic;
use crate::session::Session;

/// Why a client's request gets no reply; `?` makes one of every error type.
///
/// Code and reason are what the client is told. An error that came by `?` is not for the client: it is told
/// [`FailureCode::FAILED`] without a reason, and the server logs the error.
///
/// It is not itself an [`Error`], or that conversion could not be written.
///
/// ```
/// use staywire_server::{FailureCode, Message, RequestFailure};
///
/// const NOT_IN_STOCK: FailureCode = FailureCode::from_number(1_001);
///
/// fn reserve(request: &Message) -> Result<Message, RequestFailure> {
///     let pieces: u32 = request.as_text().unwrap_or_default().parse()?;
///     if pieces > 12 {
///         return Err(RequestFailure::new(NOT_IN_STOCK, "there are 12 left"));
///     }
///     Ok(format!("{pieces} reserved").into())
/// }
///
/// assert_eq!(reserve(&"13".into()).unwrap_err().code(), NOT_IN_STOCK);
/// assert_eq!(reserve(&"many".into()).unwrap_err().code(), FailureCode::FAILED);
/// ```
#[derive(Debug)]
pub struct RequestFailure {
    code: FailureCode,
    reason: ByteString,
    /// What only the log is told.
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What a client is told of a failure is a sentence.
const MAX_REASON_BYTES: usize = 1024;

impl RequestFailure {
    /// Fails with a code of the application (1000 and above) or of the protocol, and with a reason for the client.
    ///
    /// A reason beyond 1,024 bytes is cut.
    #[must_use]
    pub fn new(code: FailureCode, reason: &str) -> Self {
        let end = reason.floor_char_boundary(MAX_REASON_BYTES);
        Self { code, reason: reason[..end].into(), source: None }
    }

    /// What a listener says that handles no requests.
    pub(super) fn unhandled() -> Self {
        Self::new(FailureCode::UNHANDLED, "nobody handles requests here")
    }

    /// What kind of failure it is.
    #[must_use]
    pub const fn code(&self) -> FailureCode {
        self.code
    }

    /// Why, as the client is told.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What only the log is told.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.source.as_deref()
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for RequestFailure {
    fn from(error: E) -> Self {
        Self { code: FailureCode::FAILED, reason: ByteString::new(), source: Some(Box::new(error)) }
    }
}

/// Asks `listener`, and hands the session what comes of it.
pub(super) async fn handle(listener: &impl WsListener, session: &Session, number: u64, request: Message) {
    let answer = match catch_panic(async { listener.request(session, request).await }).await {
        Ok(answer) => answer,
        Err(panic) => {
            tracing::error!(session = %session.id(), number, ?panic, "the handler of a request panicked");
            Err(RequestFailure::new(FailureCode::PANICKED, ""))
        }
    };
    if let Some(error) = answer.as_ref().err().and_then(RequestFailure::cause) {
        tracing::warn!(session = %session.id(), number, ?error, "the handler of a request failed");
    }
    session.answer(number, answer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_error_says_is_not_told_to_the_client() {
        let failure = RequestFailure::from(std::io::Error::other("the database's password is wrong"));
        assert_eq!((failure.code(), failure.reason()), (FailureCode::FAILED, ""));
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let failure = RequestFailure::new(FailureCode::UNAVAILABLE, &"成".repeat(1_000));
        assert_eq!(failure.reason(), "成".repeat(341));
    }
}
