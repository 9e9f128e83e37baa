//! What is wrong with a WebSocket message that a driver has received.

use core::error::Error;
use core::fmt;

use super::{MAX_ANSWER_BYTES, MAX_OPENING_BYTES};
use crate::wire::WireError;

/// A message that breaks the protocol: the connection closes with 3510.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// Its bytes are of no message that may stand here.
    Wire(WireError),
    /// It is a binary message, and its payload is text or missing.
    NotText,
    /// It is a message that only the other side sends.
    WrongDirection,
    /// What is counted from 1 is 0: a message, a request, an attempt or an offset.
    NumberZero,
    /// A gap ends before it begins.
    EmptyGap,
    /// It names a stream twice.
    RepeatedStream,
    /// It gives two streams the same alias.
    RepeatedAlias,
    /// It offers a sub-protocol twice.
    RepeatedSubProtocol,
    /// It is an opening of more than [`MAX_OPENING_BYTES`].
    OpeningTooLong {
        /// Its length, in bytes.
        bytes: usize,
    },
    /// It is an answer of more than [`MAX_ANSWER_BYTES`].
    AnswerTooLong {
        /// Its length, in bytes.
        bytes: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(error) => error.fmt(f),
            Self::NotText => f.write_str("a binary message where only text belongs"),
            Self::WrongDirection => f.write_str("a message that only the other side sends"),
            Self::NumberZero => f.write_str("a number 0 where counting begins with 1"),
            Self::EmptyGap => f.write_str("a gap that ends before it begins"),
            Self::RepeatedStream => f.write_str("a stream is named twice"),
            Self::RepeatedAlias => f.write_str("two streams have the same alias"),
            Self::RepeatedSubProtocol => f.write_str("a sub-protocol is offered twice"),
            Self::OpeningTooLong { bytes } => {
                write!(f, "an opening of {bytes} bytes, more than {MAX_OPENING_BYTES}")
            }
            Self::AnswerTooLong { bytes } => {
                write!(f, "an answer of {bytes} bytes, more than {MAX_ANSWER_BYTES}")
            }
        }
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Wire(error) => Some(error),
            _ => None,
        }
    }
}

impl From<WireError> for DecodeError {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}
