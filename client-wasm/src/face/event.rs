//! What the application is told beside messages.

use core::time::Duration;

use staywire_protocol::CloseCode;
use staywire_protocol::client::Cause;
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::FreshReason;

/// What [`Events`](crate::Events) gives, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A connection is open: the first one and each that replaces it. In session mode: a session was made.
    Open,
    /// In session mode: a connection was lost and another one has taken its place.
    Session(SessionOutcome),
    /// In session mode: messages for this page are lost, as it was away for longer than the server keeps them.
    Gap {
        /// Where: `inbox` (what was sent to this session alone), `broadcast`, `user`, or a topic's name.
        stream: String,
        /// Their numbers; none where nobody knows how many are lost.
        gap: Option<Gap>,
    },
    /// The peer fell silent and its connection is being replaced; `Reconnecting` follows.
    Stale,
    /// A connection is lost, or could not be opened, and another will be tried. What is sent meanwhile waits.
    Reconnecting {
        /// Attempts since the last connection that lasted; the first is 0.
        attempt: u32,
        /// Time until the attempt is made.
        delay: Duration,
        /// Who or what ended the connection before it.
        cause: Cause,
        /// The close code of that connection, 1006 without a closing handshake.
        code: CloseCode,
        /// The close reason of that connection, or what went wrong here; may be empty.
        reason: String,
    },
    /// The conversation is over. Told once, last: every stream ends after it.
    Closed {
        /// Whether this is a failure, rather than what either side asked for.
        is_failure: bool,
        /// Whether the closing handshake was completed.
        was_clean: bool,
        /// The close code of the last connection, 1006 without a closing handshake.
        code: CloseCode,
        /// The close reason of the last connection, or what went wrong here; may be empty.
        reason: String,
    },
}

/// What became of a session whose connection was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionOutcome {
    /// It goes on; nothing is lost but what [`Event::Gap`] tells.
    Resumed,
    /// It could not go on. Another one was made, and [`Event::Open`] follows.
    Fresh(FreshReason),
}
