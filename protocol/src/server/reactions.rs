//! What a session does when its client speaks, falls silent or goes.

use super::{EndReason, Event, Output, Session, State};
use crate::message::{LaneMessage, RequestError, ToClient};
use crate::parts::heartbeat::Beat;
use crate::parts::inbox::Accept;
use crate::{CloseCode, ConnectionId, Duration, Instant};

impl<P: Clone + Default, H: PartialEq + Clone, R> Session<P, H, R> {
    pub(super) fn on_lane(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        (number, message): (u64, LaneMessage<P>),
        bytes: u32,
    ) {
        if bytes > self.config.max_message_bytes {
            return self.on_violation(connection);
        }
        match self.lane.accept(number, bytes) {
            Accept::Repeat => {}
            Accept::Skipped => self.on_violation(connection),
            _ if self.grant.on_taken_in(bytes).is_err() => self.on_violation(connection),
            // Subscriptions concern the connection on which they come, whatever was done on another.
            Accept::Handled if !message.is_subscription() => self.finished(now, number),
            Accept::Handled => self.deliver(now, (number, message), bytes, false),
            Accept::Deliver { redelivered } => self.deliver(now, (number, message), bytes, redelivered),
        }
    }

    fn deliver(
        &mut self,
        now: Instant,
        (number, message): (u64, LaneMessage<P>),
        bytes: u32,
        redelivered: bool,
    ) {
        match message {
            LaneMessage::Message(payload) => {
                self.emit(Output::Event(Event::Message { number, payload, bytes, redelivered }));
            }
            LaneMessage::Request(payload) => {
                self.unanswered.insert(number);
                self.emit(Output::Event(Event::Request { number, payload, bytes, redelivered }));
            }
            LaneMessage::Subscribe { topic, from } => {
                self.on_subscribe(now, number, topic, from);
            }
            LaneMessage::Unsubscribe { topic } => self.on_unsubscribe(now, number, topic),
            LaneMessage::Publish { topic, payload } => {
                self.emit(Output::Event(Event::Publish { number, topic, payload, bytes, redelivered }));
            }
            // The rest concerns requests that somebody here waits for or works on: it is finished at once.
            LaneMessage::Reply { to, payload } => {
                self.finished(now, number);
                self.settle(to, Ok(payload));
            }
            LaneMessage::Failure { to, code, payload } => {
                self.finished(now, number);
                self.settle(to, Err(RequestError::Failed { code, payload }));
            }
            LaneMessage::Cancel { to } => {
                self.finished(now, number);
                if self.unanswered.remove(&to) {
                    self.emit(Output::Event(Event::Cancelled { number: to }));
                }
            }
        }
    }

    fn settle(&mut self, to: u64, result: Result<P, RequestError<P>>) {
        // A reply that comes after its deadline has nobody waiting, and is no fault of the client.
        if let Some(who) = self.pending.settle(to) {
            self.emit(Output::Event(Event::Settled { who, result }));
        }
    }

    /// Trims the inbox's ring, and nothing else.
    pub(super) fn on_ack(&mut self, connection: ConnectionId, number: u64) {
        if number > self.ring.last() {
            return self.on_violation(connection);
        }
        self.ring.trim(number);
    }

    pub(super) fn on_connection_timeout(&mut self, now: Instant, connection: ConnectionId) {
        if self.acknowledgement_due().is_some_and(|due| due <= now) {
            self.acknowledge(now, connection);
        }
        let Some(heartbeat) = &mut self.heartbeat else { return };
        match heartbeat.handle_timeout(now) {
            Beat::Nothing | Beat::Doubtful => {}
            Beat::Ping => {
                let done = self.pace.tell(now, &self.lane);
                self.transmit(connection, ToClient::Ping(done));
            }
            Beat::Dead => {
                self.emit(Output::Close { connection, code: CloseCode::HEARTBEAT_TIMEOUT });
                // Nothing was heard since the ping, which is that long ago: the window is over no earlier than promised.
                self.suspend(now, self.config.window.saturating_sub(self.config.heartbeat.timeout));
            }
        }
    }

    /// The connection is gone; the session stays for what is left of its window.
    pub(super) fn suspend(&mut self, now: Instant, window: Duration) {
        self.heartbeat = None;
        self.readings.clear();
        self.transition(State::Suspended { until: now + window });
        self.emit(Output::Event(Event::Suspended));
    }

    pub(super) fn on_violation(&mut self, connection: ConnectionId) {
        self.emit(Output::Close { connection, code: CloseCode::VIOLATION });
        self.finish(EndReason::Violation);
    }

    /// The end, told once and last.
    pub(super) fn finish(&mut self, reason: EndReason) {
        if self.ended().is_some() {
            return;
        }
        self.heartbeat = None;
        self.transition(State::Ended { reason });
        while let Some(who) = self.pending.settle_one_of(0, u64::MAX) {
            self.outputs
                .push_back(Output::Event(Event::Settled { who, result: Err(RequestError::OutcomeUnknown) }));
        }
        self.emit(Output::Event(Event::Ended(reason)));
    }
}
