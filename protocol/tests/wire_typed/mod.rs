//! Any typed message of either side, drawn from dice, and the way to bytes and back.
//!
//! Owns: the choice among what a side may say. Numbers that are counted from 1
//! are never 0 here, and nothing is said twice: that it is refused is for
//! `wire_violations`.

use staywire_protocol::Duration;
use staywire_protocol::message::{
    Answer, ClientIntroduction, LaneMessage, MessageKind, Opening, ServerIntroduction, ToClient, ToServer,
};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{
    Credential, FreshReason, HeldStream, Id, StreamLine, StreamOutcome, SubProtocol, Token,
};

use crate::wire_messages::{self as any, Dice};

type Payload = Vec<u8>;

/// A typed message, and what its sender says of itself where it is the first.
#[derive(Debug)]
pub(crate) enum AnyTyped {
    Opening(Opening<Token>, Option<String>, Vec<String>),
    ToServer(ToServer<Payload, Token>),
    Answer(ToClient<Payload>, Option<String>, Id),
    ToClient(ToClient<Payload>),
}

impl AnyTyped {
    pub(crate) fn draw(dice: &mut Dice<'_>) -> Self {
        match dice(4) {
            0 => {
                let credential = (dice(2) == 0).then(|| any::text(dice, Credential::MAX_LEN, any::GRAPHIC));
                Self::Opening(opening(dice), credential, protocols(dice))
            }
            1 => Self::ToServer(to_server(dice)),
            2 => {
                let answer = ToClient::Answer {
                    answer: answer(dice),
                    limits: any::limits(dice),
                    streams: stream_lines(dice),
                };
                Self::Answer(answer, protocols(dice).pop(), any::id(dice))
            }
            _ => Self::ToClient(to_client(dice)),
        }
    }

    /// Goes to bytes and back, and compares everything.
    pub(crate) fn assert_comes_back(&self) {
        let mut bytes = Vec::new();
        match self {
            Self::Opening(opening, credential, protocols) => {
                let introduction = ClientIntroduction {
                    credential: credential.as_deref().and_then(Credential::new),
                    protocols: protocols.iter().map(|name| sub_protocol(name)).collect(),
                };
                let message = ToServer::<(), _>::Opening(opening.clone());
                assert_eq!(message.encode(&introduction, &mut bytes), None);
                let decoded = Opening::decode(MessageKind::Text, &bytes);
                assert_eq!(decoded, Ok((opening.clone(), introduction)));
            }
            Self::ToServer(message) => {
                let at =
                    written(message.encode(&ClientIntroduction::default(), &mut bytes).cloned(), &mut bytes);
                let decoded = ToServer::decode(MessageKind::Text, &bytes, |from| bytes[from..].to_vec());
                assert_eq!(decoded, Ok((message.clone(), (bytes.len() - at) as u32)));
            }
            Self::Answer(answer, protocol, instance) => {
                let protocol = protocol.as_deref().map(sub_protocol);
                let introduction = ServerIntroduction { instance: *instance, protocol };
                assert_eq!(answer.encode(&introduction, &mut bytes), None);
                let decoded = ToClient::decode_answer(MessageKind::Text, &bytes);
                assert_eq!(decoded, Ok((answer.clone(), introduction)));
            }
            Self::ToClient(message) => {
                let at = written(message.encode(&nobody(), &mut bytes).cloned(), &mut bytes);
                let decoded = ToClient::decode(MessageKind::Text, &bytes, |from| bytes[from..].to_vec());
                assert_eq!(decoded, Ok((message.clone(), (bytes.len() - at) as u32)));
            }
        }
    }
}

/// Where the payload begins that is appended.
fn written(payload: Option<Payload>, bytes: &mut Vec<u8>) -> usize {
    let at = bytes.len();
    bytes.extend(payload.unwrap_or_default());
    at
}

/// What a message that is no answer needs of its server: nothing.
fn nobody() -> ServerIntroduction<'static> {
    ServerIntroduction { instance: Id::from_bits(0), protocol: None }
}

fn sub_protocol(name: &str) -> SubProtocol<'_> {
    SubProtocol::new(name).unwrap()
}

fn opening(dice: &mut Dice<'_>) -> Opening<Token> {
    let mut streams: Vec<_> = (0..dice(4))
        .map(|_| HeldStream { stream: any::stream(dice), position: any::position(dice) })
        .collect();
    keep_first(&mut streams, |held| held.stream.clone());
    if dice(2) == 0 {
        return Opening::Hello { token: any::token(dice), attempt: counted(dice), streams };
    }
    Opening::Resume {
        session: any::id(dice),
        current: any::token(dice),
        next: any::token(dice),
        attempt: counted(dice),
        inbox: any::number(dice),
        sent: any::number(dice),
        streams,
    }
}

fn answer(dice: &mut Dice<'_>) -> Answer {
    let (session, oldest) = (any::id(dice), counted(dice));
    match dice(3) {
        0 => Answer::Welcome { session, oldest },
        1 => Answer::Resumed { accepted: any::number(dice), done: any::number(dice), oldest },
        _ => Answer::Fresh { reason: FreshReason::Expired, session, oldest },
    }
}

fn to_server(dice: &mut Dice<'_>) -> ToServer<Payload, Token> {
    match dice(5) {
        0 => ToServer::Ack(any::number(dice)),
        1 => ToServer::Ping(any::number(dice)),
        2 => ToServer::Pong(any::number(dice)),
        3 => ToServer::Goodbye,
        _ => {
            let message = match dice(8) {
                0 => LaneMessage::Subscribe { topic: any::name(dice), from: any::subscribe_from(dice) },
                1 => LaneMessage::Unsubscribe { topic: any::name(dice) },
                2 => LaneMessage::Publish { topic: any::name(dice), payload: payload(dice) },
                _ => lane_message(dice),
            };
            ToServer::Lane { number: counted(dice), message }
        }
    }
}

fn to_client(dice: &mut Dice<'_>) -> ToClient<Payload> {
    match dice(11) {
        0 => ToClient::Ack(any::number(dice)),
        1 => ToClient::Ping(any::number(dice)),
        2 => ToClient::Pong(any::number(dice)),
        3 => ToClient::Credit(any::number(dice)),
        4 => ToClient::Move(Duration::from_millis(any::number(dice))),
        5 => ToClient::Goodbye,
        6 => ToClient::Gone { alias: any::number(dice), code: any::code(dice) },
        7 => {
            let (alias, offset) = (any::number(dice), counted(dice));
            ToClient::Stream { alias, offset, payload: payload(dice) }
        }
        8 => ToClient::Added(stream_line(dice)),
        9 => ToClient::Skip { alias: any::number(dice), gap: gap(dice) },
        _ => ToClient::Lane { number: counted(dice), message: lane_message(dice) },
    }
}

/// A message that both sides have.
fn lane_message(dice: &mut Dice<'_>) -> LaneMessage<Payload> {
    let to = counted(dice);
    match dice(5) {
        0 => LaneMessage::Message(payload(dice)),
        1 => LaneMessage::Request(payload(dice)),
        2 => LaneMessage::Reply { to, payload: payload(dice) },
        3 => LaneMessage::Failure { to, code: any::code(dice), payload: payload(dice) },
        _ => LaneMessage::Cancel { to },
    }
}

fn stream_lines(dice: &mut Dice<'_>) -> Vec<StreamLine> {
    let mut lines: Vec<_> = (0..dice(4)).map(|_| stream_line(dice)).collect();
    keep_first(&mut lines, |line| line.stream.clone());
    keep_first(&mut lines, |line| line.alias);
    lines
}

fn stream_line(dice: &mut Dice<'_>) -> StreamLine {
    let mut line = any::stream_line(dice);
    if let StreamOutcome::Gap { from, to, .. } = &mut line.outcome {
        (*from, *to) = ((*from).min(*to).max(1), (*from).max(*to).max(1));
    }
    line
}

fn gap(dice: &mut Dice<'_>) -> Gap {
    let (one, other) = (counted(dice), counted(dice));
    Gap { from: one.min(other), to: one.max(other) }
}

fn protocols(dice: &mut Dice<'_>) -> Vec<String> {
    let mut names: Vec<_> = (0..dice(3)).map(|_| any::text(dice, SubProtocol::MAX_LEN, any::TOKEN)).collect();
    keep_first(&mut names, String::clone);
    names
}

/// Drops what says again what an earlier one says.
fn keep_first<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = std::collections::BTreeSet::new();
    items.retain(|item| seen.insert(key(item)));
}

fn counted(dice: &mut Dice<'_>) -> u64 {
    any::number(dice).max(1)
}

fn payload(dice: &mut Dice<'_>) -> Payload {
    [&b""[..], b"text", b"\n", b"d1\n"][dice(4) as usize].to_vec()
}
