//! Payloads as the machine carries them, and messages of session mode as bytes.
//!
//! Owns: that a message to many is encoded once. Its payload and its bytes on
//! the wire are one allocation, shared by the ring and by every receiver.

use bytes::Bytes;
use bytestring::ByteString;
use staywire_protocol::message::{LaneMessage, MessageKind, ServerIntroduction, ToClient};
use staywire_protocol::wire::Header;

use crate::message::Message;
use crate::session::backlog::Queued;

/// What the machine keeps of a message, and hands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// To one session: its header is known when it is written.
    Bare(Message),
    /// Of a stream: encoded already, and the same for each reader.
    Encoded {
        message: Message,
        /// Where the payload begins.
        at: usize,
    },
}

/// The longest header line of a message with a payload: a letter, three numbers below 2^53, and what stands between.
const MAX_DATA_HEADER_BYTES: usize = 56;

impl Payload {
    /// The payload of message `offset` of the stream `alias`.
    pub(crate) fn of_stream(alias: u64, offset: u64, payload: &Message) -> Self {
        let mut header = Vec::with_capacity(MAX_DATA_HEADER_BYTES + payload.len());
        Header::StreamMessage { alias, offset }.encode(&mut header);
        let at = header.len();
        Self::Encoded { message: join(header, payload), at }
    }

    /// The payload alone.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Bare(message) => message.clone(),
            Self::Encoded { message, at } => slice(message, *at),
        }
    }

    /// Whether it needs no further encoding.
    pub(crate) const fn is_encoded(&self) -> bool {
        matches!(self, Self::Encoded { .. })
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Bare(message) => message.len(),
            Self::Encoded { message, at } => message.len() - at,
        }
    }
}

/// The machine's own texts are empty.
impl Default for Payload {
    fn default() -> Self {
        Self::Bare(ByteString::new().into())
    }
}

impl From<Message> for Payload {
    fn from(message: Message) -> Self {
        Self::Bare(message)
    }
}

impl From<Payload> for Message {
    fn from(payload: Payload) -> Self {
        payload.message()
    }
}

/// The size of a message as the machines count it; none is as large as what that cannot say.
pub(crate) fn size(message: &Message) -> u32 {
    u32::try_from(message.len()).unwrap_or(u32::MAX)
}

pub(crate) const fn kind(message: &Message) -> MessageKind {
    match message {
        Message::Text(_) => MessageKind::Text,
        Message::Binary(_) => MessageKind::Binary,
    }
}

/// What follows the header of `message`, without a copy.
pub(crate) fn slice(message: &Message, at: usize) -> Message {
    match message {
        // A header is ASCII, so what follows it begins with a whole character.
        Message::Text(text) => {
            text.get(at..).map_or_else(ByteString::new, |rest| text.slice_ref(rest)).into()
        }
        Message::Binary(bytes) => bytes.slice(at.min(bytes.len())..).into(),
    }
}

/// The message that `message` is on the wire.
pub(crate) fn encode(message: &ToClient<Payload>, introduction: &ServerIntroduction<'_>) -> Message {
    if let ToClient::Stream { payload: Payload::Encoded { message, .. }, .. } = message {
        return message.clone();
    }
    let mut header = Vec::with_capacity(MAX_DATA_HEADER_BYTES + message.payload_bytes());
    match message.encode(introduction, &mut header) {
        Some(payload) => join(header, &payload.message()),
        None => join(header, &Message::Text(ByteString::new())),
    }
}

/// One message of a header and its payload, as text unless the payload is binary.
fn join(header: Vec<u8>, payload: &Message) -> Message {
    match payload {
        Message::Text(text) => {
            // A header is ASCII. The payload is known to be UTF-8, and is not looked at again.
            let mut line = String::from_utf8(header).unwrap_or_default();
            line.push_str(text);
            line.into()
        }
        Message::Binary(bytes) => {
            let mut joined = header;
            joined.extend_from_slice(bytes);
            Bytes::from(joined).into()
        }
    }
}

/// The payload of `message`, if it has one.
pub(crate) const fn payload_of(message: &ToClient<Payload>) -> Option<&Payload> {
    match message {
        ToClient::Stream { payload, .. } => Some(payload),
        ToClient::Lane { message, .. } => match message {
            LaneMessage::Message(payload)
            | LaneMessage::Request(payload)
            | LaneMessage::Reply { payload, .. }
            | LaneMessage::Failure { payload, .. }
            | LaneMessage::Publish { payload, .. } => Some(payload),
            LaneMessage::Cancel { .. } | LaneMessage::Subscribe { .. } | LaneMessage::Unsubscribe { .. } => {
                None
            }
        },
        ToClient::Answer { .. }
        | ToClient::Added(_)
        | ToClient::Gone { .. }
        | ToClient::Skip { .. }
        | ToClient::Ack(_)
        | ToClient::Ping(_)
        | ToClient::Pong(_)
        | ToClient::Credit(_)
        | ToClient::Move(_)
        | ToClient::Goodbye => None,
    }
}

impl Queued for ToClient<Payload> {
    fn payload_bytes(&self) -> usize {
        payload_of(self).map_or(0, Payload::len)
    }

    /// Acknowledgements and credit are sums, and one pong answers all pings before it: the newest says it all.
    fn absorb(&mut self, next: &Self) -> bool {
        let absorbs = matches!(
            (&*self, next),
            (Self::Ack(_), Self::Ack(_))
                | (Self::Pong(_), Self::Pong(_))
                | (Self::Credit(_), Self::Credit(_))
        );
        if absorbs {
            self.clone_from(next);
        }
        absorbs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use staywire_protocol::wire::Id;

    const INTRODUCTION: ServerIntroduction<'static> =
        ServerIntroduction { instance: Id::from_bits(1), protocol: None };

    #[test]
    fn a_message_of_a_stream_is_encoded_once_and_its_payload_is_part_of_it() {
        let payload = Payload::of_stream(7, 12, &"hello".into());
        let encoded =
            encode(&ToClient::Stream { alias: 7, offset: 12, payload: payload.clone() }, &INTRODUCTION);
        assert_eq!(encoded, Message::from("s7 12\nhello"));
        assert_eq!(payload.message(), Message::from("hello"));
        let address = |message: &Message| message.as_bytes().as_ptr();
        assert_eq!(address(&payload.message()), address(&encoded).wrapping_add(6), "it is not a copy");
    }

    #[test]
    fn a_message_of_the_inbox_is_of_its_payloads_kind() {
        let lane =
            |payload: Message| ToClient::Lane { number: 3, message: LaneMessage::Message(payload.into()) };
        assert_eq!(encode(&lane("张".into()), &INTRODUCTION), Message::from("d3\n张"));
        let binary = encode(&lane(vec![0xFF, 0].into()), &INTRODUCTION);
        assert_eq!(binary, Message::from(vec![b'd', b'3', b'\n', 0xFF, 0]));
    }

    #[test]
    fn a_message_without_a_payload_has_no_line_feed() {
        assert_eq!(encode(&ToClient::Ack(9), &INTRODUCTION), Message::from("a9"));
    }

    #[test]
    fn only_the_newest_of_two_acknowledgements_waits() {
        let mut waiting: ToClient<Payload> = ToClient::Ack(3);
        assert!(waiting.absorb(&ToClient::Ack(5)));
        assert_eq!(waiting, ToClient::Ack(5));
        assert!(!waiting.absorb(&ToClient::Ping(6)), "a ping is to be answered");
    }
}
