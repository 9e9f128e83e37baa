//! The states of the client's machine.

use crate::{ConnectionId, Instant};

/// What the client is doing.
///
/// ```text
///         connect             Opened
///  Idle ─────────► Connecting ──────► Open ─┐
///                   ▲  │ │ ▲            │   │ OpenHandled: the queue drains
///        timer, hint│  │ │ └─ connect ──┤   │ (Greeting ─► Flowing)
///                   │  ▼ │              │◄──┘
///                 Waiting◄──────────────┤ lost, with advice to reconnect
///                   │    │              │
///                   │    │ pagehide     ▼
///                   │    └───────► Suspended ── pageshow ─► Connecting
///                   │ close             │ close
///                   ▼                   ▼
///                Closing ───────────► Closed ── connect ─► Connecting
/// ```
///
/// `close` leads to Closing from every state; a stop code, a failure to dial
/// and used-up attempts lead straight to Closed. `Client::transition` is the
/// only writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not begun.
    Idle,
    /// A connection is being opened, at the longest until `deadline`.
    Connecting { connection: ConnectionId, deadline: Instant },
    /// A connection is open since `since`.
    Open { connection: ConnectionId, since: Instant, phase: Phase },
    /// Between two attempts.
    Waiting { retry_at: Instant },
    /// The page is in the back-forward cache; no connection may be held there.
    Suspended,
    /// The application asked for the end; with a connection, its closing handshake runs until `deadline`.
    Closing { connection: Option<ConnectionId>, deadline: Instant },
    /// Over, until `connect`.
    Closed,
}

/// The two halves of being open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The `open` handlers run: what they send goes out, the queue waits, so that they can authenticate first.
    Greeting,
    /// Messages pass straight through.
    Flowing,
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
    /// The connection in charge, the only one whose inputs count.
    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        match *self {
            Self::Connecting { connection, .. } | Self::Open { connection, .. } => Some(connection),
            Self::Closing { connection, .. } => connection,
            Self::Idle | Self::Waiting { .. } | Self::Suspended | Self::Closed => None,
        }
    }

    /// The public view; `was_tried` tells whether the first attempt is over.
    pub(super) const fn status(&self, was_tried: bool) -> Status {
        match self {
            Self::Idle | Self::Connecting { .. } if !was_tried => Status::Connecting,
            Self::Idle | Self::Connecting { .. } | Self::Waiting { .. } | Self::Suspended => {
                Status::Reconnecting
            }
            Self::Open { .. } => Status::Open,
            Self::Closing { .. } => Status::Closing,
            Self::Closed => Status::Closed,
        }
    }
}
