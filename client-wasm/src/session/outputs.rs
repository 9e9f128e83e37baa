//! From what the machine wants to calls of the wire.

use staywire_protocol::client::SessionEvent;
use staywire_protocol::client::session::Event as Told;
use staywire_protocol::message::{Opening, RequestError};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::Stream;

use super::{Event, LaneMessage, Name, Output, ToServer};
use crate::driver;
use crate::wire;

pub(crate) fn perform(output: Output) {
    match output {
        Output::Connect { connection } => wire::dial(connection.number()),
        Output::Transmit { connection, message } => transmit(connection.number(), message),
        Output::Close { connection } => wire::hangup(connection.number()),
        Output::Detach { connection, code } => wire::detach(connection.number(), code.number()),
        Output::Event(SessionEvent::Session(event)) => tell(event),
        Output::Event(SessionEvent::Stale) => wire::stale(),
        Output::Event(SessionEvent::Reconnecting(next)) => driver::reconnecting(&next),
        Output::Event(SessionEvent::Closed { closed, is_failure }) => driver::ended(&closed, is_failure),
    }
}

fn transmit(connection: u32, message: ToServer) {
    let write = |kind, number: u64, to: u64, code: u64, payload| {
        wire::write(connection, kind, number as f64, to as f64, code as f64, payload);
    };
    match message {
        ToServer::Opening(opening) => open(connection, &opening),
        ToServer::Ack(number) => write(0, number, 0, 0, 0),
        ToServer::Ping(number) => write(1, number, 0, 0, 0),
        ToServer::Pong(number) => write(2, number, 0, 0, 0),
        ToServer::Goodbye => write(3, 0, 0, 0, 0),
        ToServer::Lane { number, message } => match message {
            LaneMessage::Message(payload) => write(4, number, 0, 0, payload.0),
            LaneMessage::Request(payload) => write(5, number, 0, 0, payload.0),
            LaneMessage::Reply { to, payload } => write(6, number, to, 0, payload.0),
            LaneMessage::Failure { to, code, payload } => write(7, number, to, code.number(), payload.0),
            LaneMessage::Cancel { to } => write(8, number, to, 0, 0),
            // No export asks for topics.
            LaneMessage::Subscribe { .. } | LaneMessage::Unsubscribe { .. } | LaneMessage::Publish { .. } => {
            }
        },
    }
}

fn open(connection: u32, opening: &Opening<u32, Name, u32>) {
    let (Opening::Hello { streams, .. } | Opening::Resume { streams, .. }) = opening;
    for held in streams {
        let (kind, name) = stream(&held.stream);
        wire::hold(kind, name, held.position.epoch, held.position.offset as f64);
    }
    match *opening {
        Opening::Hello { token, attempt, .. } => {
            wire::ask(connection, token, token, attempt as f64, -1.0, 0.0);
        }
        Opening::Resume { current, next, attempt, inbox, sent, .. } => {
            wire::ask(connection, current, next, attempt as f64, inbox as f64, sent as f64);
        }
    }
}

/// Tells the application; the numbers are places in `events` of `js/session.js`.
fn tell(event: Event) {
    let told =
        |kind, a: u64, b: u64, c: u64, payload| wire::tell(kind, a as f64, b as f64, c as f64, payload);
    match event {
        Told::Open => told(0, 0, 0, 0, 0),
        Told::Resumed => told(0, 1, 0, 0, 0),
        Told::Fresh(reason) => told(0, 2 + reason as u64, 0, 0, 0),
        Told::InboxGap(Gap { from, to }) => told(1, from, to, 3, 0),
        Told::StreamGap { stream: of, gap: Gap { from, to } } => {
            let (kind, name) = stream(&of);
            told(1, from, to, kind.into(), name);
        }
        Told::StreamReset { stream: of, held, .. } => {
            let (kind, name) = stream(&of);
            told(2, held.epoch.into(), held.offset, kind.into(), name);
        }
        Told::Request { number, payload } => told(3, number, 0, 0, payload.0),
        Told::Cancelled { number } => told(4, number, 0, 0, 0),
        Told::Acknowledged { number } => told(5, number, 0, 0, 0),
        Told::TooLarge { number } => told(10, number, 0, 0, 0),
        Told::OutcomeUnknown { number } => told(6, number, 0, 0, 0),
        Told::Moved { number, to } => told(7, number, to, 0, 0),
        Told::Gone { stream: of, code } => {
            let (kind, name) = stream(&of);
            told(8, code.number(), 0, kind.into(), name);
        }
        Told::Settled { who, result } => match result {
            Ok(payload) => told(9, who.0.into(), 0, 0, payload.0),
            Err(RequestError::Failed { code, payload }) => told(9, who.0.into(), 1, code.number(), payload.0),
            Err(RequestError::Timeout) => told(9, who.0.into(), 2, 0, 0),
            Err(RequestError::Undelivered | RequestError::OutcomeUnknown) => told(9, who.0.into(), 3, 0, 0),
        },
        // Payloads are asked about by `staywire_payload` and delivered by JavaScript; no export asks for topics.
        Told::Message(_)
        | Told::StreamMessage { .. }
        | Told::Subscribed { .. }
        | Told::SubscriptionRefused { .. }
        | Told::PublicationRefused { .. }
        | Told::Ended(_) => {}
    }
}

const fn stream(stream: &Stream<Name>) -> (u8, Name) {
    match stream {
        Stream::Broadcast => (0, 0),
        Stream::User => (1, 0),
        Stream::Topic(name) => (2, *name),
    }
}
