//! What a session's client asks of topics, and what it is told of streams.
//!
//! Never: keeps a topic or decides who may read it; the driver does, and
//! answers through the commands here.

use super::readings::Due;
use super::{Event, Output, Session, StreamAnswer};
use crate::message::{LaneMessage, ToClient};
use crate::parts::ring::Gap;
use crate::wire::{FailureCode, Name, SubscribeFrom};
use crate::{ConnectionId, Instant};

impl<P: Clone + Default, H: PartialEq + Clone, R> Session<P, H, R> {
    /// Answers the client's subscription `number`; whether the client reads the topic now.
    ///
    /// `answer` holds everything up to now: what [`forward`](Self::forward) was given before is not sent. The
    /// subscriptions of one topic are answered in their order. Where the client has come back on another connection
    /// meanwhile, nothing is sent, and it asks again by itself.
    pub fn subscribed(&mut self, number: u64, answer: StreamAnswer<P>) -> bool {
        match (self.readings.on_answered(number), self.state.connection()) {
            (Due::Line, _) => self.add_stream(answer),
            (Due::LineAlone, Some(connection)) => {
                self.transmit(connection, ToClient::Added(answer.line));
                false
            }
            _ => false,
        }
    }

    /// Refuses the client's subscription or publication `number`; `payload` is text and says why.
    ///
    /// A publication is refused before it is [`finished`](Self::finished), or its client takes it for published.
    pub fn refuse(&mut self, number: u64, code: FailureCode, payload: P, bytes: u32) {
        self.readings.on_answered(number);
        self.push(LaneMessage::Failure { to: number, code, payload }, bytes);
    }

    /// Adds a stream that the client did not ask for, on the connection in charge; whether the client reads it now.
    ///
    /// The streams of an opening come with it.
    pub fn add_stream(&mut self, answer: StreamAnswer<P>) -> bool {
        let Some(connection) = self.state.connection() else { return false };
        let is_told = self.readings.add(answer.line.alias, answer.line.stream.clone());
        if is_told {
            self.transmit(connection, ToClient::Added(answer.line.clone()));
            self.replay_stream(connection, answer);
        }
        is_told
    }

    /// Passes a message of a stream on to the client, if it reads the stream on the connection in charge; if not, its
    /// resume or its subscription will find it.
    pub fn forward(&mut self, alias: u64, offset: u64, payload: P) {
        if let Some(connection) = self.state.connection()
            && self.readings.contain(alias)
        {
            self.transmit(connection, ToClient::Stream { alias, offset, payload });
        }
    }

    /// Tells the client that it does not get the messages `gap` of what goes by `alias`, which follow right after the
    /// last one that it was sent.
    pub fn skip(&mut self, alias: u64, gap: Gap) {
        if let Some(connection) = self.state.connection()
            && self.readings.contain(alias)
        {
            self.transmit(connection, ToClient::Skip { alias, gap });
        }
    }

    /// Ends the client's subscription to what goes by `alias`.
    ///
    /// A client that is away asks for its topics again when it is back, and is refused then.
    pub fn gone(&mut self, alias: u64, code: FailureCode) {
        if let Some(connection) = self.state.connection()
            && self.readings.remove(alias)
        {
            self.transmit(connection, ToClient::Gone { alias, code });
        }
    }

    /// Done at once: a client whose subscription was not answered on its connection asks again.
    pub(super) fn on_subscribe(
        &mut self,
        now: Instant,
        number: u64,
        topic: Name<'static>,
        from: SubscribeFrom,
    ) {
        if self.readings.on_asked(number, topic.clone()) {
            self.emit(Output::Event(Event::Subscribe { number, topic, from }));
        } else {
            self.emit(Output::Event(Event::TooManySubscriptions { number }));
        }
        self.finished(now, number);
    }

    pub(super) fn on_unsubscribe(&mut self, now: Instant, number: u64, topic: Name<'static>) {
        self.readings.remove_topic(&topic);
        self.emit(Output::Event(Event::Unsubscribe { topic }));
        self.finished(now, number);
    }

    /// Sends what an answer repeats, and tells what it leaves out.
    pub(super) fn replay_stream(&mut self, connection: ConnectionId, answer: StreamAnswer<P>) {
        let alias = answer.line.alias;
        let mut next = answer.line.outcome.position().offset + 1;
        for (offset, payload) in answer.replay {
            if offset > next {
                let gap = Gap { from: next, to: offset - 1 };
                self.transmit(connection, ToClient::Skip { alias, gap });
            }
            self.transmit(connection, ToClient::Stream { alias, offset, payload });
            next = offset + 1;
        }
    }
}
