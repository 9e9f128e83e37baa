//! What comes out of the client's machine in session mode.

use super::super::{Closed, Reconnecting, session};
use crate::message::ToServer;
use crate::wire::{Epoch, Name};
use crate::{CloseCode, ConnectionId};

/// Something that the driver does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum SessionOutput<P, T, R, N = Name<'static>, E = Epoch> {
    /// Open a WebSocket under this name, which asks for the sub-protocol of sessions.
    Connect {
        /// Its name from now on.
        connection: ConnectionId,
    },
    /// Send a message; an opening takes credential and sub-protocols along.
    Transmit {
        /// Where.
        connection: ConnectionId,
        /// What.
        message: ToServer<P, T, N, E>,
    },
    /// Begin the closing handshake with the code and reason that the application gave.
    Close {
        /// Of which connection.
        connection: ConnectionId,
    },
    /// Forget the connection: no callback of it matters any more. Close it in the background.
    Detach {
        /// Which one.
        connection: ConnectionId,
        /// What to close it with.
        code: CloseCode,
    },
    /// Tell the application.
    Event(SessionEvent<P, R, N, E>),
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent<P, R, N = Name<'static>, E = Epoch> {
    /// What the session has to tell: its outcome, messages, gaps.
    Session(session::Event<P, R, N, E>),
    /// The connection in charge fell silent and is being replaced.
    Stale,
    /// There is no connection, and another will be tried.
    Reconnecting(Reconnecting<P>),
    /// The conversation is over, and everything that was not acknowledged has an unknown outcome. Told once, last.
    Closed {
        /// How the last connection ended.
        closed: Closed<P>,
        /// Whether this is a failure, rather than what either side asked for: an `error` comes first.
        is_failure: bool,
    },
}
