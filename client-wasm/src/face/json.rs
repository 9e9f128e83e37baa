//! Messages as JSON.
//!
//! By `serde_json`, on the text: what JavaScript's own JSON has parsed has lost digits of integers beyond 2^53, and the way
//! over its values, with `serde-wasm-bindgen`, is as many bytes of a page. Only who calls these functions links it.

use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;
use staywire_protocol::wire::StreamPosition;

use super::error::{JsonError, SendJsonError};
use super::message::Message;
use super::sent::Sent;
use super::stay_wire::StayWire;
use super::streams::Messages;

impl StayWire {
    /// Sends `value` as JSON, in a text message; otherwise as [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// A [`SendJsonError`]; nothing was queued.
    pub fn send_json<T: Serialize + ?Sized>(&self, value: &T) -> Result<Sent, SendJsonError> {
        let text = serde_json::to_string(value).map_err(SendJsonError::Json)?;
        self.send(text).map_err(SendJsonError::NotSent)
    }

    /// The text messages from now on, each parsed; binary ones are left out.
    ///
    /// A message that does not parse is an item of its own, and the next one comes all the same.
    #[must_use]
    pub fn json_messages<T: DeserializeOwned>(&self) -> JsonMessages<T> {
        JsonMessages { messages: self.messages(), of: PhantomData }
    }
}

/// The text messages of one conversation as JSON; otherwise as [`Messages`].
pub struct JsonMessages<T> {
    messages: Messages,
    of: PhantomData<fn() -> T>,
}

impl<T> JsonMessages<T> {
    /// As [`Messages::broadcast_position`].
    #[must_use]
    pub const fn broadcast_position(&self) -> Option<StreamPosition> {
        self.messages.broadcast_position()
    }

    /// As [`Messages::user_position`].
    #[must_use]
    pub const fn user_position(&self) -> Option<StreamPosition> {
        self.messages.user_position()
    }
}

impl<T: DeserializeOwned> Stream for JsonMessages<T> {
    type Item = Result<T, JsonError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.messages).poll_next(context)) {
                Some(Message::Text(text)) => {
                    let parsed = serde_json::from_str(&text);
                    return Poll::Ready(Some(parsed.map_err(|error| JsonError::new(text, error))));
                }
                Some(Message::Binary(_)) => {}
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for JsonMessages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonMessages").finish_non_exhaustive()
    }
}
