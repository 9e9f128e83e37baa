//! What becomes of what the machine says.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use staywire_protocol::CloseCode;
use staywire_protocol::client::{Cause, SessionEvent, SessionOutput, session};
use staywire_protocol::message;

use super::{Action, Asker, Core};
use crate::era::Era;
use crate::error::RequestError;
use crate::event::{Event, Request};
use crate::message::Message;

/// The loss of a session, told by the machine piece by piece and among other things.
pub(super) struct Loss {
    /// Where the `Fresh` is among the events that wait, to be completed.
    fresh: usize,
    /// The numbers whose outcome is unknown; what is between them was none of the application's messages.
    unknown: Option<RangeInclusive<u64>>,
    /// The numbers of what was never sent, and those that it has in the new session.
    moved: BTreeMap<u64, u64>,
    /// The numbers in the new session that turned out to be too large for it.
    too_large: Vec<u64>,
}

impl Core {
    /// Sorts what the machine says: for the driver, for the application, and for who waits.
    pub(super) fn follow(&mut self) {
        while let Some(output) = self.machine.poll_output() {
            match output {
                SessionOutput::Connect { connection } => self.actions.push(Action::Dial { connection }),
                SessionOutput::Transmit { connection, message } => {
                    self.actions.push(Action::Transmit { connection, message });
                }
                SessionOutput::Close { connection } => self.actions.push(Action::Close { connection }),
                SessionOutput::Detach { connection, code } => {
                    let reason = self.violation.filter(|_| code == CloseCode::VIOLATION);
                    let reason = reason.map(|error| error.to_string().into()).unwrap_or_default();
                    self.actions.push(Action::Detach { connection, code, reason });
                }
                SessionOutput::Event(event) => self.on_event(event),
            }
        }
        self.conclude_loss();
    }

    fn on_event(&mut self, event: SessionEvent<Message, Asker>) {
        match event {
            SessionEvent::Session(event) => self.on_session_event(event),
            SessionEvent::Stale => self.tell(Event::Stale),
            SessionEvent::Reconnecting(next) => {
                let (attempt, delay) = (next.attempt, next.delay.into());
                self.tell(Event::Reconnecting { attempt, delay, lost: next.closed.into() });
            }
            SessionEvent::Closed { mut closed, is_failure } => {
                self.conclude_loss();
                if closed.cause == Cause::Violation {
                    closed.reason = self.violation.map(|error| error.to_string().into());
                }
                let unknown = self.era.close() + 1..=self.last_number;
                let unknown = (!unknown.is_empty()).then_some(unknown);
                self.tell(Event::Closed { last: closed.into(), is_failure, unknown });
            }
        }
    }

    fn on_session_event(&mut self, event: session::Event<Message, Asker>) {
        let told = match event {
            session::Event::Fresh(reason) => {
                self.loss = Some(Loss {
                    fresh: self.events.len(),
                    unknown: None,
                    moved: BTreeMap::new(),
                    too_large: vec![],
                });
                Event::Fresh { reason, unknown: None }
            }
            session::Event::TooLarge { number } => return self.on_too_large(number),
            session::Event::OutcomeUnknown { number } => return self.on_outcome_unknown(number),
            session::Event::Moved { number, to } => return self.on_moved(number, to),
            session::Event::Acknowledged { number } => return self.era.acknowledge(number),
            session::Event::Settled { who, result } => {
                // Who asked may have stopped waiting.
                let _ = who.send(result.map_err(request_error));
                return;
            }
            // The machine makes `Closed` of it.
            session::Event::Ended(_) => return,
            session::Event::Open => Event::Open,
            session::Event::Resumed => Event::Resumed,
            session::Event::InboxGap(gap) => Event::InboxGap(gap),
            session::Event::StreamGap { stream, gap } => Event::StreamGap { stream, gap },
            session::Event::StreamReset { stream, held, position } => {
                Event::StreamReset { stream, held, position }
            }
            session::Event::Message(message) => Event::Message(message),
            session::Event::StreamMessage { stream, position, payload } => {
                Event::StreamMessage { stream, position, message: payload }
            }
            session::Event::Request { number, payload } => {
                Event::Request(Request::new(number, payload, Arc::clone(&self.era)))
            }
            session::Event::Cancelled { number } => Event::Cancelled { number },
            session::Event::Subscribed { topic, position } => Event::Subscribed { topic, position },
            session::Event::SubscriptionRefused { topic, code, payload } => {
                Event::SubscriptionRefused { topic, code, reason: payload.into_text() }
            }
            session::Event::Gone { stream, code } => Event::Gone { stream, code },
            session::Event::PublicationRefused { number, code, payload } => {
                Event::PublicationRefused { number, code, reason: payload.into_text() }
            }
        };
        self.tell(told);
    }

    fn on_outcome_unknown(&mut self, number: u64) {
        if let Some(loss) = &mut self.loss {
            let first = loss.unknown.as_ref().map_or(number, |unknown| *unknown.start());
            loss.unknown = Some(first..=number);
        }
    }

    fn on_too_large(&mut self, number: u64) {
        match &mut self.loss {
            Some(loss) => loss.too_large.push(number),
            None => self.era.refuse(number),
        }
    }

    fn on_moved(&mut self, number: u64, to: u64) {
        if let Some(loss) = &mut self.loss {
            loss.moved.insert(number, to);
        }
    }

    /// Begins the next era once the machine has told everything of a loss.
    fn conclude_loss(&mut self) {
        let Some(loss) = self.loss.take() else { return };
        if let Some(Event::Fresh { unknown, .. }) = self.events.get_mut(loss.fresh) {
            *unknown = loss.unknown;
        }
        let next = Arc::<Era>::default();
        self.last_number = loss.moved.last_key_value().map_or(0, |(_, &to)| to);
        self.era.lose(loss.moved, Arc::clone(&next));
        loss.too_large.into_iter().for_each(|number| next.refuse(number));
        self.era = next;
    }

    fn tell(&mut self, event: Event) {
        self.events.push(event);
    }
}

fn request_error(error: message::RequestError<Message>) -> RequestError {
    match error {
        message::RequestError::Failed { code, payload } => {
            RequestError::Failed { code, reason: payload.into_text() }
        }
        message::RequestError::Timeout => RequestError::Timeout,
        // Only a server's machine says the last one.
        message::RequestError::OutcomeUnknown | message::RequestError::Undelivered => {
            RequestError::OutcomeUnknown
        }
    }
}
