//! What the application is told.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use bytestring::ByteString;
use staywire_protocol::CloseCode;
use staywire_protocol::client::{Cause, Closed};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{FailureCode, FreshReason, Name, Stream, StreamPosition};

use crate::era::Era;
use crate::message::Message;

/// What [`Events::recv`](crate::Events::recv) gives, in the order in which it happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A session was made. Told once; afterwards it is `Resumed` or `Fresh`.
    Open,
    /// The session goes on over another connection. What it lacks is told by the gaps that follow, if any.
    Resumed,
    /// The session could not go on, and another one was made, to which what was never sent belongs.
    Fresh {
        /// Why the session could not go on.
        reason: FreshReason,
        /// The numbers ([`Sent::number`](crate::Sent::number)) that were sent in the lost session and not
        /// acknowledged: nobody knows whether they took effect, and they are not sent again.
        unknown: Option<RangeInclusive<u64>>,
    },
    /// A message for this session.
    Message(Message),
    /// A message of a stream that many read.
    StreamMessage {
        /// Which stream.
        stream: Stream,
        /// The message's place, from which the stream can be read again.
        position: StreamPosition,
        /// The message.
        message: Message,
    },
    /// Exactly these messages for this session are lost: the server's ring ran over.
    InboxGap(Gap),
    /// Exactly these messages of a stream are lost.
    StreamGap {
        /// Which stream.
        stream: Stream,
        /// Their numbers.
        gap: Gap,
    },
    /// The numbering of a stream has changed; how many of its messages are missing cannot be known.
    StreamReset {
        /// Which stream.
        stream: Stream,
        /// The last position that was read.
        held: StreamPosition,
        /// Where it goes on.
        position: StreamPosition,
    },
    /// A topic is read; what is missing since the position that was asked for is told next.
    Subscribed {
        /// Which topic.
        topic: Name<'static>,
        /// What follows begins right after it.
        position: StreamPosition,
    },
    /// The server refused a subscription.
    SubscriptionRefused {
        /// Which topic.
        topic: Name<'static>,
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as the server says it.
        reason: ByteString,
    },
    /// The server does not send a stream any more.
    Gone {
        /// Which stream.
        stream: Stream,
        /// Why.
        code: FailureCode,
    },
    /// The server refused a publication.
    PublicationRefused {
        /// Its [`number`](crate::Sent::number).
        number: u64,
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as the server says it.
        reason: ByteString,
    },
    /// The server asks; answer it with [`Client::reply`](crate::Client::reply) or [`Client::fail`](crate::Client::fail).
    Request(Request),
    /// The server gave up a request.
    Cancelled {
        /// The request's [`number`](Request::number).
        number: u64,
    },
    /// The connection fell silent and is being replaced.
    Stale,
    /// There is no connection, and another will be tried. What is sent meanwhile waits.
    Reconnecting {
        /// Attempts since the last connection that lasted; the first is 0.
        attempt: u32,
        /// Time until the attempt is made.
        delay: Duration,
        /// How the connection before it ended.
        lost: ConnectionEnd,
    },
    /// The conversation is over. Told once, last.
    Closed {
        /// How the last connection ended.
        last: ConnectionEnd,
        /// Whether this is a failure, rather than what either side asked for.
        is_failure: bool,
        /// The numbers that were accepted by `send` and never acknowledged.
        unknown: Option<RangeInclusive<u64>>,
    },
}

impl Event {
    /// What the event costs where it waits: its payload and a fixed price for its place.
    pub(crate) fn queued_bytes(&self) -> usize {
        const PLACE: usize = 64;
        let payload = match self {
            Self::Message(message) | Self::StreamMessage { message, .. } => message.len(),
            Self::Request(request) => request.message.len(),
            _ => 0,
        };
        payload + PLACE
    }
}

/// A request of the server.
pub struct Request {
    number: u64,
    message: Message,
    /// The session that asked; its numbers mean nothing in another.
    pub(crate) era: Arc<Era>,
}

impl Request {
    pub(crate) fn new(number: u64, message: Message, era: Arc<Era>) -> Self {
        Self { number, message, era }
    }

    /// Its number, by which [`Event::Cancelled`] names it.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// What the server asks.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, message, .. } = self;
        f.debug_struct("Request").field("number", number).field("message", message).finish_non_exhaustive()
    }
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionEnd {
    /// The code of the closing handshake, or 1006 without one.
    pub code: CloseCode,
    /// The reason that came with the code, or else what went wrong here; may be empty.
    pub reason: ByteString,
    /// Whether the closing handshake was completed.
    pub was_clean: bool,
    /// Who or what ended it.
    pub cause: Cause,
}

impl From<Closed<Message>> for ConnectionEnd {
    fn from(closed: Closed<Message>) -> Self {
        let reason = closed.reason.map(Message::into_text).unwrap_or_default();
        Self { code: closed.code, reason, was_clean: closed.was_clean, cause: closed.cause }
    }
}
