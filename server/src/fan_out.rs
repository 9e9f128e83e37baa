//! From the application to the streams, and from the engine to everybody who is here.
//!
//! Owns: which stream a message goes to, and that sessions in session mode and
//! plain ones get it in the same order. Never: numbers or keeps it.

use std::sync::Arc;

use bytestring::ByteString;
use staywire_protocol::wire::Epoch;

use crate::delivery::{Delivery, UserDelivery};
use crate::endpoint::EndpointState;
use crate::engine::{Eager, EngineError, Publication, Published, Sink, StreamName};
use crate::message::Message;
use crate::server::ServerState;
use crate::session::Session;
use crate::topic::{PublishError, TopicName};

impl ServerState {
    /// Publishes to a topic.
    pub(crate) fn publish_to(
        &self,
        topic: TopicName,
        message: Message,
        key: Option<ByteString>,
    ) -> Eager<Result<Publication, PublishError>> {
        let (bytes, limit) = (message.len(), self.hub().bounds().message_bytes);
        if bytes > limit {
            return Eager::done(Err(PublishError::TooLarge { bytes, limit }));
        }
        match self.publish(&StreamName::Topic(topic), message, key).at_once() {
            Ok(published) => Eager::done(published.map_err(PublishError::Engine)),
            Err(under_way) => Eager::under_way(async { under_way.await.map_err(PublishError::Engine) }),
        }
    }

    /// Sends `message` to every session of `endpoint`.
    pub(crate) fn broadcast(&self, endpoint: &EndpointState, message: &Message, delivery: &mut Delivery) {
        let stream = endpoint.broadcast_stream();
        if message.len() > self.hub().bounds().message_bytes {
            return self.refuse_but_to_plain(&stream, message, delivery);
        }
        match self.publish(&stream, message.clone(), None).at_once() {
            Ok(Ok(publication)) => delivery.add(publication.delivery),
            Ok(Err(error)) => tracing::error!(endpoint = endpoint.path(), %error, "a broadcast is lost"),
            // The engine delivers it later, and what becomes of it then nobody waits for.
            Err(_under_way) => {}
        }
    }

    /// Sends `message` to every session of `user` at `endpoint`.
    pub(crate) fn send_to_user(
        &self,
        endpoint: &EndpointState,
        user: &str,
        message: &Message,
    ) -> UserDelivery {
        let Ok(user) = user.parse() else { return UserDelivery::Unknown };
        let stream = endpoint.user_stream(&user);
        let mut delivery = Delivery::default();
        if message.len() > self.hub().bounds().message_bytes {
            self.refuse_but_to_plain(&stream, message, &mut delivery);
            return delivery.into();
        }
        match self.publish(&stream, message.clone(), None).at_once() {
            Ok(Ok(publication)) => match publication.delivery.into() {
                UserDelivery::Unknown if self.hub().keeps(&stream) => UserDelivery::Kept,
                delivery => delivery,
            },
            Ok(Err(error)) => {
                tracing::error!(endpoint = endpoint.path(), ?user, %error, "a message to a user is lost");
                UserDelivery::Unknown
            }
            Err(_under_way) => UserDelivery::Unknown,
        }
    }

    fn publish(
        &self,
        stream: &StreamName,
        message: Message,
        key: Option<ByteString>,
    ) -> Eager<Result<Publication, EngineError>> {
        let publishing = self.hub().publish(stream, message, key);
        // Sessions that are subscribed to the stream may keep more by now than all of them together may.
        self.trim_suspended();
        publishing
    }

    /// Refuses what is larger than the bounds of session mode to those that read `stream`; plain sessions have none.
    fn refuse_but_to_plain(&self, stream: &StreamName, message: &Message, delivery: &mut Delivery) {
        let found = self.hub().find(stream);
        let locked = found.as_ref().map(|stream| stream.lock());
        if let Some(locked) = &locked {
            locked.refuse(message.len(), delivery);
        }
        self.send_to_plain(stream, message, delivery);
    }

    fn send_to_plain(&self, stream: &StreamName, message: &Message, delivery: &mut Delivery) {
        let before = delivery.total();
        let send = |session: &Session| delivery.record(session, session.deliver(message.clone()));
        match stream {
            StreamName::Broadcast { endpoint } => {
                if let Some(endpoint) = self.endpoint(endpoint) {
                    endpoint.registry().for_each_plain(send);
                }
            }
            StreamName::User { endpoint, user } => {
                if let Some(endpoint) = self.endpoint(endpoint) {
                    endpoint.registry().for_each_plain_of(user.as_str(), send);
                }
            }
            StreamName::Topic(_) | StreamName::Presence(_) => {}
        }
        if delivery.total() > before {
            self.counters().messages.encoded.increment();
        }
    }

    fn endpoint(&self, path: &str) -> Option<&Arc<EndpointState>> {
        self.endpoints().iter().find(|endpoint| endpoint.path() == path)
    }
}

impl Sink for ServerState {
    fn deliver(&self, stream: &StreamName, epoch: Epoch, published: &Published) -> Delivery {
        let mut delivery = Delivery::default();
        if let Some(found) = self.hub().find(stream) {
            // Held to the end, so that plain clients get messages in the same order.
            let mut locked = found.lock();
            locked.deliver(epoch, published, &self.counters().messages.encoded, &mut delivery);
            self.send_to_plain(stream, &published.message, &mut delivery);
        }
        delivery
    }
}
