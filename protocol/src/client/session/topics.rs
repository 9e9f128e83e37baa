//! What a client's application does with topics, and what becomes of it.
//!
//! Owns: the subscriptions from the first wish to the last message. One that
//! the application holds is in every resume, and is asked for again wherever
//! an answer leaves it out.

use super::streams::ReadStream;
use super::{Event, Output, SendError, Session, SubscribeError};
use crate::message::LaneMessage;
use crate::wire::{FailureCode, Stream, StreamLine, SubscribeFrom};

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    /// Reads `topic`, whose name takes `name_len` bytes on the wire, connected or not, until it is unsubscribed or refused.
    ///
    /// An [`Event::Subscribed`] or an [`Event::SubscriptionRefused`] follows.
    ///
    /// # Errors
    ///
    /// A [`SubscribeError`]; nothing was accepted.
    pub fn subscribe(
        &mut self,
        topic: N,
        name_len: usize,
        from: SubscribeFrom<E>,
    ) -> Result<(), SubscribeError> {
        if self.subscriptions.is_held(&topic) {
            return Err(SubscribeError::AlreadySubscribed);
        }
        if !self.subscriptions.have_room_for(name_len) {
            return Err(SubscribeError::TooManySubscriptions);
        }
        let number = self.push(LaneMessage::Subscribe { topic: topic.clone(), from }, 0)?;
        self.subscriptions.hold(topic, name_len, from, number);
        Ok(())
    }

    /// Does not read `topic` any more, from now on; whether it was read or asked for.
    ///
    /// There is always room for it: there are no more of them than subscriptions.
    pub fn unsubscribe(&mut self, topic: &N) -> bool {
        if self.has_ended() || !self.subscriptions.is_held(topic) {
            return false;
        }
        let number = self.outbox.push_beyond(LaneMessage::Unsubscribe { topic: topic.clone() }, 0);
        self.subscriptions.let_go(topic);
        self.stop_reading(&Stream::Topic(topic.clone()), number);
        self.pump();
        true
    }

    /// Sends a message to everybody who reads `topic`, connected or not; its number, by which it is acknowledged.
    ///
    /// Where the server refuses it, an [`Event::PublicationRefused`] comes before the acknowledgement.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was accepted.
    pub fn publish(&mut self, topic: N, payload: P, bytes: u32) -> Result<u64, SendError> {
        let number = self.push(LaneMessage::Publish { topic, payload }, bytes)?;
        self.published.push(number);
        Ok(number)
    }

    /// What nobody waits for as a request failed: it may be a subscription or a publication.
    pub(super) fn on_refused(&mut self, number: u64, code: FailureCode, payload: P) {
        if let Some(topic) = self.subscriptions.on_refused(number) {
            self.stop_reading(&Stream::Topic(topic.clone()), number);
            self.emit(Output::Event(Event::SubscriptionRefused { topic, code, payload }));
        } else if self.published.remove(number) {
            self.emit(Output::Event(Event::PublicationRefused { number, code, payload }));
        }
    }

    /// Asks for every topic that is held, not asked for, and not read on the connection in charge.
    ///
    /// Whatever else waits: how many there are is bounded.
    pub(super) fn ask_for_topics(&mut self) {
        for (topic, from) in self.subscriptions.wanted() {
            if self.read_of(&topic).is_some_and(|read| read.alias.is_some()) {
                continue;
            }
            let number = self.outbox.push_beyond(LaneMessage::Subscribe { topic: topic.clone(), from }, 0);
            self.subscriptions.on_repeated(topic, from, number);
        }
    }

    /// Finds out which subscriptions will be answered on the connection that has resumed: those that are sent again.
    ///
    /// Among them may be some that a server which crashed had answered already, and that nobody holds any more.
    pub(super) fn repeat_subscriptions(&mut self, accepted: u64) {
        self.subscriptions.on_connected();
        for kept in self.outbox.kept().filter(|kept| kept.number > accepted) {
            if let LaneMessage::Subscribe { topic, from } = &kept.payload {
                self.subscriptions.on_repeated(topic.clone(), *from, kept.number);
            }
        }
        for topic in self.subscriptions.given_up() {
            self.give_up_topic(topic);
        }
    }

    /// Reads nothing of a stream that a resume named and that was given up before the answer came.
    pub(super) fn turn_down(&mut self, line: StreamLine<N, E>) {
        let Stream::Topic(topic) = line.stream else { return };
        // A topic that was subscribed to again is sent all the time, and read when the newer answer comes.
        let mut until = u64::MAX;
        if !self.subscriptions.is_held(&topic) {
            self.give_up_topic(topic);
            until = self.outbox.last();
        }
        self.subscriptions.leave(line.alias, until);
    }

    /// Unsubscribes from a topic that nobody holds, unless that is the last that the lane says of it.
    fn give_up_topic(&mut self, topic: N) {
        let unsubscribes = |message: &LaneMessage<P, N, E>| match message {
            LaneMessage::Subscribe { topic: named, .. } if *named == topic => Some(false),
            LaneMessage::Unsubscribe { topic: named } if *named == topic => Some(true),
            _ => None,
        };
        if self.outbox.kept().filter_map(|kept| unsubscribes(&kept.payload)).last() != Some(true) {
            self.outbox.push_beyond(LaneMessage::Unsubscribe { topic }, 0);
        }
    }

    /// What is transmitted of `message`: a subscription begins where the client is by now.
    pub(super) fn brought_up_to_date(&self, message: LaneMessage<P, N, E>) -> LaneMessage<P, N, E> {
        let LaneMessage::Subscribe { topic, from } = message else { return message };
        let read = self.read_of(&topic).map(|read| SubscribeFrom::Position(read.at()));
        LaneMessage::Subscribe { topic, from: read.unwrap_or(from) }
    }

    fn read_of(&self, topic: &N) -> Option<&ReadStream<N, E>> {
        self.streams.iter().find(|read| matches!(&read.stream, Stream::Topic(name) if name == topic))
    }
}
