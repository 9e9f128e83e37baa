//! What comes out of the client's machine in plain mode.

use super::super::{Closed, Reconnecting, link};
use crate::ConnectionId;

/// Something that the driver does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Output<R> {
    /// Open a WebSocket under this name.
    Connect {
        /// Its name from now on.
        connection: ConnectionId,
    },
    /// Send all messages that were [kept](Accepted::Kept), in order.
    Flush {
        /// Where.
        connection: ConnectionId,
    },
    /// Send the heartbeat's message.
    Ping {
        /// Where.
        connection: ConnectionId,
    },
    /// Begin the closing handshake with the code and reason that the application gave.
    Close {
        /// Of which connection.
        connection: ConnectionId,
    },
    /// Forget the connection: no callback of it matters any more. Close it in the background.
    ///
    /// Closing and waiting for the end takes browsers 60 s on a dead network.
    Detach {
        /// Which one.
        connection: ConnectionId,
    },
    /// Tell the application.
    Event(Event<R>),
}

impl<R> Output<R> {
    /// What the link wants, as far as it concerns the driver.
    pub(super) fn of(wanted: link::Output<R>) -> Option<Self> {
        Some(match wanted {
            link::Output::Connect { connection } => Self::Connect { connection },
            link::Output::Opened { connection } => Self::Event(Event::Open { connection }),
            link::Output::Ping { connection } => Self::Ping { connection },
            link::Output::Close { connection } => Self::Close { connection },
            link::Output::Detach { connection, .. } => Self::Detach { connection },
            link::Output::Lost { .. } => return None,
            link::Output::Stale => Self::Event(Event::Stale),
            link::Output::Reconnecting(next) => Self::Event(Event::Reconnecting(next)),
            link::Output::Closed { closed, is_failure } => Self::Event(Event::Closed { closed, is_failure }),
        })
    }
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<R> {
    /// A connection is open. The driver answers with [`Input::OpenHandled`](crate::client::Input::OpenHandled) after the handlers ran.
    Open {
        /// Which one.
        connection: ConnectionId,
    },
    /// The connection in charge fell silent and is being replaced; [`Event::Reconnecting`] follows.
    Stale,
    /// A connection is lost, or could not be opened, and another will be tried.
    Reconnecting(Reconnecting<R>),
    /// The conversation is over, and messages that were kept will never leave. Told once.
    Closed {
        /// How the last connection ended.
        closed: Closed<R>,
        /// Whether this is a failure, rather than what either side asked for: an `error` comes first.
        is_failure: bool,
    },
}

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
    /// It keeps it until [`Output::Flush`], behind those that it keeps already.
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
