//! What the client's machine in plain mode says of messages.

use crate::ConnectionId;

/// What becomes of a message that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Hand it to the application.
    Deliver,
    /// Drop it: its connection was replaced.
    Drop,
}

/// What a driver does with a message that [`Client::send`](super::Client::send) accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Accepted {
    /// It hands it to the open connection, at once.
    Sent {
        /// Which one.
        connection: ConnectionId,
    },
    /// It keeps it until [`Output::Flush`](crate::client::Output::Flush), behind those that it keeps already.
    Kept,
}

/// Why [`Client::send`](super::Client::send) did not accept a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The queue of unsent messages has no room for it.
    QueueFull {
        /// The queue's bound, in bytes.
        max_bytes: u64,
    },
    /// The conversation is ending or over.
    Closed,
}

impl core::fmt::Display for SendError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::QueueFull { max_bytes } => {
                write!(
                    f,
                    "the message does not fit into the queue of {max_bytes} bytes; send it again once connected"
                )
            }
            Self::Closed => f.write_str("the connection is closing or closed; call connect first"),
        }
    }
}

impl core::error::Error for SendError {}
