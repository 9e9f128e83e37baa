//! What the connection of a plain client carries: one session, which ends with it.

use std::sync::Arc;
use std::task::Context;

use staywire_protocol::parts::heartbeat::{Beat, Heartbeat};
use tokio::time::Instant;

use super::{End, Role};
use crate::capacity::Place;
use crate::clock::Clock;
use crate::message::Message;
use crate::server::ServerState;
use crate::session::Session;
use crate::session::inbox::Event;
use crate::session::outbox::Outbox;

/// A session without a session protocol, its place, and RFC 6455's own heartbeat.
pub(crate) struct Plain {
    session: Session,
    outbox: Arc<Outbox<Message>>,
    place: Place,
    heartbeat: Heartbeat,
    clock: Clock,
}

impl Plain {
    /// The connection is there: the listener hears of the session.
    pub(crate) fn open(session: Session, outbox: Arc<Outbox<Message>>, place: Place) -> Self {
        session.server().counters().connections.opened_plain.increment();
        session.open();
        let clock = Clock::start();
        let heartbeat = Heartbeat::new(session.server().limits().heartbeat, clock.now());
        Self { session, outbox, place, heartbeat, clock }
    }
}

impl Role for Plain {
    type Item = Message;

    fn server(&self) -> &ServerState {
        self.session.server()
    }

    fn outbox(&self) -> &Outbox<Message> {
        &self.outbox
    }

    fn encode(&self, item: Message) -> Message {
        self.server().counters().messages.count_sent(item.len());
        item
    }

    fn has_room(&self, cx: &Context<'_>) -> bool {
        self.session.inbox().has_room(cx)
    }

    fn on_message(&mut self, message: Message) {
        let endpoint = self.session.endpoint_state();
        if !endpoint.is_heartbeat(&message) {
            self.server().counters().messages.count_received(message.len());
            self.session.notify(Event::message(message));
        } else if let Some(reply) = endpoint.heartbeat_reply() {
            // A refusal means that the session is closing, and then nobody waits for the answer.
            let _ = self.outbox.push(reply.clone().into());
        }
    }

    /// Nothing is held back for a plain client.
    fn on_drained(&mut self) {}

    fn poll(&mut self, _: &mut Context<'_>) {}

    fn poll_timeout(&self) -> Instant {
        self.clock.at(self.heartbeat.poll_timeout())
    }

    fn handle_timeout(&mut self, heard: bool) -> Beat {
        if heard {
            self.heartbeat.on_heard();
        }
        self.heartbeat.handle_timeout(self.clock.now())
    }

    fn end(self, end: End) {
        self.session.end(end.reason, end.error, self.place);
    }
}
