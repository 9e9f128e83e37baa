//! What can happen next.
//!
//! Owns: the list, and which of it is a fault that may as well not happen.

use crate::machine::{ConnectionId, SessionName};

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The client's application sends.
    Submit,
    /// The client opens a connection, having none.
    Connect,
    /// The client opens a second connection while the first still delivers.
    Move,
    /// The client acknowledges its inbox.
    Acknowledge,
    /// The client's application ends the session.
    Goodbye,
    /// Another user logs in at the client.
    SwitchUser,
    /// The oldest message on its way to the server arrives.
    ArriveUp(ConnectionId),
    /// The oldest message on its way to the client arrives.
    ArriveDown(ConnectionId),
    /// The client gives the connection up, or is told that it is cut.
    ClientLoses(ConnectionId),
    /// The server gives the connection up, or is told that it is cut.
    ServerLoses(ConnectionId),
    /// The server's application sends to the session.
    Push(SessionName),
    /// The listener is called with the next message.
    Deliver(SessionName),
    /// The listener returns.
    Return(SessionName),
    /// The server's application ends the session.
    End(SessionName),
    /// The window of the session is over.
    Expire(SessionName),
    /// The server's process dies; its successor finds what was stored.
    Crash,
    /// The server's process dies, and all that it had stored is gone.
    CrashWithoutRecord,
    /// Another process takes over in good order.
    HandOver,
    /// A thief presents a token that was proven to be superseded.
    Steal,
}
