//! What the server answers to those who ask for topics.

use staywire_protocol::wire::{FailureCode, Name, SubscribeFrom};

use super::given::Delivery;
use super::node::Node;
use super::served::Subscribing;
use super::{Cluster, Life, SessionKey, Wish};
use crate::session_world::Kind;
use crate::session_world::payload::Payload;
use crate::session_world::sabotage::Sabotage;

impl Cluster {
    /// A subscription waits to be authorised.
    pub(super) fn subscribe(
        &mut self,
        key: SessionKey,
        number: u64,
        topic: Name<'static>,
        from: SubscribeFrom,
    ) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        let index = Node::topic(&topic).filter(|_| self.sabotage == Sabotage::EarlyAnswers);
        let early = index.map(|index| self.nodes[served.node].subscribe(index, from));
        served.subscribing.push_back(Subscribing { number, topic, from, early });
        self.wishes.push(Wish::Authorise { session: key, process: served.process });
    }

    /// The session's oldest subscription is authorised, or refused.
    pub(in super::super) fn authorised(&mut self, key: SessionKey, process: u32, life: &mut Life<'_>) {
        let Some(served) = self.sessions.get_mut(&key).filter(|served| served.process == process) else {
            return;
        };
        let Some(Subscribing { number, topic, from, early }) = served.subscribing.pop_front() else { return };
        let node = &self.nodes[served.node];
        match early.or_else(|| Node::topic(&topic).map(|index| node.subscribe(index, from))) {
            Some(answer) => drop(served.session.subscribed(number, answer)),
            None => served.session.refuse(number, FailureCode::NOT_ALLOWED, Payload::default(), 0),
        }
        self.drain(key, life);
    }

    /// A page publishes to a topic, or may not.
    pub(super) fn publish_to(
        &mut self,
        key: SessionKey,
        number: u64,
        topic: &Name<'static>,
        (payload, redelivered): (u64, bool),
        life: &mut Life<'_>,
    ) {
        let Some(crashes) = self.sessions.get(&key).map(|served| served.crashes) else { return };
        let index = Node::topic(topic);
        let kind = Kind::Publication { is_secret: index.is_none() };
        self.given.deliver(Delivery { session: key, crashes, payload, kind, redelivered }, life);
        self.given.finished.insert(payload);
        if let Some(index) = index {
            self.publish(index, payload, life);
        }
        let Some(served) = self.sessions.get_mut(&key) else { return };
        if index.is_none() {
            served.session.refuse(number, FailureCode::NOT_ALLOWED, Payload::default(), 0);
        }
        served.session.finished(life.now, number);
    }

    /// Nobody may read a topic for a moment.
    pub(in super::super) fn end_subscriptions(&mut self, life: &mut Life<'_>) {
        let Some(index) = Node::topic(&super::name_of(super::TOPICS[0])) else { return };
        for key in self.living(None) {
            if let Some(served) = self.sessions.get_mut(&key) {
                served.session.gone(self.nodes[served.node].alias(index), FailureCode::UNAVAILABLE);
            }
            self.drain(key, life);
        }
    }
}
