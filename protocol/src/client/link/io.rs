//! What comes out of a link.

use super::super::{Closed, Reconnecting};
use crate::{CloseCode, ConnectionId};

/// Something that whoever holds the link does, or passes on to the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Output<R> {
    /// Open a WebSocket under this name.
    Connect { connection: ConnectionId },
    /// The connection has opened. In session mode: ask for the session on it, then call `established`.
    Opened { connection: ConnectionId },
    /// Ask the peer whether it is there.
    Ping { connection: ConnectionId },
    /// Begin the closing handshake with the code and reason that the application gave.
    Close { connection: ConnectionId },
    /// Forget the connection, which may not have been lost; close it in the background.
    Detach { connection: ConnectionId, code: CloseCode },
    /// The connection is lost, or was given up. Only of session mode.
    Lost { connection: ConnectionId },
    /// The connection in charge fell silent and is being replaced.
    Stale,
    /// There is no connection, and another will be tried.
    Reconnecting(Reconnecting<R>),
    /// The end, told once.
    Closed { closed: Closed<R>, is_failure: bool },
}
