//! The unit on the wire: one text or binary message.

use bytes::Bytes;
use bytestring::ByteString;

use crate::session::backlog::Queued;

/// One message, text or binary. Cloning shares the payload, so sending it to many copies nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(ByteString),
    /// A binary message.
    Binary(Bytes),
}

impl Message {
    /// The payload's length in bytes; for text, of its UTF-8.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether the payload is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text, if it is a text message.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// The payload, whatever its kind.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl Queued for Message {
    fn payload_bytes(&self) -> usize {
        self.len()
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<ByteString> for Message {
    fn from(text: ByteString) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes.into())
    }
}

impl From<Bytes> for Message {
    fn from(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }
}

/// What a [handler](crate::Session::add_message_handler) takes of a session's messages: all, the text or the bytes.
pub trait FromMessage: Sized + Send + 'static {
    /// The message as this type; `None` where it is of the other kind, and not for this handler.
    fn from_message(message: Message) -> Option<Self>;
}

impl FromMessage for Message {
    fn from_message(message: Message) -> Option<Self> {
        Some(message)
    }
}

impl FromMessage for ByteString {
    fn from_message(message: Message) -> Option<Self> {
        match message {
            Message::Text(text) => Some(text),
            Message::Binary(_) => None,
        }
    }
}

impl FromMessage for String {
    fn from_message(message: Message) -> Option<Self> {
        ByteString::from_message(message).map(Into::into)
    }
}

impl FromMessage for Bytes {
    fn from_message(message: Message) -> Option<Self> {
        match message {
            Message::Text(_) => None,
            Message::Binary(bytes) => Some(bytes),
        }
    }
}

impl FromMessage for Vec<u8> {
    fn from_message(message: Message) -> Option<Self> {
        Bytes::from_message(message).map(Into::into)
    }
}
