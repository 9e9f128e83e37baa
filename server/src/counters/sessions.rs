//! The lives of sessions.

use staywire_protocol::CloseCode;

use super::counter::{Counter, counters};
use crate::close::{CloseReason, ClosedBy};
use crate::error::SessionError;

counters! {
    /// The lives of sessions. One in plain mode lives as long as its connection.
    SessionCounters, live as LiveSessionCounters {
        /// Sessions that began, in either mode.
        began,
        /// Times that a session lost its connection and waited for another.
        suspended,
        /// Sessions ended by their client: `goodbye`, or in plain mode its close frame.
        ended_by_client,
        /// Sessions whose window was over; in plain mode, whose connection was lost.
        ended_expired,
        /// Sessions ended because their client broke the protocol.
        ended_violation,
        /// Sessions ended by the application, or by the end of the server.
        ended_by_server,
        /// Sessions ended with 3503 or 1011, because their listener panicked or did not take them.
        ended_listener,
        /// Suspended sessions dropped before their window was over, because all of them together held too much;
        /// they are counted as ended by the server too.
        ended_for_room,
        /// Sessions left in the state directory for the next process.
        left,
        /// Sessions taken over from the process before.
        restored,
    }
}

impl LiveSessionCounters {
    /// The counter of sessions that end for `reason`.
    pub(crate) fn ended(&self, reason: &CloseReason, error: Option<&SessionError>) -> &Counter {
        match (reason.by, reason.code) {
            _ if error.is_some_and(SessionError::is_violation) => &self.ended_violation,
            (ClosedBy::Peer, _) => &self.ended_by_client,
            (ClosedBy::Network, _) => &self.ended_expired,
            (ClosedBy::Server, CloseCode::LISTENER_PANICKED | CloseCode::INTERNAL_ERROR) => {
                &self.ended_listener
            }
            (ClosedBy::Server, _) => &self.ended_by_server,
        }
    }
}
