//! The states of a session.

use super::EndReason;
use crate::{ConnectionId, Instant};

/// What a session is doing.
///
/// ```text
///            resume on another connection
///             ┌─────┐ (the older one is fenced)
///             ▼     │
///  hello ─► Connected ── cut, silence ──► Suspended ── window over ──► Ended
///             │  ▲                          │  │                        ▲
///             │  └───────── resume ─────────┘  └───────── end ──────────┤
///             └────────── goodbye, violation, end ──────────────────────┘
/// ```
///
/// `Session::transition` is the only writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// A connection is in charge.
    Connected { connection: ConnectionId },
    /// None is; the client has until `until` to come back.
    Suspended { until: Instant },
    /// Over, and remembered for as long as late openings may come.
    Ended { reason: EndReason },
}

impl State {
    /// The connection in charge.
    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        match *self {
            Self::Connected { connection } => Some(connection),
            Self::Suspended { .. } | Self::Ended { .. } => None,
        }
    }
}
