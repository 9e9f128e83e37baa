//! What comes out of a link, and of the client's machine in plain mode.

use super::super::{Closed, Reconnecting};
use crate::{CloseCode, ConnectionId};

/// Something that the driver does; in session mode, [`SessionClient`](crate::client::SessionClient) passes on what it does not do itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Output<R> {
    /// Open a WebSocket under this name.
    Connect {
        /// Its name from now on.
        connection: ConnectionId,
    },
    /// Send all messages that were [kept](crate::client::Accepted::Kept), in order. Only of plain mode.
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
        /// What to close it with.
        code: CloseCode,
    },
    /// Tell the application.
    Event(Event<R>),
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
