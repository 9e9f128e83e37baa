//! Why a message was not queued.

use std::fmt;

/// A send was refused: the message is not going to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// No session has this id; it may have ended.
    UnknownSession,
    /// The session is closing or has ended.
    Closed,
    /// The reader takes messages too slowly: its queue is full, and its session is being closed for it.
    SlowReader {
        /// The queue's bound in bytes.
        limit: usize,
    },
    /// The message alone is larger than the whole queue. The session goes on.
    TooLarge {
        /// The message's length in bytes.
        bytes: usize,
        /// The queue's bound in bytes.
        limit: usize,
    },
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSession => f.write_str("no session has this id"),
            Self::Closed => f.write_str("the session is closed"),
            Self::SlowReader { limit } => {
                write!(
                    f,
                    "the reader is too slow: its queue of {limit} bytes is full, and its session is being closed"
                )
            }
            Self::TooLarge { bytes, limit } => {
                write!(f, "a message of {bytes} bytes does not fit into the session's queue of {limit} bytes")
            }
        }
    }
}

impl std::error::Error for SendError {}
