//! The lives of sessions.

use super::counter::counters;

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
        /// Suspended sessions dropped before their window was over, because all of them together held too much.
        ended_for_room,
        /// Sessions left in the state directory for the next process.
        left,
        /// Sessions taken over from the process before.
        restored,
    }
}
