//! The states of the client's half of a session.

use crate::ConnectionId;

/// What the client's half is doing.
///
/// ```text
///              opened: hello or resume            answered
///  Detached ───────────────────────► Asking ───────────────► Attached ─┐
///     ▲                                │                       │  ▲    │ opened on a second connection:
///     └────────────── lost ────────────┴───────── lost ────────┘  └────┘ it asks while the first delivers,
///                                                                        and takes over when answered
///  any ── goodbye, violation ──► Ended
/// ```
///
/// `Session::transition` is the only writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No connection.
    Detached,
    /// A connection has opened and its first message is on its way.
    Asking { connection: ConnectionId },
    /// A connection carries the session; a second one may be asking to take over.
    Attached { connection: ConnectionId, successor: Option<ConnectionId> },
    /// Over.
    Ended,
}

impl State {
    /// The connection that carries the session.
    pub(super) const fn attached(&self) -> Option<ConnectionId> {
        match *self {
            Self::Attached { connection, .. } => Some(connection),
            Self::Detached | Self::Asking { .. } | Self::Ended => None,
        }
    }

    /// The connection whose first message waits for its answer.
    pub(super) const fn asking(&self) -> Option<ConnectionId> {
        match *self {
            Self::Asking { connection } => Some(connection),
            Self::Attached { successor, .. } => successor,
            Self::Detached | Self::Ended => None,
        }
    }
}
