//! A session between two processes, as plain data.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use staywire_protocol::wire::FreshReason;

use super::MachineState;

/// A session, suspended: what its machine knows, and what the server knows beside it.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct SessionState {
    /// The path of its endpoint as it was given to the builder.
    pub(crate) endpoint: String,
    pub(crate) user: Option<String>,
    pub(crate) handshake: HandshakeState,
    /// What the application keeps with it, by name, each value serialized.
    pub(crate) attributes: Vec<(String, Vec<u8>)>,
    /// What its client reads beside broadcasts and what is sent to its user.
    pub(crate) topics: Vec<String>,
    /// What it was the answer to, if not to a `hello`: its client may ask again.
    pub(crate) fresh: Option<FreshState>,
    /// How long its client may still stay away.
    pub(crate) window_left: Duration,
    pub(crate) machine: MachineState,
}

/// What a session remembers of the opening handshake that it was made with.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct HandshakeState {
    pub(crate) path: String,
    pub(crate) path_params: Vec<String>,
    pub(crate) query: Option<String>,
    pub(crate) remote_addr: Option<SocketAddr>,
    pub(crate) protocol: Option<String>,
}

/// Why a session was made in the place of another.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum FreshState {
    Expired,
    Unknown,
    Identity,
    Restarted,
}

impl From<FreshReason> for FreshState {
    fn from(reason: FreshReason) -> Self {
        match reason {
            FreshReason::Expired => Self::Expired,
            FreshReason::Unknown => Self::Unknown,
            FreshReason::Identity => Self::Identity,
            FreshReason::Restarted => Self::Restarted,
        }
    }
}

impl From<FreshState> for FreshReason {
    fn from(state: FreshState) -> Self {
        match state {
            FreshState::Expired => Self::Expired,
            FreshState::Unknown => Self::Unknown,
            FreshState::Identity => Self::Identity,
            FreshState::Restarted => Self::Restarted,
        }
    }
}
