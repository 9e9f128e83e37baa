//! A session's way to one of its connections.

use std::sync::Arc;

use staywire_protocol::ConnectionId;
use staywire_protocol::message::ToClient;

use super::held_back::HeldBack;
use super::payload::Payload;
use crate::session::outbox::Outbox;

/// What waits to be written to a connection in session mode. The connection's task makes bytes of it.
pub(crate) type SessionOutbox = Outbox<ToClient<Payload>>;

/// A connection, as its session sees it.
pub(crate) struct Link {
    pub(crate) connection: ConnectionId,
    pub(crate) outbox: Arc<SessionOutbox>,
    pub(crate) held_back: HeldBack,
}

impl Link {
    pub(crate) fn new(connection: ConnectionId, outbox: Arc<SessionOutbox>) -> Self {
        Self { connection, outbox, held_back: HeldBack::default() }
    }

    /// Whether what goes by `alias` is to be held back, as far as it can be.
    pub(crate) fn is_behind(&self, alias: u64) -> bool {
        self.held_back.holds(alias) || self.outbox.is_behind()
    }
}
