//! What becomes of a machine's outputs, and of a session that is over.

use staywire_protocol::CloseCode;
use staywire_protocol::message::ToClient;
use staywire_protocol::server::{self, EndReason, Output};
use staywire_protocol::wire::{FailureCode, Name};

use super::asking::Asker;
use super::topics::unknown;
use super::{Core, LastingSession};
use crate::close::{CloseFrame, CloseReason, ClosedBy};
use crate::error::SessionError;
use crate::listener::Resumption;
use crate::session::inbox::Event;
use crate::session::{Received, SendError};
use crate::session_mode::link::Link;
use crate::session_mode::payload::Payload;
use crate::topic::TopicError;

impl LastingSession<'_> {
    /// Hands on what the machine wants done.
    pub(super) fn drain(self, core: &mut Core) {
        while let Some(output) = core.machine.poll_output() {
            match output {
                Output::Transmit { message, .. } => self.transmit(core, message),
                Output::Close { code, .. } => {
                    if let Some(link) = &core.link {
                        let frame = core.close.as_ref().map(CloseReason::frame);
                        link.outbox.close(frame.unwrap_or_else(|| close_frame(code)));
                    }
                }
                Output::Event(event) => self.on_event(core, event),
            }
        }
    }

    /// The same for the answer to an opening or a subscription and what it repeats, which no bound of the outbox counts.
    ///
    /// `other` is the connection that is closed: the older one, or the new one where it is refused. The client has its
    /// inbox up to `inbox`.
    pub(super) fn drain_opening(self, core: &mut Core, other: Option<&Link>, inbox: u64) {
        while let Some(output) = core.machine.poll_output() {
            match output {
                Output::Transmit { message, .. } => {
                    self.counters().messages.count_missing(&message, inbox);
                    if let Some(link) = &core.link {
                        link.outbox.replay(message);
                    }
                }
                Output::Close { connection, code } => {
                    if let Some(other) = other.filter(|other| other.connection == connection) {
                        other.outbox.close(close_frame(code));
                    }
                }
                Output::Event(event) => self.on_event(core, event),
            }
        }
    }

    fn transmit(self, core: &mut Core, message: ToClient<Payload>) {
        let Some(Link { connection, outbox, .. }) = &core.link else { return };
        let connection = *connection;
        match outbox.push(message) {
            Ok(()) => return,
            // It closes already, for whatever reason.
            Err(SendError::Closed | SendError::SlowReader { .. }) => {}
            // A message that never fits is a reader that is never fast enough.
            Err(_) => outbox.close(close_frame(CloseCode::SLOW_READER)),
        }
        // The session stays: what was not written is in the rings.
        core.machine.disconnected(self.now(), connection);
    }

    fn on_event(self, core: &mut Core, event: server::Event<Payload, Asker>) {
        match event {
            server::Event::Message { number, payload, redelivered: is_redelivered, .. } => {
                let messages = &self.counters().messages;
                messages.count_received(payload.len());
                messages.redelivered.add(u64::from(is_redelivered));
                let received = Some(Received { number, is_redelivered });
                self.handle.notify(Event::Message { message: payload.message(), received, topic: None });
            }
            server::Event::Request { number, payload, .. } => {
                self.counters().messages.count_received(payload.len());
                self.on_request(core, number, payload.message());
            }
            server::Event::Cancelled { number } => core.requests.stop(number),
            server::Event::Subscribe { number, topic, from } => {
                self.on_subscribe(core, number, &topic, from);
            }
            server::Event::TooManySubscriptions { number } => {
                let reason = "the session reads as many topics as are allowed";
                core.refuse(number, &TopicError::new(FailureCode::TOO_MANY, reason));
            }
            server::Event::Unsubscribe { topic } => self.on_unsubscribe(core, &topic),
            server::Event::Publish { number, topic, payload, redelivered, .. } => {
                self.on_publish(core, number, &topic, &payload, redelivered);
            }
            // Who asked may have stopped waiting.
            server::Event::Settled { who, result } => drop(who.send(result)),
            server::Event::Suspended => self.on_suspended(core),
            server::Event::Resumed => self.on_resumed(core),
            server::Event::Ended(reason) => core.ended = Some(reason),
        }
    }

    fn on_publish(
        self,
        core: &mut Core,
        number: u64,
        topic: &Name<'_>,
        payload: &Payload,
        is_redelivered: bool,
    ) {
        let messages = &self.counters().messages;
        messages.count_received(payload.len());
        messages.redelivered.add(u64::from(is_redelivered));
        match topic.as_str().parse() {
            Ok(topic) => {
                let received = Some(Received { number, is_redelivered });
                self.handle.notify(Event::Message {
                    message: payload.message(),
                    received,
                    topic: Some(topic),
                });
            }
            Err(_) => {
                core.refuse(number, &unknown(topic));
                core.machine.finished(self.now(), number);
            }
        }
    }

    fn on_suspended(self, core: &mut Core) {
        core.link = None;
        core.topics.forget_asked();
        self.present(core);
        self.join_suspended(core);
        self.counters().sessions.suspended.increment();
        tracing::debug!(session = %self.handle.id(), "session suspended");
        self.handle.notify(Event::Suspend);
    }

    pub(super) fn join_suspended(self, core: &mut Core) {
        // Suspended, the machine waits for nothing but the end of its window.
        let until = core.machine.poll_timeout().unwrap_or(self.now());
        let kept = core.machine.kept_bytes();
        core.ticket = Some(self.handle.server().suspended().add(self.handle.clone(), until, kept));
        self.handle.endpoint_state().count_suspended();
    }

    pub(super) fn on_resumed(self, core: &mut Core) {
        self.leave_suspended(core);
        tracing::debug!(session = %self.handle.id(), "session resumed");
        self.handle.notify(Event::Resume(Resumption::Reconnected));
    }

    pub(super) fn leave_suspended(self, core: &mut Core) {
        if let Some(ticket) = core.ticket.take() {
            self.handle.server().suspended().remove(ticket);
            self.handle.endpoint_state().count_back();
        }
    }

    /// Counts what a suspended session's inbox keeps by now.
    pub(super) fn charge_suspended(self, core: &Core) {
        if let Some(ticket) = core.ticket {
            self.handle.server().suspended().charge(ticket, core.machine.kept_bytes());
        }
    }

    /// The session is over: nobody reaches it any more, and its listener hears last of this.
    ///
    /// It is called without the session's lock, for streams are locked before sessions.
    pub(super) fn conclude(self, mut core: Core, reason: EndReason) {
        self.leave_suspended(&mut core);
        self.present_nowhere();
        let endpoint = self.handle.endpoint_state();
        self.handle.leave_streams();
        core.topics.all_leases().chain(&core.user_stream).for_each(|lease| lease.leave(self.handle.id()));
        endpoint.registry().leave(self.handle.id());
        let error = (reason == EndReason::Violation).then(|| {
            let unnamed = || "a message broke the rules of its session".to_owned();
            SessionError::Violation(core.violation.unwrap_or_else(unnamed))
        });
        let reason = core.close.unwrap_or_else(|| close_reason(reason));
        self.handle.tell_end(reason, error, core.place);
    }
}

/// Why a connection closes, for whoever looks at the network panel; the code alone counts.
pub(super) fn close_frame(code: CloseCode) -> CloseFrame {
    let reason = match code {
        CloseCode::SLOW_READER => "slow reader",
        CloseCode::HEARTBEAT_TIMEOUT => "silent",
        CloseCode::SUPERSEDED => "superseded",
        CloseCode::VIOLATION => "protocol violation",
        _ => "",
    };
    CloseFrame::new(code, reason)
}

fn close_reason(reason: EndReason) -> CloseReason {
    let frame = |code| CloseFrame::new(code, "");
    match reason {
        EndReason::Goodbye => CloseReason::from_frame(frame(CloseCode::NORMAL), ClosedBy::Peer, true),
        EndReason::Expired => CloseReason::abnormal(ClosedBy::Network),
        EndReason::Violation => {
            CloseReason::from_frame(close_frame(CloseCode::VIOLATION), ClosedBy::Server, false)
        }
        EndReason::Server => CloseReason::from_frame(frame(CloseCode::ENDED), ClosedBy::Server, false),
    }
}
