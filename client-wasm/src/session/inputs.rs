//! From the numbers that JavaScript read off the wire to messages.

use staywire_protocol::Duration;
use staywire_protocol::message::Answer;
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{
    FailureCode, FreshReason, Id, Stream, StreamOutcome, StreamPosition, SubscribeFrom,
};

use super::{Epoch, LaneMessage, Name, ToClient};
use crate::wire::Handle;

/// The session's id stays in JavaScript, which writes it into the openings.
const ID: Id = Id::from_bits(0);

pub(super) fn message(kind: u8, number: u64, to: u64, code: u64) -> ToClient {
    let lane = |message| ToClient::Lane { number, message };
    let (failure, payload) = (FailureCode::from_number(code), Handle);
    match kind {
        0 => ToClient::Ack(number),
        1 => ToClient::Ping(number),
        2 => ToClient::Pong(number),
        3 => ToClient::Credit(number),
        4 => lane(LaneMessage::Request(payload)),
        5 => lane(LaneMessage::Reply { to, payload }),
        6 => lane(LaneMessage::Failure { to, code: failure, payload }),
        7 => lane(LaneMessage::Cancel { to }),
        8 => ToClient::Move(Duration::from_millis(number)),
        9 => ToClient::Gone { alias: number, code: FailureCode::from_number(to) },
        10 => ToClient::Skip { alias: number, gap: Gap { from: to, to: code } },
        _ => ToClient::Goodbye,
    }
}

pub(super) fn answer(outcome: u8, accepted: u64, done: u64, oldest: u64) -> Answer {
    let fresh = |reason| Answer::Fresh { reason, session: ID, oldest };
    match outcome {
        0 => Answer::Welcome { session: ID, oldest },
        1 => Answer::Resumed { accepted, done, oldest },
        2 => fresh(FreshReason::Expired),
        3 => fresh(FreshReason::Unknown),
        4 => fresh(FreshReason::Identity),
        _ => fresh(FreshReason::Restarted),
    }
}

/// The stream of this `kind`: 0 broadcast, 1 user, 2 the topic `name`.
pub(super) const fn stream(kind: u8, name: u32) -> Stream<Name> {
    match kind {
        0 => Stream::Broadcast,
        1 => Stream::User,
        _ => Stream::Topic(name),
    }
}

/// What a line says: 0 recovered, 1 a gap up to `second`, 2 a reset to the epoch `second` and the offset `last`.
pub(super) const fn outcome(
    kind: u8,
    epoch: u32,
    offset: u64,
    second: u64,
    last: u64,
) -> StreamOutcome<Epoch> {
    let first = StreamPosition { epoch, offset };
    match kind {
        0 => StreamOutcome::Recovered(first),
        1 => StreamOutcome::Gap { epoch, from: offset, to: second },
        _ => {
            let position = StreamPosition { epoch: second as u32, offset: last };
            StreamOutcome::Reset { held: first, position }
        }
    }
}

/// Where a subscription begins: right after `offset`, or with the last so many messages if `epoch` is none, which is 0.
pub(super) const fn from(epoch: Epoch, offset: u64) -> SubscribeFrom<Epoch> {
    match epoch {
        0 => SubscribeFrom::Last(offset),
        _ => SubscribeFrom::Position(StreamPosition { epoch, offset }),
    }
}
