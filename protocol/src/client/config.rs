//! The knobs of a client's machine.

use crate::Duration;
use crate::parts::backoff::BackoffConfig;
use crate::parts::heartbeat::HeartbeatConfig;

/// How a [`Client`](super::Client) or [`SessionClient`](super::SessionClient) behaves; the defaults suit a page that talks to any WebSocket server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientConfig {
    /// How long an attempt may take, finding out the URL included. Default 10 s.
    pub connect_timeout: Duration,
    /// How long a closing handshake may take before it is given up. Default 5 s; browsers wait for 60.
    pub close_timeout: Duration,
    /// When attempts are made.
    pub backoff: BackoffConfig,
    /// Retries without a lasting connection between them before giving up. Default: none, never.
    pub max_attempts: Option<u32>,
    /// How and whether the peer is pinged. Default: not at all. In session mode the server says.
    pub heartbeat: Option<HeartbeatConfig>,
    /// Bytes that may wait for a connection, in session mode for their acknowledgement. Default 1 MiB.
    pub max_queue_bytes: u64,
    /// In session mode, how long the answer to the first message of a connection may take. Default 10 s.
    pub answer_timeout: Duration,
    /// In session mode, own requests that may be under way. Default 128.
    pub max_requests: usize,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(5),
            backoff: BackoffConfig::default(),
            max_attempts: None,
            heartbeat: None,
            max_queue_bytes: 1024 * 1024,
            answer_timeout: Duration::from_secs(10),
            max_requests: 128,
        }
    }
}
