//! The settings of session mode.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{BuildError, ServerBuilder};
use crate::limits::Limits;
use crate::session_mode::authenticator::Authenticator;

impl ServerBuilder {
    /// Who judges the credentials that clients in session mode bring. Default nobody: credentials are not looked at.
    ///
    /// An endpoint may have [its own](crate::Endpoint::authenticate).
    #[must_use]
    pub fn authenticate(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Arc::new(authenticator));
        self
    }

    /// How long a session outlives the last byte heard from its client. Default 120 s.
    ///
    /// It must be longer than the [heartbeat](Self::heartbeat)'s interval and timeout together.
    #[must_use]
    pub fn session_window(mut self, window: Duration) -> Self {
        self.limits.session_window = window;
        self
    }

    /// How many bytes are kept for clients that are away, of each session's own messages, each user's, each
    /// topic's, and each endpoint's broadcasts. Default 1 MiB each.
    ///
    /// Beyond it the oldest message falls out, and a client that comes back for it is told the numbers that are
    /// missing. A larger message is refused. A message below 16 bytes counts as 16.
    #[must_use]
    pub fn max_ring_bytes(mut self, bytes: u64) -> Self {
        self.limits.max_ring_bytes = bytes;
        self
    }

    /// How many bytes are kept for all suspended sessions together, of their own messages. Default 256 MiB.
    ///
    /// Beyond it the sessions that have been silent for the longest are over, as if their window were.
    #[must_use]
    pub fn max_total_ring_bytes(mut self, bytes: u64) -> Self {
        self.limits.max_total_ring_bytes = bytes;
        self
    }

    /// Within which time a client in session mode acknowledges what it has got. Default 1 s; at the latest after a
    /// quarter of the [ring](Self::max_ring_bytes).
    #[must_use]
    pub fn ack_delay(mut self, delay: Duration) -> Self {
        self.limits.ack_delay = delay;
        self
    }

    /// How many connections in session mode there may be at once. Default four times
    /// [`max_sessions`](Self::max_sessions); a client beyond them gets 503 with `Retry-After`.
    ///
    /// There are more of them than sessions: a client that moves has two, and one that comes back is there before the
    /// older connection is known to be lost.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.limits.max_connections = Some(connections);
        self
    }

    /// How long a client in session mode may take for its first message. Default 10 s; then it is closed with 3012.
    #[must_use]
    pub fn first_message_timeout(mut self, timeout: Duration) -> Self {
        self.limits.first_message_timeout = timeout;
        self
    }

    /// How many [requests](crate::WsListener::request) of one session are handled at once. Default 16; one beyond fails
    /// with [`FailureCode::TOO_MANY`](crate::FailureCode::TOO_MANY).
    #[must_use]
    pub fn max_requests(mut self, requests: usize) -> Self {
        self.limits.max_requests = requests;
        self
    }

    /// Keeps sessions of session mode in `path` while the server restarts. Default none: they end with the process.
    ///
    /// A server that [stops](crate::Server::drain) leaves them there, with what their clients have not got yet, and so it
    /// does with the numbering and the history of every stream that its [engine](crate::Engine) keeps in memory. The
    /// next one [takes them over](crate::Server::restore), once. After a crash there is nothing, and clients are told
    /// that their sessions are lost (`fresh restarted`). The time that the server is down counts by the wall clock
    /// towards their windows. A clock that is set back meanwhile counts as no time; one that is set forward ends
    /// windows early, which clients are told as any other end.
    ///
    /// The directory is made if it does not exist, belongs to one process at a time, and is for the server's user
    /// alone. What is on disk there is at most 1 GiB; the sessions with the least time left stay out.
    #[must_use]
    pub fn state_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_dir = Some(path.into());
        self
    }

    /// Over which time clients in session mode spread their return, after a shutdown and when there was no room.
    /// Default 5 s.
    #[must_use]
    pub fn return_window(mut self, window: Duration) -> Self {
        self.limits.return_window = window;
        self
    }
}

pub(super) fn check(limits: &Limits) -> Result<(), BuildError> {
    let (max_connections, max_sessions) = (limits.max_connections(), limits.max_sessions);
    if max_connections < max_sessions {
        return Err(BuildError::TooFewConnections { max_connections, max_sessions });
    }
    let window = limits.session_window;
    let silence = limits.heartbeat.interval.saturating_add(limits.heartbeat.timeout).into();
    if window <= silence {
        return Err(BuildError::ShortWindow { window, silence });
    }
    Ok(())
}
