//! What the client's half does with what the server says.

use super::{EndReason, Event, Output, Session, State};
use crate::message::{LaneMessage, RequestError, ToClient, ToServer};
use crate::parts::advice::RetryWindow;
use crate::wire::FailureCode;
use crate::{CloseCode, ConnectionId};

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    pub(super) fn on_message(&mut self, connection: ConnectionId, message: ToClient<P, N, E>, bytes: u32) {
        match message {
            ToClient::Lane { number, message } => self.on_inbox(connection, number, message, bytes),
            ToClient::Stream { alias, offset, payload } => self.on_stream(connection, alias, offset, payload),
            ToClient::Added(line) => self.on_added(connection, line),
            ToClient::Gone { alias, code } => self.on_gone(connection, alias, code),
            ToClient::Skip { alias, gap } => self.on_skip(connection, alias, gap),
            ToClient::Ack(done) | ToClient::Pong(done) => self.on_done(connection, done),
            ToClient::Ping(done) => {
                self.on_done(connection, done);
                let number = self.acknowledger.tell();
                self.transmit(connection, ToServer::Pong(number));
            }
            ToClient::Credit(bytes) => {
                self.allowance.on_grant(bytes);
                self.pump();
            }
            ToClient::Move(window) => {
                let after = RetryWindow::from_millis(window.as_millis()).draw(&mut self.random);
                self.emit(Output::Relocate { after });
            }
            ToClient::Goodbye => self.finish(EndReason::Goodbye),
            ToClient::Answer { .. } => self.on_violation(connection),
        }
    }

    fn on_inbox(&mut self, connection: ConnectionId, number: u64, message: LaneMessage<P, N, E>, bytes: u32) {
        if !self.take_in(connection, number) {
            return;
        }
        match message {
            LaneMessage::Message(payload) => self.emit(Output::Event(Event::Message(payload))),
            LaneMessage::Request(payload) => {
                self.unanswered.push(number);
                self.emit(Output::Event(Event::Request { number, payload }));
            }
            LaneMessage::Cancel { to } => self.give_up(to),
            // An answer that comes after its deadline has nobody waiting, and is no fault of the server.
            LaneMessage::Reply { to, payload } => {
                if let Some(who) = self.pending.settle(to) {
                    self.emit(Output::Event(Event::Settled { who, result: Ok(payload) }));
                }
            }
            LaneMessage::Failure { to, code, payload } => self.on_failure(to, code, payload),
            LaneMessage::Subscribe { .. } | LaneMessage::Unsubscribe { .. } | LaneMessage::Publish { .. } => {
                return self.on_violation(connection);
            }
        }
        self.acknowledge(connection, number, bytes);
    }

    /// The message `number` has been given to the application.
    pub(super) fn acknowledge(&mut self, connection: ConnectionId, number: u64, bytes: u32) {
        if self.acknowledger.on_delivered(number, bytes) {
            let number = self.acknowledger.tell();
            self.transmit(connection, ToServer::Ack(number));
        }
    }

    fn on_failure(&mut self, to: u64, code: FailureCode, payload: P) {
        match self.pending.settle(to) {
            Some(who) => {
                let result = Err(RequestError::Failed { code, payload });
                self.emit(Output::Event(Event::Settled { who, result }));
            }
            None => self.on_refused(to, code, payload),
        }
    }

    /// The server does not wait any more for the answer to its request `number`.
    pub(super) fn give_up(&mut self, number: u64) {
        if self.unanswered.remove(number) {
            self.emit(Output::Event(Event::Cancelled { number }));
        }
    }

    fn on_stream(&mut self, connection: ConnectionId, alias: u64, offset: u64, payload: P) {
        if let Some((index, position)) = self.take_in_of_stream(connection, alias, offset) {
            let stream = self.streams[index].stream.clone();
            self.emit(Output::Event(Event::StreamMessage { stream, position, payload }));
        }
    }

    fn on_done(&mut self, connection: ConnectionId, done: u64) {
        self.subscriptions.on_done(done);
        // A refusal is sent before the acknowledgement, so none comes any more.
        self.published.forget_up_to(done);
        match self.outbox.on_done(done) {
            Ok(0) => {}
            Ok(_) => self.emit(Output::Event(Event::Acknowledged { number: done })),
            Err(_) => self.on_violation(connection),
        }
    }

    pub(super) fn on_violation(&mut self, connection: ConnectionId) {
        self.emit(Output::Drop { connection, code: CloseCode::VIOLATION });
        self.finish(EndReason::Violation);
    }

    /// The end, told once and last.
    pub(super) fn finish(&mut self, reason: EndReason) {
        if self.state == State::Ended {
            return;
        }
        self.transition(State::Ended);
        while let Some(who) = self.pending.settle_one_of(0, u64::MAX) {
            let result = Err(RequestError::OutcomeUnknown);
            self.outputs.push_back(Output::Event(Event::Settled { who, result }));
        }
        self.emit(Output::Event(Event::Ended(reason)));
    }
}
