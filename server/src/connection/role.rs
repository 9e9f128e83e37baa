//! The seam between a connection and what it carries.

use std::task::Context;

use staywire_protocol::parts::heartbeat::Beat;
use tokio::time::Instant;

use super::End;
use crate::message::Message;
use crate::server::ServerState;
use crate::session::backlog::Queued;
use crate::session::outbox::Outbox;

/// The rules above RFC 6455: a plain client's, or those of session mode.
///
/// Every method is for the connection's task, and none waits.
pub(crate) trait Role: Unpin {
    /// What waits to be written.
    type Item: Queued;

    fn server(&self) -> &ServerState;

    fn outbox(&self) -> &Outbox<Self::Item>;

    /// The message that `item` is on the wire.
    fn encode(&self, item: Self::Item) -> Message;

    /// Whether another message may be read; if not, the task of `cx` is woken when it may.
    fn has_room(&self, cx: &Context<'_>) -> bool;

    /// A message arrived while the connection is open.
    fn on_message(&mut self, message: Message);

    /// Everything that was queued is with the codec: what was held back for that goes into the queue now.
    fn on_drained(&mut self);

    /// Goes on with what the role itself waits for.
    fn poll(&mut self, cx: &mut Context<'_>);

    /// When [`handle_timeout`](Self::handle_timeout) is due while the connection is open.
    fn poll_timeout(&self) -> Instant;

    /// The time has come. `heard`: something arrived since the last time, or could not.
    fn handle_timeout(&mut self, heard: bool) -> Beat;

    /// The connection is over.
    fn end(self, end: End);
}
