//! The states of a link.

use crate::{ConnectionId, Instant};

/// What a link is doing.
///
/// ```text
///         connect             Opened               established
///  Idle ─────────► Connecting ──────► Asking ───────────────────► Open ──┐ a successor may be on its
///                   ▲  │ │ ▲            │   (plain mode: at once)  │ ▲   │ way, and takes over when
///        timer, hint│  │ │ └─ connect ──┤◄────────────────────────┘ └───┘ it is established
///                   │  ▼ │              │ lost, with advice to reconnect
///                 Waiting◄──────────────┤
///                   │    │ pagehide     ▼
///                   │    └───────► Suspended ── pageshow ─► Connecting
///                   │ close             │ close
///                   ▼                   ▼
///                Ending ──► Closed ◄── Closing          Closed ── connect ─► Connecting
/// ```
///
/// `close` leads to Closing from Open, and to Ending from any other state; a stop
/// code, a failure to dial and used-up attempts lead straight to Closed. Where the connection in charge
/// is lost while a successor is on its way, the successor is what is Connecting
/// or Asking. `Link::transition` is the only writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not begun.
    Idle,
    /// A connection is being opened, at the longest until `deadline`.
    Connecting { connection: ConnectionId, deadline: Instant },
    /// A connection is open and the session's answer awaited, at the longest until `deadline`.
    Asking { connection: ConnectionId, deadline: Instant },
    /// A connection carries messages since `since`.
    Open { connection: ConnectionId, since: Instant },
    /// Between two attempts.
    Waiting { retry_at: Instant },
    /// The page is in the back-forward cache; no connection may be held there.
    Suspended,
    /// The application asked for the end; the closing handshake runs until `deadline`.
    Closing { connection: ConnectionId, deadline: Instant },
    /// The application asked for the end, and there is no connection to close: it comes at `deadline`.
    Ending { deadline: Instant },
    /// Over, until `connect`.
    Closed,
}

/// What the application sees of the state.
///
/// `readyState` follows from it: 0 for the first and third, then 1, 2, 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The first connection is being opened.
    Connecting,
    /// Messages pass.
    Open,
    /// A connection was lost, or could not be opened, and another one will be tried.
    Reconnecting,
    /// The application asked for the end and it is not over yet.
    Closing,
    /// Over.
    Closed,
}

impl State {
    /// The connection in charge.
    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        match *self {
            Self::Connecting { connection, .. }
            | Self::Asking { connection, .. }
            | Self::Open { connection, .. }
            | Self::Closing { connection, .. } => Some(connection),
            Self::Idle | Self::Waiting { .. } | Self::Suspended | Self::Ending { .. } | Self::Closed => None,
        }
    }

    /// When something has to be done about it.
    pub(super) const fn deadline(&self) -> Option<Instant> {
        match *self {
            Self::Connecting { deadline, .. }
            | Self::Asking { deadline, .. }
            | Self::Closing { deadline, .. }
            | Self::Ending { deadline }
            | Self::Waiting { retry_at: deadline } => Some(deadline),
            Self::Idle | Self::Open { .. } | Self::Suspended | Self::Closed => None,
        }
    }

    /// The public view; `was_tried` tells whether the first attempt is over.
    pub(super) const fn status(&self, was_tried: bool) -> Status {
        match self {
            Self::Idle | Self::Connecting { .. } | Self::Asking { .. } if !was_tried => Status::Connecting,
            Self::Idle
            | Self::Connecting { .. }
            | Self::Asking { .. }
            | Self::Waiting { .. }
            | Self::Suspended => Status::Reconnecting,
            Self::Open { .. } => Status::Open,
            Self::Closing { .. } | Self::Ending { .. } => Status::Closing,
            Self::Closed => Status::Closed,
        }
    }
}
