//! The knobs of a session.

use crate::Duration;
use crate::parts::heartbeat::HeartbeatConfig;
use crate::wire::Limits;

/// How a [`Session`](super::Session) behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionConfig {
    /// The largest message, in bytes. Default 64 KiB.
    pub max_message_bytes: u32,
    /// How long a session outlives the last byte heard from its client. Default 120 s.
    pub window: Duration,
    /// How the client is pinged, and how long it may be silent. Default 15 s and 5 s.
    pub heartbeat: HeartbeatConfig,
    /// Bytes of the inbox that are kept for a client that is away. Default 1 MiB.
    pub max_ring_bytes: u64,
    /// Bytes of the client's lane that may wait for the listener. Default 256 KiB.
    pub max_inbound_bytes: u64,
    /// Time after which the client acknowledges. Default 1 s.
    pub ack_delay: Duration,
    /// Requests to the client that may be under way. Default 128.
    pub max_requests: usize,
    /// Topics that a session may read, and subscriptions of it that may wait for an answer; one beyond is refused with
    /// code 4. Default 128.
    pub max_subscriptions: usize,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            max_message_bytes: 64 * 1024,
            window: Duration::from_secs(120),
            heartbeat: HeartbeatConfig::default().expecting_reply(),
            max_ring_bytes: 1024 * 1024,
            max_inbound_bytes: 256 * 1024,
            ack_delay: Duration::from_secs(1),
            max_requests: 128,
            max_subscriptions: 128,
        }
    }
}

impl SessionConfig {
    /// What the client is told. It acknowledges after a quarter of the ring at the latest.
    pub(super) const fn limits(&self, credit_bytes: u64) -> Limits {
        Limits {
            max_message_bytes: self.max_message_bytes as u64,
            window_millis: self.window.as_millis(),
            interval_millis: self.heartbeat.interval.as_millis(),
            timeout_millis: self.heartbeat.timeout.as_millis(),
            ack_bytes: self.max_ring_bytes / 4,
            ack_delay_millis: self.ack_delay.as_millis(),
            credit_bytes,
        }
    }
}
