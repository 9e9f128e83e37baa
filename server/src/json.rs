//! Messages as JSON, both ways.
//!
//! Owns: what becomes of a value that is no JSON, and of JSON that is no such
//! value. Never: shows a payload where a log could pick it up.

use std::error::Error;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::message::Message;
use crate::session::{SendError, Session};

/// Why a message is not the JSON that is expected.
///
/// It says where, and whether it is no JSON at all; never what the message holds, so that it may be logged.
/// Its [source](Error::source) says that too.
#[derive(Debug)]
pub struct JsonError(serde_json::Error);

impl JsonError {
    /// Whether it is JSON, and of another shape than expected.
    #[must_use]
    pub fn is_of_other_shape(&self) -> bool {
        self.0.classify() == Category::Data
    }

    /// The line, beginning at 1, where reading gave up.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line()
    }

    /// The column in bytes, beginning at 1, where reading gave up; 0 where it did at the line's beginning.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column()
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_of_other_shape() { "JSON of another shape than expected" } else { "not JSON" };
        write!(f, "{what}, at line {} column {}", self.line(), self.column())
    }
}

impl Error for JsonError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// Why a value was not sent as JSON.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendJsonError {
    /// The value has no form in JSON, such as a map whose keys are not strings.
    NotJson(serde_json::Error),
    /// The message was refused.
    Send(SendError),
}

impl fmt::Display for SendJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(error) => write!(f, "the value has no form in JSON: {error}"),
            Self::Send(error) => error.fmt(f),
        }
    }
}

impl Error for SendJsonError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotJson(error) => Some(error),
            Self::Send(error) => Some(error),
        }
    }
}

impl Message {
    /// A text message that is `value` as JSON.
    ///
    /// Encoded once, it may go to many: `helper.broadcast(Message::from_json(&order)?)`.
    ///
    /// # Errors
    ///
    /// When the value has no form in JSON, such as a map whose keys are not strings.
    ///
    /// # Examples
    ///
    /// ```
    /// use staywire_server::Message;
    ///
    /// let message = Message::from_json(&[888, 889])?;
    /// assert_eq!(message.as_text(), Some("[888,889]"));
    /// assert_eq!(message.json::<Vec<u32>>()?, [888, 889]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json(value: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::from)
    }

    /// The value that the message is the JSON of, whether it came as text or as binary.
    ///
    /// # Errors
    ///
    /// [`JsonError`] says where it is not.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        serde_json::from_slice(self.as_bytes()).map_err(JsonError)
    }
}

impl Session {
    /// Queues `value` as JSON and returns at once, however slow the client is.
    ///
    /// # Errors
    ///
    /// [`SendJsonError::NotJson`] for a value that has no form in JSON; else as [`send`](Self::send).
    pub fn send_json(&self, value: &(impl Serialize + ?Sized)) -> Result<(), SendJsonError> {
        let message = Message::from_json(value).map_err(SendJsonError::NotJson)?;
        self.send(message).map_err(SendJsonError::Send)
    }
}
