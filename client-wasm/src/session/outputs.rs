//! From what the machine wants to calls of the wire.

use staywire_protocol::client::SessionEvent;
use staywire_protocol::client::session::Event as Told;
use staywire_protocol::message::{Opening, RequestError};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{Stream, StreamPosition, SubscribeFrom};

use super::{Event, LaneMessage, Name, Output, ToServer};
use crate::driver;
use crate::wire;

/// The inbox's place among the kinds of streams.
const INBOX: u64 = 3;

/// What a request comes to, where that is no failure's code.
const REPLIED: f64 = -1.0;
const UNKNOWN: f64 = -2.0;
/// It was too large, which is told next.
const UNDELIVERED: f64 = -3.0;

pub(crate) fn perform(output: Output) {
    match output {
        Output::Connect { connection } => wire::dial(connection.number()),
        Output::Transmit { connection, message } => transmit(connection.number(), message),
        Output::Close { connection } => wire::hangup(connection.number()),
        Output::Detach { connection, code } => wire::detach(connection.number(), code.number()),
        Output::Event(SessionEvent::Session(event)) => tell(event),
        Output::Event(SessionEvent::Stale) => wire::silent(),
        Output::Event(SessionEvent::Reconnecting(next)) => driver::reconnecting(&next),
        Output::Event(SessionEvent::Closed { closed, is_failure }) => driver::ended(&closed, is_failure),
    }
}

fn transmit(connection: u32, message: ToServer) {
    let write = |kind, number: u64, to: u64, code: u64, name| {
        wire::write(kind, number as f64, to as f64, code as f64, name);
    };
    match message {
        ToServer::Opening(opening) => open(connection, &opening),
        ToServer::Ack(number) => write(0, number, 0, 0, 0),
        ToServer::Ping(number) => write(1, number, 0, 0, 0),
        ToServer::Pong(number) => write(2, number, 0, 0, 0),
        ToServer::Goodbye => write(3, 0, 0, 0, 0),
        ToServer::Lane { number, message } => match message {
            LaneMessage::Message(_) => write(4, number, 0, 0, 0),
            LaneMessage::Request(_) => write(5, number, 0, 0, 0),
            LaneMessage::Reply { to, .. } => write(6, number, to, 0, 0),
            LaneMessage::Failure { to, code, .. } => write(7, number, to, code.number(), 0),
            LaneMessage::Publish { topic, .. } => write(8, number, 0, 0, topic),
            LaneMessage::Cancel { to } => write(9, number, to, 0, 0),
            LaneMessage::Unsubscribe { topic } => write(10, number, 0, 0, topic),
            LaneMessage::Subscribe { topic, from } => {
                let (epoch, offset) = match from {
                    SubscribeFrom::Position(StreamPosition { epoch, offset }) => (epoch, offset),
                    SubscribeFrom::Last(count) => (0, count),
                };
                write(11, number, epoch.into(), offset, topic);
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
    let told = |kind, a: f64, b: u64, c: u64, name| wire::tell(kind, a, b as f64, c as f64, name);
    let told_of = |kind, a: u64, b, of: &Stream<Name>| {
        let (of, name) = stream(of);
        told(kind, a as f64, b, of.into(), name);
    };
    match event {
        Told::Open => told(0, 0.0, 0, 0, 0),
        Told::Resumed => told(0, 1.0, 0, 0, 0),
        Told::Fresh(reason) => told(0, 2.0 + f64::from(reason as u8), 0, 0, 0),
        Told::InboxGap(Gap { from, to }) => told(1, from as f64, to, INBOX, 0),
        Told::StreamGap { stream, gap: Gap { from, to } } => told_of(1, from, to, &stream),
        Told::StreamReset { stream, position, .. } => {
            told_of(2, position.epoch.into(), position.offset, &stream);
        }
        Told::Request { number, .. } => told(3, number as f64, 0, 0, 0),
        Told::Cancelled { number } => told(4, number as f64, 0, 0, 0),
        Told::Acknowledged { number } => told(5, number as f64, 0, 0, 0),
        Told::OutcomeUnknown { number } => told(6, number as f64, 0, 0, 0),
        Told::Moved { number, to } => told(7, number as f64, to, 0, 0),
        Told::Gone { stream, code } => told_of(8, code.number(), 0, &stream),
        Told::SubscriptionRefused { topic, code, .. } => told_of(8, code.number(), 0, &Stream::Topic(topic)),
        Told::Settled { who, result } => {
            let code = match result {
                Ok(_) => REPLIED,
                Err(RequestError::Failed { code, .. }) => code.number() as f64,
                Err(RequestError::OutcomeUnknown | RequestError::Timeout) => UNKNOWN,
                Err(RequestError::Undelivered) => UNDELIVERED,
            };
            told(9, code, 0, 0, who);
        }
        Told::TooLarge { number } => told(10, number as f64, 0, 0, 0),
        Told::Subscribed { topic, position } => {
            told_of(11, position.epoch.into(), position.offset, &Stream::Topic(topic));
        }
        Told::PublicationRefused { number, code, .. } => told(12, number as f64, code.number(), 0, 0),
        // Payloads are asked about by `staywire_payload` and delivered by JavaScript.
        Told::Message(_) | Told::StreamMessage { .. } | Told::Ended(_) => {}
    }
}

const fn stream(stream: &Stream<Name>) -> (u8, Name) {
    match stream {
        Stream::Broadcast => (0, 0),
        Stream::User => (1, 0),
        Stream::Topic(name) => (2, *name),
    }
}
