//! What goes into the client's machine and what comes out of it.

use core::time::Duration;

use crate::{CloseCode, ConnectionId};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<P> {
    /// The opening handshake of `connection` succeeded.
    Opened {
        /// The connection that opened.
        connection: ConnectionId,
    },
    /// The application's `open` handlers have returned: the queue may drain.
    OpenHandled {
        /// The connection whose opening they were told.
        connection: ConnectionId,
    },
    /// `connection` is gone, whether it had opened or not.
    Closed {
        /// The connection that closed.
        connection: ConnectionId,
        /// How.
        closed: Closed<P>,
    },
    /// `connection` can never be dialled, for example because its URL is malformed: trying again is pointless.
    Failed {
        /// The connection that was asked for.
        connection: ConnectionId,
        /// What is wrong with it.
        reason: Option<P>,
    },
    /// The page or the machine under it changed.
    Hint(Hint),
}

/// What the page knows about its own life and its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// There is no network: probe, and slow down attempts.
    Offline,
    /// There is a network again: probe or retry at once.
    Online,
    /// The page is out of sight. It goes on receiving, so nothing changes.
    Hidden,
    /// The page is in sight: probe or retry at once.
    Visible,
    /// The page is left; into the back-forward cache if `persisted`.
    PageHide {
        /// Whether the page may come back.
        persisted: bool,
    },
    /// The page is shown; from the back-forward cache if `persisted`.
    PageShow {
        /// Whether the page had been in the cache.
        persisted: bool,
    },
    /// The browser stops the page's tasks. Nothing can be done now; `Resume` probes.
    Freeze,
    /// The browser runs the page's tasks again: probe or retry at once.
    Resume,
    /// The wall clock ran away from the monotonic one: the machine slept.
    ClockJump,
}

/// Something that the driver does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Output<P> {
    /// Open a WebSocket under this name.
    Connect {
        /// Its name from now on.
        connection: ConnectionId,
    },
    /// Send a message.
    Transmit {
        /// Where.
        connection: ConnectionId,
        /// What.
        payload: P,
    },
    /// Send the heartbeat's message.
    Ping {
        /// Where.
        connection: ConnectionId,
    },
    /// Begin the closing handshake with the code and reason that the application gave.
    Close {
        /// Of which connection.
        connection: ConnectionId,
    },
    /// Forget the connection: no callback of it matters any more. Close it in the background.
    ///
    /// Closing and waiting for the end takes browsers 60 s on a dead network.
    Detach {
        /// Which one.
        connection: ConnectionId,
    },
    /// Tell the application.
    Event(Event<P>),
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<P> {
    /// A connection is open. The driver answers with [`Input::OpenHandled`] after the handlers ran.
    Open {
        /// Which one.
        connection: ConnectionId,
    },
    /// The connection in charge fell silent and is being replaced; [`Event::Reconnecting`] follows.
    Stale,
    /// A connection is lost, or could not be opened, and another will be tried.
    Reconnecting(Reconnecting<P>),
    /// The conversation is over. Told once.
    Closed {
        /// How the last connection ended.
        closed: Closed<P>,
        /// Whether this is a failure, rather than what either side asked for: an `error` comes first.
        is_failure: bool,
    },
}

/// The attempt that comes next and the loss that makes it necessary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconnecting<P> {
    /// Attempts since the last connection that lasted; the first is 0.
    pub attempt: u32,
    /// Time until the attempt is made.
    pub delay: Duration,
    /// How the connection ended.
    pub closed: Closed<P>,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed<P> {
    /// The code of the closing handshake, or 1006 without one.
    pub code: CloseCode,
    /// The reason that came with the code.
    pub reason: Option<P>,
    /// Whether the closing handshake was completed.
    pub was_clean: bool,
    /// Who or what ended it.
    pub cause: Cause,
}

impl<P> Closed<P> {
    /// An end without a closing handshake.
    #[must_use]
    pub const fn abnormal(cause: Cause) -> Self {
        Self { code: CloseCode::ABNORMAL, reason: None, was_clean: false, cause }
    }
}

/// Who or what ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The peer, the network, or a refused handshake.
    Peer,
    /// The attempt took longer than the connect timeout.
    ConnectTimeout,
    /// The peer was silent for longer than the heartbeat allows.
    Silence,
    /// The application, by `close` or `connect`.
    Requested,
    /// The page went into the back-forward cache, where it may hold no connection.
    Suspended,
    /// The driver could not find out where to dial, and may be luckier next time.
    Unlocated,
    /// It can never be dialled.
    Undialable,
}

/// What becomes of a message that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Hand it to the application.
    Deliver,
    /// Drop it: its connection was replaced.
    Drop,
}

/// Why [`Client::send`](super::Client::send) did not accept a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The queue of unsent messages has no room for it.
    QueueFull {
        /// The queue's bound, in bytes.
        max_bytes: u64,
    },
    /// The conversation is ending or over.
    Closed,
}

impl core::fmt::Display for SendError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::QueueFull { max_bytes } => {
                write!(
                    f,
                    "the message does not fit into the queue of {max_bytes} bytes; send it again once connected"
                )
            }
            Self::Closed => f.write_str("the connection is closing or closed; call connect first"),
        }
    }
}

impl core::error::Error for SendError {}
