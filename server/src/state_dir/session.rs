//! A session between two processes, as plain data.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Payload;

/// A session, suspended: what `protocol` calls its snapshot, and what the server knows beside it.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct SessionState {
    pub(crate) id: u128,
    /// The path of its endpoint as it was given to the builder.
    pub(crate) endpoint: String,
    pub(crate) user: Option<String>,
    pub(crate) handshake: HandshakeState,
    /// What the application keeps with it, by name, each value serialized.
    pub(crate) attributes: Vec<(String, Vec<u8>)>,
    /// How long its client may still stay away.
    pub(crate) window_left: Duration,
    pub(crate) tokens: TokensState,
    pub(crate) lane: LaneState,
    pub(crate) inbox: InboxState,
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

/// The hashes of a session's tokens.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct TokensState {
    pub(crate) first: [u8; 32],
    pub(crate) current: [u8; 32],
    pub(crate) next: Option<[u8; 32]>,
    pub(crate) attempt: u64,
    pub(crate) is_proven: bool,
}

/// How far the client's lane is dealt with.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct LaneState {
    pub(crate) done: u64,
    pub(crate) finished_ahead: Vec<u64>,
    pub(crate) done_bytes: u64,
    pub(crate) doubtful: u64,
    pub(crate) is_doubtful: bool,
}

/// What the client has not acknowledged yet.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct InboxState {
    pub(crate) last: u64,
    /// With what each counts as, in bytes; the newest has the number `last`.
    pub(crate) kept: Vec<(KeptMessage, u32)>,
}

/// A message of the inbox.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) enum KeptMessage {
    Message(Payload),
    Request(Payload),
    Reply { to: u64, payload: Payload },
    Failure { to: u64, code: u64, payload: Payload },
    Cancel { to: u64 },
}
