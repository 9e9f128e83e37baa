//! From typed messages to bytes.
//!
//! Owns: which header a message has. Never: touches a payload; who transmits
//! writes it after the header, in one piece or vectored.

use alloc::vec::Vec;

use super::{Answer, ClientIntroduction, LaneMessage, Opening, ServerIntroduction, ToClient, ToServer};
use crate::parts::ring::Gap;
use crate::wire::{AnswerHeader, Header, HeldStream, Hello, Resume, StreamLine, Token};

impl<P> ToServer<P, Token> {
    /// Appends the message to `out`, up to the payload that is returned and belongs right after it.
    ///
    /// It travels in a text message, unless its payload is binary. An opening alone needs the `introduction`.
    pub fn encode(&self, introduction: &ClientIntroduction<'_>, out: &mut Vec<u8>) -> Option<&P> {
        let header = match *self {
            Self::Opening(ref opening) => {
                opening.encode(introduction, out);
                return None;
            }
            Self::Lane { number, ref message } => return message.encode(number, out),
            Self::Ack(done) => Header::Ack { done },
            Self::Ping(done) => Header::Ping { done },
            Self::Pong(done) => Header::Pong { done },
            Self::Goodbye => Header::Goodbye,
        };
        header.encode(out);
        None
    }
}

impl<P> ToClient<P> {
    /// Appends the message to `out`, up to the payload that is returned and belongs right after it.
    ///
    /// It travels in a text message, unless its payload is binary. An answer alone needs the `introduction`.
    pub fn encode(&self, introduction: &ServerIntroduction<'_>, out: &mut Vec<u8>) -> Option<&P> {
        let header = match *self {
            Self::Answer { ref answer, ref limits, ref streams } => {
                let header = answer.header(introduction);
                let streams = streams.iter().map(StreamLine::borrowed);
                header.encode(limits, introduction.protocol, streams, out);
                return None;
            }
            Self::Lane { number, ref message } => return message.encode(number, out),
            Self::Stream { alias, offset, ref payload } => {
                Header::StreamMessage { alias, offset }.encode(out);
                return Some(payload);
            }
            Self::Added(ref line) => Header::Subscribed(line.borrowed()),
            Self::Gone { alias, code } => Header::Gone { alias, code },
            Self::Skip { alias, gap: Gap { from, to } } => Header::Skip { alias, from, to },
            Self::Ack(done) => Header::Ack { done },
            Self::Ping(done) => Header::Ping { done },
            Self::Pong(done) => Header::Pong { done },
            Self::Credit(bytes) => Header::Credit { bytes },
            Self::Move(window) => Header::Move { window_millis: window.as_millis() },
            Self::Goodbye => Header::Goodbye,
        };
        header.encode(out);
        None
    }
}

impl<P> LaneMessage<P> {
    fn encode(&self, number: u64, out: &mut Vec<u8>) -> Option<&P> {
        let (header, payload) = match *self {
            Self::Message(ref payload) => (Header::Message { number }, Some(payload)),
            Self::Request(ref payload) => (Header::Request { number }, Some(payload)),
            Self::Reply { to, ref payload } => (Header::Reply { number, request: to }, Some(payload)),
            Self::Failure { to, code, ref payload } => {
                (Header::Failure { number, request: to, code }, Some(payload))
            }
            Self::Cancel { to } => (Header::Cancel { number, request: to }, None),
            Self::Subscribe { ref topic, from } => {
                (Header::Subscribe { number, from, topic: topic.borrowed() }, None)
            }
            Self::Unsubscribe { ref topic } => {
                (Header::Unsubscribe { number, topic: topic.borrowed() }, None)
            }
            Self::Publish { ref topic, ref payload } => {
                (Header::Publish { number, topic: topic.borrowed() }, Some(payload))
            }
        };
        header.encode(out);
        payload
    }
}

impl Opening<Token> {
    fn encode(&self, introduction: &ClientIntroduction<'_>, out: &mut Vec<u8>) {
        let credential = introduction.credential;
        let protocols = introduction.protocols.iter().copied();
        match *self {
            Self::Hello { token, attempt, ref streams } => {
                let streams = streams.iter().map(HeldStream::borrowed);
                Hello { token, attempt }.encode(credential, protocols, streams, out);
            }
            Self::Resume { session, current, next, attempt, inbox, sent, ref streams } => {
                let streams = streams.iter().map(HeldStream::borrowed);
                let resume = Resume { session, current, next, attempt, inbox, sent };
                resume.encode(credential, protocols, streams, out);
            }
        }
    }
}

impl Answer {
    const fn header(&self, introduction: &ServerIntroduction<'_>) -> AnswerHeader {
        let instance = introduction.instance;
        match *self {
            Self::Welcome { session, oldest } => AnswerHeader::Welcome { session, instance, oldest },
            Self::Resumed { accepted, done, oldest } => {
                AnswerHeader::Resumed { instance, accepted, done, oldest }
            }
            Self::Fresh { reason, session, oldest } => {
                AnswerHeader::Fresh { reason, session, instance, oldest }
            }
        }
    }
}
