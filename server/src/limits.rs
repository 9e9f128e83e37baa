//! The limits and deadlines of a server.

use std::time::Duration;

use staywire_protocol as protocol;
use staywire_protocol::message::MAX_OPENING_BYTES;
use staywire_protocol::parts::heartbeat::HeartbeatConfig;
use staywire_protocol::server::SessionConfig;

use crate::session_mode::stream::StreamBounds;

/// Every bound that a server keeps; each has a setting of the same name on the builder.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) max_sessions: usize,
    pub(crate) max_message_bytes: usize,
    pub(crate) max_queue_bytes: usize,
    pub(crate) max_inbox_bytes: usize,
    pub(crate) heartbeat: HeartbeatConfig,
    pub(crate) head_timeout: Duration,
    pub(crate) interceptor_timeout: Duration,
    pub(crate) close_timeout: Duration,
    pub(crate) drain_timeout: Duration,
    // Of session mode alone.
    /// `None`: four times `max_sessions`.
    pub(crate) max_connections: Option<usize>,
    pub(crate) first_message_timeout: Duration,
    pub(crate) session_window: Duration,
    pub(crate) max_ring_bytes: u64,
    pub(crate) max_total_ring_bytes: u64,
    pub(crate) max_total_stream_bytes: u64,
    pub(crate) ack_delay: Duration,
    pub(crate) return_window: Duration,
    pub(crate) max_requests: usize,
    pub(crate) max_subscriptions: usize,
    /// `None`: as many as their sessions may read.
    pub(crate) max_user_subscriptions: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let session = SessionConfig::default();
        Self {
            max_sessions: 10_000,
            max_message_bytes: 64 * 1024,
            max_queue_bytes: 1024 * 1024,
            max_inbox_bytes: 256 * 1024,
            // RFC 6455 §5.5.2 obliges every client to answer.
            heartbeat: HeartbeatConfig::default().expecting_reply(),
            head_timeout: seconds(10),
            interceptor_timeout: seconds(10),
            close_timeout: seconds(5),
            drain_timeout: seconds(30),
            max_connections: None,
            first_message_timeout: seconds(10),
            session_window: session.window.into(),
            max_ring_bytes: session.max_ring_bytes,
            max_total_ring_bytes: 256 * 1024 * 1024,
            max_total_stream_bytes: 256 * 1024 * 1024,
            ack_delay: session.ack_delay.into(),
            return_window: seconds(5),
            max_requests: 16,
            max_subscriptions: session.max_subscriptions,
            max_user_subscriptions: None,
        }
    }
}

impl Limits {
    pub(crate) fn max_connections(&self) -> usize {
        self.max_connections.unwrap_or_else(|| self.max_sessions.saturating_mul(4))
    }

    /// The largest message of a client in session mode, its header included.
    pub(crate) fn max_session_mode_bytes(&self) -> usize {
        const HEADER: usize = 1024 + 1;
        self.max_message_bytes.saturating_add(HEADER).max(MAX_OPENING_BYTES)
    }

    /// The largest message to sessions in session mode: it fits into their ring, and into an empty queue.
    pub(crate) fn max_sendable_bytes(&self) -> usize {
        const PLACE: usize = 64;
        let ring = usize::try_from(self.max_ring_bytes).unwrap_or(usize::MAX);
        ring.min(self.max_queue_bytes.saturating_sub(PLACE)).min(u32::MAX as usize)
    }

    pub(crate) fn stream_bounds(&self) -> StreamBounds {
        StreamBounds {
            ring_bytes: self.max_ring_bytes,
            total_bytes: self.max_total_stream_bytes,
            message_bytes: self.max_sendable_bytes(),
        }
    }

    /// The same limits, as the machine of a session knows them.
    pub(crate) fn session_config(&self) -> SessionConfig {
        let mut config = SessionConfig::default();
        // What the wire can say, and more than anybody has.
        let inbound = self.max_inbox_bytes.min(u32::MAX as usize);
        // Credit is told in quarters, so three of them are sure to be there for a message when the listener is idle.
        let largest = self.max_message_bytes.min(inbound / 4 * 3);
        config.max_message_bytes = u32::try_from(largest).unwrap_or(u32::MAX);
        config.max_inbound_bytes = inbound as u64;
        config.max_subscriptions = self.max_subscriptions;
        config.window = LONGEST.min(self.session_window.into());
        config.heartbeat = self.heartbeat;
        config.heartbeat.interval = self.heartbeat.interval.min(LONGEST);
        config.heartbeat.timeout = self.heartbeat.timeout.min(LONGEST);
        config.max_ring_bytes = self.max_ring_bytes.min(u32::MAX.into());
        config.ack_delay = LONGEST.min(self.ack_delay.into());
        config
    }
}

/// The longest time that a client is told of.
const LONGEST: protocol::Duration = protocol::Duration::from_secs(30 * 365 * 24 * 3600);
