//! A session's way to one of its connections.

use std::sync::Arc;

use staywire_protocol::ConnectionId;
use staywire_protocol::message::ToClient;

use super::payload::Payload;
use crate::session::outbox::Outbox;

/// What waits to be written to a connection in session mode. The connection's task makes bytes of it.
pub(crate) type SessionOutbox = Outbox<ToClient<Payload>>;

/// A connection, as its session sees it.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) connection: ConnectionId,
    pub(crate) outbox: Arc<SessionOutbox>,
}
