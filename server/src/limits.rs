//! The limits and deadlines of a server.

use std::time::Duration;

use staywire_protocol::parts::heartbeat::HeartbeatConfig;

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
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
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
        }
    }
}
