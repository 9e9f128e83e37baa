//! What the application of a page was told, and whether that fits together.

use staywire_protocol::client::session::Event;
use staywire_protocol::client::{Cause, Closed, SessionEvent, Status};
use staywire_protocol::message::RequestError;
use staywire_protocol::wire::{FreshReason, Stream, StreamPosition};

use super::inbox::Inbox;
use super::lane::Lane;
use super::stream::Streams;
use crate::session_world::finding::{Findings, Promise};
use crate::session_world::payload::Payload;
use crate::session_world::sabotage::Sabotage;
use crate::session_world::tally::Tally;

#[derive(Debug)]
pub(in super::super) struct Told {
    sabotage: Sabotage,
    /// Between `connect` and the end.
    is_in_conversation: bool,
    /// Whether `connect` came before the end was told.
    begins_again: bool,
    pub(in super::super) lane: Lane,
    pub(in super::super) inbox: Inbox,
    pub(in super::super) streams: Streams,
    pub(in super::super) findings: Findings,
}

impl Told {
    pub(super) fn new(sabotage: Sabotage) -> Self {
        Self {
            sabotage,
            is_in_conversation: false,
            begins_again: false,
            lane: Lane::default(),
            inbox: Inbox::default(),
            streams: Streams::default(),
            findings: Findings::default(),
        }
    }

    /// The application connects; where a conversation is about to be closed, another one follows it.
    pub(super) fn connect(&mut self, status: Status) {
        self.begins_again = status == Status::Closing;
        if !self.is_in_conversation {
            self.begin();
        }
    }

    fn begin(&mut self) {
        self.is_in_conversation = true;
        self.streams.begin();
    }

    /// Whether it was told that the conversation is over.
    pub(in super::super) const fn is_over(&self) -> bool {
        !self.is_in_conversation
    }

    /// Messages that came, of all kinds.
    pub(in super::super) fn received(&self) -> u64 {
        let inbox: usize = self.inbox.lives.iter().map(|life| life.entries.len()).sum();
        inbox as u64 + self.streams.received
    }

    pub(super) fn on_event(&mut self, event: SessionEvent<Payload, u64>, tally: &mut Tally) {
        if !self.is_in_conversation {
            self.findings.add(Promise::ToldTruly, format!("told after the end: {event:?}"));
        }
        match event {
            SessionEvent::Session(event) => self.on_session_event(event, tally),
            SessionEvent::Closed { closed, .. } => self.on_closed(&closed, tally),
            SessionEvent::Stale | SessionEvent::Reconnecting(_) => {}
        }
    }

    fn on_closed(&mut self, closed: &Closed<Payload>, tally: &mut Tally) {
        tally.closed += 1;
        if closed.cause == Cause::Violation || closed.code.number() == 3510 {
            self.findings.add(Promise::Spoken, "a violation ended the session");
        }
        self.is_in_conversation = false;
        self.inbox.over();
        self.lane.over(tally);
        if std::mem::take(&mut self.begins_again) {
            self.begin();
        }
    }

    fn on_session_event(&mut self, event: Event<Payload, u64>, tally: &mut Tally) {
        match event {
            Event::Open => {
                tally.welcomed += 1;
                self.inbox.begin();
            }
            Event::Resumed => tally.resumed += 1,
            Event::Fresh(reason) => self.on_fresh(reason, tally),
            Event::Moved { number, to } => self.lane.moved(number, to, &mut self.findings),
            Event::OutcomeUnknown { number } => {
                tally.outcomes += 1;
                if self.sabotage != Sabotage::SilentOutcomes {
                    self.lane.unknown(number, &mut self.findings);
                }
            }
            Event::TooLarge { number } => {
                self.findings.add(Promise::ToldTruly, format!("{number} is no larger than any server takes"));
            }
            Event::Acknowledged { number } => self.lane.acknowledged(number),
            Event::InboxGap(gap) => {
                tally.gaps += 1;
                if self.sabotage != Sabotage::SilentGaps {
                    self.inbox.gap(gap);
                }
            }
            Event::StreamGap { stream, gap } => {
                tally.gaps += 1;
                if self.sabotage != Sabotage::SilentGaps {
                    self.streams.gap(&stream, gap, &mut self.findings);
                }
            }
            Event::StreamReset { stream, held, position } => {
                tally.resets += 1;
                self.streams.reset(stream, held, position, &mut self.findings);
            }
            Event::Message(payload) => self.inbox.message(&payload),
            Event::StreamMessage { stream, position, payload } => {
                self.stream_message(stream, position, &payload);
            }
            Event::Request { number, payload } => self.inbox.request(number, &payload),
            Event::Cancelled { number } => self.inbox.cancelled(number),
            Event::Settled { who, result } => {
                tally.settled += 1;
                if let Ok(reply) = &result
                    && !reply.answers(who)
                {
                    self.findings
                        .add(Promise::ToldTruly, format!("the request {who} was answered {reply:?}"));
                }
                if result == Err(RequestError::Undelivered) {
                    self.findings.add(Promise::ToldTruly, "only a server's request can fall out of a ring");
                }
                self.lane.settled(who);
            }
            Event::Subscribed { topic, position } => {
                tally.subscribed += 1;
                self.streams.subscribed(Stream::Topic(topic), position, &mut self.findings);
            }
            Event::SubscriptionRefused { topic, .. } => {
                tally.turned_away += 1;
                self.streams.let_go(&Stream::Topic(topic));
            }
            Event::Gone { stream, .. } => {
                tally.turned_away += 1;
                self.streams.let_go(&stream);
            }
            Event::PublicationRefused { number, .. } => self.lane.refused(number, &mut self.findings),
            Event::Ended(reason) => {
                self.findings.add(Promise::ToldTruly, format!("ended, {reason:?}, but not closed"));
            }
        }
    }

    fn on_fresh(&mut self, reason: FreshReason, tally: &mut Tally) {
        tally.fresh += 1;
        match reason {
            FreshReason::Expired => tally.expired += 1,
            FreshReason::Restarted => tally.restarted += 1,
            FreshReason::Unknown | FreshReason::Identity => tally.unknown += 1,
        }
        self.lane.lost();
        self.inbox.begin();
    }

    pub(super) fn stream_message(&mut self, stream: Stream, position: StreamPosition, payload: &Payload) {
        if payload.number().is_none() {
            self.findings.add(Promise::ToldTruly, format!("{stream:?} {position:?} has another payload"));
        }
        self.streams.message(stream, position, &mut self.findings);
    }
}
