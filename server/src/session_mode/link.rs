//! A session's way to one of its connections.

use std::sync::Arc;

use staywire_protocol::ConnectionId;
use staywire_protocol::message::ToClient;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::held_back::HeldBack;
use super::payload::Payload;
use crate::session::outbox::Outbox;

/// What waits to be written to a connection in session mode. The connection's task makes bytes of it.
pub(crate) type SessionOutbox = Outbox<ToClient<Payload>>;

/// What may wait to be written to a connection that is not behind.
const BACKLOG_BYTES: usize = 16 * 1024;

/// A connection, as its session sees it.
pub(crate) struct Link {
    pub(crate) connection: ConnectionId,
    pub(crate) outbox: Arc<SessionOutbox>,
    pub(crate) held_back: HeldBack,
    /// Tells who waits that all there was has been written.
    pub(crate) drained: Arc<Notify>,
}

impl Link {
    pub(crate) fn new(connection: ConnectionId, outbox: Arc<SessionOutbox>) -> Self {
        Self { connection, outbox, held_back: HeldBack::default(), drained: Arc::default() }
    }

    /// Whether what goes by `alias` is to be held back, as far as it can be.
    pub(crate) fn is_behind(&self, alias: u64) -> bool {
        self.held_back.holds(alias) || self.outbox.is_behind(BACKLOG_BYTES)
    }

    /// Ready when what waits to be written is no backlog; `None` where it is none now.
    ///
    /// No bound counts what is repeated for the beginning of a subscription, so that one waits for the other.
    pub(crate) fn caught_up(&self) -> Option<OwnedNotified> {
        self.outbox.is_behind(BACKLOG_BYTES).then(|| Arc::clone(&self.drained).notified_owned())
    }
}
