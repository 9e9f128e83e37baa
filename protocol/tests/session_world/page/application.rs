//! What a page's application does.

use staywire_protocol::client::Status;
use staywire_protocol::client::session::SendError;
use staywire_protocol::message::{LaneMessage, ToServer};
use staywire_protocol::wire::{FailureCode, Name, Stream, SubscribeFrom};
use staywire_protocol::{Duration, Instant};

use super::{Page, token};
use crate::session_world::Kind;
use crate::session_world::finding::Promise;
use crate::session_world::payload::Payload;

impl Page {
    pub(in super::super) fn connect(&mut self, now: Instant) {
        let now = self.clock(now);
        self.told.connect(self.client.status());
        let Self { client, random, .. } = self;
        client.connect(now, || token(random));
    }

    pub(in super::super) fn close(&mut self, now: Instant) {
        self.client.close(self.clock(now));
    }

    pub(in super::super) fn send(&mut self, number: u64) -> bool {
        let payload = Payload::of(number);
        let bytes = payload.len();
        let taken = self.client.next_number(bytes.max(16).into()).filter(|_| self.keeps_payloads);
        let sent = match (taken, self.client.session().attached()) {
            (Some(number), Some(connection)) => {
                let message = ToServer::Lane { number, message: LaneMessage::Message(payload.clone()) };
                let wish = self.transmit(connection, &message);
                self.written.extend(wish);
                self.client.on_transmitted(payload, bytes);
                Ok(number)
            }
            _ => self.client.send(payload, bytes),
        };
        self.note(number, bytes, Kind::Message, sent)
    }

    /// Publishes to `topic`, which is secret if that is refused.
    pub(in super::super) fn publish(&mut self, topic: Name<'static>, is_secret: bool, number: u64) -> bool {
        let payload = Payload::of(number);
        let bytes = payload.len();
        let sent = self.client.with_session(|session| session.publish(topic, payload, bytes));
        self.note(number, bytes, Kind::Publication { is_secret }, sent)
    }

    /// Subscribes to a topic that is not held, from where it was read to or from its `last` messages; unsubscribes from
    /// one that is.
    pub(in super::super) fn toggle(&mut self, topic: Name<'static>, last: Option<u64>) {
        let stream = Stream::Topic(topic.clone());
        if self.told.streams.is_held(&stream) {
            if self.client.with_session(|session| session.unsubscribe(&topic)) {
                self.told.streams.let_go(&stream);
            }
            return;
        }
        let position = self.told.streams.last(&stream).filter(|_| last.is_none());
        let from = position.map_or(SubscribeFrom::Last(last.unwrap_or(0)), SubscribeFrom::Position);
        let len = topic.encoded_len();
        if self.client.with_session(|session| session.subscribe(topic, len, from)).is_ok() {
            self.told.streams.hold(stream, position);
        }
    }

    pub(in super::super) fn request(
        &mut self,
        now: Instant,
        number: u64,
        patience: Option<Duration>,
    ) -> bool {
        let deadline = patience.map(|patience| self.clock(now) + patience);
        let payload = Payload::of(number);
        let bytes = payload.len();
        let asked = self.client.with_session(|session| session.request(payload, bytes, deadline, number));
        self.note(number, bytes, Kind::Request, asked)
    }

    fn note(&mut self, payload: u64, bytes: u32, kind: Kind, sent: Result<u64, SendError>) -> bool {
        match sent {
            Ok(number) => self.told.lane.accepted(number, payload, bytes, kind),
            Err(SendError::TooLarge { .. }) => {
                self.told.findings.add(Promise::ToldTruly, "a message within the limits was too large");
            }
            Err(SendError::Ended) if !self.told.is_over() && self.status() != Status::Closing => {
                self.told.findings.add(Promise::ToldTruly, "the session had ended, and nobody was told");
            }
            Err(_) => {}
        }
        sent.is_ok()
    }

    /// Gives up the oldest request that waits; whether there was one.
    pub(in super::super) fn cancel(&mut self) -> bool {
        let Some((number, payload)) = self.told.lane.oldest_request() else { return false };
        let who = self.client.with_session(|session| session.cancel(number));
        if who != Some(payload) {
            self.told.findings.add(Promise::SettledOnce, format!("request {payload}: {who:?} gave up"));
        }
        self.told.lane.settled(payload);
        true
    }

    /// Its handler of the request `number` in the session `life` of this page has a reply, or an error; whether there
    /// was no room for it.
    pub(in super::super) fn reply(&mut self, life: usize, number: u64, payload: u64) -> bool {
        if !self.told.inbox.has_request(life, number) {
            return false;
        }
        let fails = payload.is_multiple_of(5);
        let reply = if fails { Payload::default() } else { Payload::reply_to(payload) };
        let bytes = reply.len();
        let replied = self.client.with_session(|session| match fails {
            true => session.fail(number, FailureCode::from_number(1_000 + payload), reply, bytes),
            false => session.reply(number, reply, bytes),
        });
        if let Err(SendError::QueueFull { .. }) = replied {
            return true;
        }
        self.told.inbox.cancelled(number);
        if let Ok(number) = replied {
            self.told.lane.replied(number, bytes);
        }
        false
    }
}
