//! How a run restarts its server.

use super::ledger::RunEnd;

/// What becomes of a server that is restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// SIGTERM: it leaves its sessions to the next process, and clients notice nothing but the time.
    Orderly,
    /// SIGTERM, with listeners that dawdle and are stopped over their messages, which come again.
    Hasty,
    /// SIGKILL: it leaves nothing, and clients are told.
    Kill,
}

impl Restart {
    pub(super) fn end(self) -> RunEnd {
        match self {
            Self::Orderly | Self::Hasty => RunEnd::Terminated,
            Self::Kill => RunEnd::Killed,
        }
    }
}
