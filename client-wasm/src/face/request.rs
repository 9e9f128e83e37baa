//! Requests of the application, and what becomes of them.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use js_sys::Array;
use staywire_protocol::wire::FailureCode;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::error::SendError;
use super::js::{Asked, Face};
use super::message::Message;
use crate::clock::whole_millis;

/// What `js/face.js` gives in the place of a failure's code; anything else below 0 is an unknown outcome.
const TIMEOUT: f64 = -2.0;

/// Why a request has no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// It was never sent.
    NotSent(SendError),
    /// 128 requests wait for their replies already; it was never sent.
    TooManyRequests,
    /// The server answered with an error.
    Failed {
        /// Below 1000 the protocol's, else the application's.
        code: FailureCode,
        /// Why, as the server says it.
        reason: String,
    },
    /// No reply came in time. The server was told that nobody waits any more.
    Timeout,
    /// The session was lost or closed first: the request may have been handled or not, and is not sent again.
    OutcomeUnknown,
    /// Without a session there are no requests.
    NoSession,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(error) => write!(f, "the request was not sent: {error}"),
            Self::TooManyRequests => f.write_str("too many requests wait for their replies already"),
            Self::Failed { code, reason } => {
                write!(f, "the server failed the request with {}: {reason}", code.number())
            }
            Self::Timeout => f.write_str("no reply came in time"),
            Self::OutcomeUnknown => {
                f.write_str("the session ended before the reply came; the request may have been handled")
            }
            Self::NoSession => f.write_str("a plain WebSocket has no requests; build with `session(true)`"),
        }
    }
}

impl Error for RequestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(error) => Some(error),
            _ => None,
        }
    }
}

/// Gives its request up where nobody waits any more.
struct Waiting<'a> {
    face: &'a Face,
    request: Asked,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.face.give_up(&self.request);
    }
}

/// Asks, and waits for the reply; `refused` makes an error of what `staywire_push` says below 0.
pub(super) async fn ask(
    face: &Face,
    message: Message,
    timeout: Duration,
    refused: impl FnOnce(f64) -> RequestError,
) -> Result<Message, RequestError> {
    let bytes = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let request = Asked::new(&message.to_js(), bytes);
    let number = face.request(&request, whole_millis(timeout.into()));
    if number < 0.0 {
        return Err(refused(number));
    }
    // What has its reply is given up in vain: nobody knows its number any more.
    let waiting = Waiting { face, request };
    let reply = JsFuture::from(waiting.request.reply()).await;
    reply.map(|payload| Message::from_js(&payload)).map_err(|why| failure(&why))
}

fn failure(why: &JsValue) -> RequestError {
    let why = why.unchecked_ref::<Array>();
    match why.get(0).as_f64() {
        Some(code) if code >= 0.0 => RequestError::Failed {
            code: FailureCode::from_number(code as u64),
            reason: why.get(1).as_string().unwrap_or_default(),
        },
        Some(TIMEOUT) => RequestError::Timeout,
        _ => RequestError::OutcomeUnknown,
    }
}
