//! What goes into a client's machine, and how connections end: the same in both modes.

use crate::parts::advice::RetryWindow;
use crate::{CloseCode, ConnectionId, Duration};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<P> {
    /// The opening handshake of `connection` succeeded.
    Opened {
        /// The connection that opened.
        connection: ConnectionId,
    },
    /// The application's `open` handlers have returned: the queue may drain. Only of plain mode.
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
        /// What the close reason says of when to come back, if anything.
        retry: Option<RetryWindow>,
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
    /// The page's network changed, for example from Wi-Fi to mobile: probe, and open a second connection where the
    /// session allows it.
    NetworkChanged,
    /// The wall clock ran away from the monotonic one: the machine slept.
    ClockJump,
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
    /// The attempt took longer than the connect timeout, or the session's answer longer than its own.
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
    /// The peer broke the session protocol.
    Violation,
}
