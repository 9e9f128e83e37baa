//! From bytes to typed messages.
//!
//! Owns: what the form of a message leaves open and its place decides, which
//! is who may send it, where counting begins, and what may not be said twice.
//! Never: knows a session's state, or looks at a payload. What it allocates is
//! bounded by the bytes that came, never by a number in them.

use crate::Duration;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{
    Answer, ClientIntroduction, DecodeError, LaneMessage, MessageKind, Opening, ServerIntroduction, ToClient,
    ToServer,
};
use crate::parts::ring::Gap;
use crate::wire::{
    self, AnswerHeader, Header, Name, OpeningHeader, PayloadForm, StreamLine, StreamOutcome, Token,
};

/// The longest opening, in bytes.
///
/// It comes from somebody who has proven nothing yet. There is room for a credential, twenty sub-protocols and
/// 48 KiB of streams.
pub const MAX_OPENING_BYTES: usize = 64 * 1024;

/// The longest answer, in bytes.
///
/// It has one line for each stream of the opening, with an alias, and where the stream began anew, another position;
/// streams that the server adds are few. That is less than twice the longest opening.
pub const MAX_ANSWER_BYTES: usize = 2 * MAX_OPENING_BYTES;

impl Opening<Token> {
    /// Reads the first message of a connection, as its server.
    ///
    /// # Errors
    ///
    /// A [`DecodeError`]; the connection is closed with 3510 and nothing else happens.
    pub fn decode(kind: MessageKind, message: &[u8]) -> Result<(Self, ClientIntroduction<'_>), DecodeError> {
        if message.len() > MAX_OPENING_BYTES {
            return Err(DecodeError::OpeningTooLong { bytes: message.len() });
        }
        check_form(kind, PayloadForm::None)?;
        let opening = wire::Opening::parse(message)?;
        let protocols: Vec<_> = opening.protocols().collect();
        all_differ(&protocols, DecodeError::RepeatedSubProtocol)?;
        let introduction = ClientIntroduction { credential: opening.credential, protocols };
        let streams: Vec<_> = opening.streams().map(wire::HeldStream::into_static).collect();
        all_differ(streams.iter().map(|held| &held.stream), DecodeError::RepeatedStream)?;
        let typed = match opening.header {
            OpeningHeader::Hello(wire::Hello { token, attempt }) => {
                Self::Hello { token, attempt: counted(attempt)?, streams }
            }
            OpeningHeader::Resume(wire::Resume { session, current, next, attempt, inbox, sent }) => {
                Self::Resume { session, current, next, attempt: counted(attempt)?, inbox, sent, streams }
            }
        };
        Ok((typed, introduction))
    }
}

impl<P, T> ToServer<P, T> {
    /// Reads a message of a client that is not the first of its connection, and how many bytes its payload has.
    ///
    /// `payload` makes the payload's handle of the offset at which it begins; it ends with the message.
    ///
    /// # Errors
    ///
    /// A [`DecodeError`]; the connection is closed with 3510 and the session ends.
    pub fn decode(
        kind: MessageKind,
        message: &[u8],
        payload: impl FnOnce(usize) -> P,
    ) -> Result<(Self, u32), DecodeError> {
        let (header, at) = read_header(kind, message)?;
        let typed = match header {
            Header::Ack { done } => Self::Ack(done),
            Header::Ping { done } => Self::Ping(done),
            Header::Pong { done } => Self::Pong(done),
            Header::Goodbye => Self::Goodbye,
            header => {
                let (number, message) = lane_message(header, || payload(at))?;
                Self::Lane { number, message }
            }
        };
        Ok((typed, payload_bytes(message, at)))
    }
}

impl<P> ToClient<P> {
    /// Reads the first message of a connection, as its client: always a [`ToClient::Answer`].
    ///
    /// # Errors
    ///
    /// A [`DecodeError`]; the connection is closed with 3510 and the session ends.
    pub fn decode_answer(
        kind: MessageKind,
        message: &[u8],
    ) -> Result<(Self, ServerIntroduction<'_>), DecodeError> {
        if message.len() > MAX_ANSWER_BYTES {
            return Err(DecodeError::AnswerTooLong { bytes: message.len() });
        }
        check_form(kind, PayloadForm::None)?;
        let read = wire::Answer::parse(message)?;
        let (answer, instance) = typed_answer(read.header)?;
        let streams: Vec<_> = read.streams().map(StreamLine::into_static).collect();
        streams.iter().try_for_each(check_line)?;
        all_differ(streams.iter().map(|line| &line.stream), DecodeError::RepeatedStream)?;
        all_differ(streams.iter().map(|line| line.alias), DecodeError::RepeatedAlias)?;
        let introduction = ServerIntroduction { instance, protocol: read.protocol };
        Ok((Self::Answer { answer, limits: read.limits, streams }, introduction))
    }

    /// Reads a message of a server that is not the first of its connection, and how many bytes its payload has.
    ///
    /// `payload` makes the payload's handle of the offset at which it begins; it ends with the message.
    ///
    /// # Errors
    ///
    /// A [`DecodeError`]; the connection is closed with 3510 and the session ends.
    pub fn decode(
        kind: MessageKind,
        message: &[u8],
        payload: impl FnOnce(usize) -> P,
    ) -> Result<(Self, u32), DecodeError> {
        let (header, at) = read_header(kind, message)?;
        let typed = match header {
            Header::StreamMessage { alias, offset } => {
                Self::Stream { alias, offset: counted(offset)?, payload: payload(at) }
            }
            Header::Ack { done } => Self::Ack(done),
            Header::Ping { done } => Self::Ping(done),
            Header::Pong { done } => Self::Pong(done),
            Header::Credit { bytes } => Self::Credit(bytes),
            Header::Subscribed(line) => {
                check_line(&line)?;
                Self::Added(line.into_static())
            }
            Header::Move { window_millis } => Self::Move(Duration::from_millis(window_millis)),
            Header::Gone { alias, code } => Self::Gone { alias, code },
            Header::Skip { alias, from, to } => Self::Skip { alias, gap: checked_gap(from, to)? },
            Header::Goodbye => Self::Goodbye,
            Header::Subscribe { .. } | Header::Unsubscribe { .. } | Header::Publish { .. } => {
                return Err(DecodeError::WrongDirection);
            }
            header => {
                let (number, message) = lane_message(header, || payload(at))?;
                Self::Lane { number, message }
            }
        };
        Ok((typed, payload_bytes(message, at)))
    }
}

fn read_header(kind: MessageKind, message: &[u8]) -> Result<(Header<'_>, usize), DecodeError> {
    let (header, at) = Header::parse(message)?;
    check_form(kind, header.payload_form())?;
    Ok((header, at))
}

/// A message of the sender's lane; any other header is not the sender's to send.
fn lane_message<P>(
    header: Header<'_>,
    payload: impl FnOnce() -> P,
) -> Result<(u64, LaneMessage<P>), DecodeError> {
    let (number, message) = match header {
        Header::Message { number } => (number, LaneMessage::Message(payload())),
        Header::Request { number } => (number, LaneMessage::Request(payload())),
        Header::Reply { number, request } => {
            (number, LaneMessage::Reply { to: counted(request)?, payload: payload() })
        }
        Header::Failure { number, request, code } => {
            (number, LaneMessage::Failure { to: counted(request)?, code, payload: payload() })
        }
        Header::Cancel { number, request } => (number, LaneMessage::Cancel { to: counted(request)? }),
        Header::Subscribe { number, from, topic } => {
            (number, LaneMessage::Subscribe { topic: topic.into_static(), from })
        }
        Header::Unsubscribe { number, topic } => {
            (number, LaneMessage::Unsubscribe { topic: topic.into_static() })
        }
        Header::Publish { number, topic } => {
            (number, LaneMessage::Publish { topic: topic.into_static(), payload: payload() })
        }
        Header::Ack { .. }
        | Header::Ping { .. }
        | Header::Pong { .. }
        | Header::Credit { .. }
        | Header::StreamMessage { .. }
        | Header::Subscribed(_)
        | Header::Move { .. }
        | Header::Gone { .. }
        | Header::Skip { .. }
        | Header::Goodbye => return Err(DecodeError::WrongDirection),
    };
    Ok((counted(number)?, message))
}

fn typed_answer(header: AnswerHeader) -> Result<(Answer, wire::Id), DecodeError> {
    Ok(match header {
        AnswerHeader::Welcome { session, instance, oldest } => {
            (Answer::Welcome { session, oldest: counted(oldest)? }, instance)
        }
        AnswerHeader::Resumed { instance, accepted, done, oldest } => {
            (Answer::Resumed { accepted, done, oldest: counted(oldest)? }, instance)
        }
        AnswerHeader::Fresh { reason, session, instance, oldest } => {
            (Answer::Fresh { reason, session, oldest: counted(oldest)? }, instance)
        }
    })
}

fn check_line(line: &StreamLine<Name<'_>>) -> Result<(), DecodeError> {
    match line.outcome {
        StreamOutcome::Gap { from, to, .. } => checked_gap(from, to).map(|_| ()),
        _ => Ok(()),
    }
}

const fn checked_gap(from: u64, to: u64) -> Result<Gap, DecodeError> {
    match counted(from) {
        Ok(from) if from > to => Err(DecodeError::EmptyGap),
        Ok(from) => Ok(Gap { from, to }),
        Err(error) => Err(error),
    }
}

/// Whether a message with this `form` of payload may travel in a message of this `kind`.
const fn check_form(kind: MessageKind, form: PayloadForm) -> Result<(), DecodeError> {
    match (kind, form) {
        (MessageKind::Binary, PayloadForm::None | PayloadForm::Text) => Err(DecodeError::NotText),
        (MessageKind::Text, _) | (MessageKind::Binary, PayloadForm::Any) => Ok(()),
    }
}

/// A number that is counted from 1.
const fn counted(number: u64) -> Result<u64, DecodeError> {
    if number == 0 { Err(DecodeError::NumberZero) } else { Ok(number) }
}

fn all_differ<T: Ord>(items: impl IntoIterator<Item = T>, repeated: DecodeError) -> Result<(), DecodeError> {
    let mut seen = BTreeSet::new();
    if items.into_iter().all(|item| seen.insert(item)) { Ok(()) } else { Err(repeated) }
}

/// Saturates: no machine takes a message that large.
fn payload_bytes(message: &[u8], at: usize) -> u32 {
    u32::try_from(message.len() - at).unwrap_or(u32::MAX)
}
