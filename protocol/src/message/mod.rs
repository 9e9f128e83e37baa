//! The messages of a session, as the machines give and take them.
//!
//! `P` is a payload handle, `T` a token, `N` the name of a topic, `E` an epoch; the
//! last three are the wire's own where a driver does not keep them elsewhere. How a message looks on the wire is
//! `wire`'s business; what it means is PROTOCOL.md §3. Between the two stand
//! `decode` and `encode`, for drivers that have bytes.
//!
//! ```text
//!  WebSocket message ─► decode ─► Opening, ToServer / ToClient ─► a machine
//!  a machine ─► ToServer / ToClient ─► encode ─► header line, and the payload to write after it
//! ```

mod decode;
mod encode;
mod error;

use crate::Duration;
use crate::parts::ring::Gap;
use alloc::vec::Vec;

pub use decode::{MAX_ANSWER_BYTES, MAX_OPENING_BYTES};
pub use error::DecodeError;

use crate::wire::{
    Credential, Epoch, FailureCode, FreshReason, HeldStream, Id, Limits, Name, StreamLine, SubProtocol,
    SubscribeFrom,
};

/// Whether a WebSocket message is a text or a binary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A text message.
    Text,
    /// A binary message.
    Binary,
}

/// What a client says of itself in each opening, beside what concerns its session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientIntroduction<'a> {
    /// Who the user is, where the application asks for it.
    pub credential: Option<Credential<'a>>,
    /// The application's own sub-protocols, in order of preference.
    pub protocols: Vec<SubProtocol<'a>>,
}

/// What a server says of itself in each answer, beside what concerns the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerIntroduction<'a> {
    /// The server process that holds the session.
    pub instance: Id,
    /// The sub-protocol that it chose of those that the client offered.
    pub protocol: Option<SubProtocol<'a>>,
}

/// What has a number in its sender's lane, and is repeated until the other side is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneMessage<P, N = Name<'static>, E = Epoch> {
    /// A message.
    Message(P),
    /// A request; its number is its name.
    Request(P),
    /// The reply to the other side's request `to`.
    Reply {
        /// The request's number.
        to: u64,
        /// The reply.
        payload: P,
    },
    /// The other side's request `to` failed.
    Failure {
        /// The request's number.
        to: u64,
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as text.
        payload: P,
    },
    /// The sender gives up its own request `to`.
    Cancel {
        /// The request's number.
        to: u64,
    },
    /// Only from a client: it wants to read a topic.
    Subscribe {
        /// The topic.
        topic: N,
        /// What it wants of the past.
        from: SubscribeFrom<E>,
    },
    /// Only from a client: it does not want to read a topic any more.
    Unsubscribe {
        /// The topic.
        topic: N,
    },
    /// Only from a client: a message for everybody who reads a topic.
    Publish {
        /// The topic.
        topic: N,
        /// The message.
        payload: P,
    },
}

impl<P, N, E> LaneMessage<P, N, E> {
    /// Whether it is a `t` or a `u`.
    pub(crate) const fn is_subscription(&self) -> bool {
        matches!(self, Self::Subscribe { .. } | Self::Unsubscribe { .. })
    }
}

/// Why a request has no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError<P> {
    /// The other side answered with an error.
    Failed {
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as text.
        payload: P,
    },
    /// Its deadline has passed.
    Timeout,
    /// It fell out of the server's ring before the client came back for it: it took no effect.
    Undelivered,
    /// The session was lost or has ended: nobody knows whether it took effect.
    OutcomeUnknown,
}

/// The first message of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening<T, N = Name<'static>, E = Epoch> {
    /// A session is wanted.
    Hello {
        /// Its token.
        token: T,
        /// The attempt's number.
        attempt: u64,
        /// The streams that are to go on from a position that the application has kept.
        streams: Vec<HeldStream<N, E>>,
    },
    /// A session is to go on.
    Resume {
        /// The session that the last answer was for.
        session: Id,
        /// The token that is good.
        current: T,
        /// The one that follows it.
        next: T,
        /// The attempt's number.
        attempt: u64,
        /// The last number of the inbox that was delivered.
        inbox: u64,
        /// The highest number of the lane that was ever transmitted.
        sent: u64,
        /// The streams that are read, and how far.
        streams: Vec<HeldStream<N, E>>,
    },
}

/// What a client sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToServer<P, T, N = Name<'static>, E = Epoch> {
    /// The first message.
    Opening(Opening<T, N, E>),
    /// A message of the client's lane.
    Lane {
        /// Its number.
        number: u64,
        /// What it is.
        message: LaneMessage<P, N, E>,
    },
    /// The inbox was delivered up to this number.
    Ack(u64),
    /// A ping, with the same.
    Ping(u64),
    /// A pong, with the same.
    Pong(u64),
    /// The session ends.
    Goodbye,
}

/// The answer to the first message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A session was made.
    Welcome {
        /// The session.
        session: Id,
        /// The first number of the inbox that follows: more than 1 where an earlier answer was lost, and then the ring
        /// ran over.
        oldest: u64,
    },
    /// The session goes on.
    Resumed {
        /// The last number of the client's lane that was taken in.
        accepted: u64,
        /// The last number that is done.
        done: u64,
        /// The first number of the inbox that follows.
        oldest: u64,
    },
    /// Another session was made.
    Fresh {
        /// Why the old one is not there.
        reason: FreshReason,
        /// The new session.
        session: Id,
        /// The first number of the inbox that follows, as in `Welcome`.
        oldest: u64,
    },
}

/// What a server sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToClient<P, N = Name<'static>, E = Epoch> {
    /// The first message.
    Answer {
        /// What became of the session.
        answer: Answer,
        /// What is allowed, the credit among it.
        limits: Limits,
        /// The streams that are read on this connection.
        streams: Vec<StreamLine<N, E>>,
    },
    /// A message of the inbox.
    Lane {
        /// Its number.
        number: u64,
        /// What it is.
        message: LaneMessage<P, N, E>,
    },
    /// A message of a stream.
    Stream {
        /// The stream's number on this connection.
        alias: u64,
        /// The message's number in it.
        offset: u64,
        /// The message.
        payload: P,
    },
    /// A stream was added.
    Added(StreamLine<N, E>),
    /// A stream is not sent any more.
    Gone {
        /// Its number on this connection.
        alias: u64,
        /// Why.
        code: FailureCode,
    },
    /// Messages of a stream are left out on purpose.
    Skip {
        /// Its number on this connection.
        alias: u64,
        /// Which ones.
        gap: Gap,
    },
    /// The client's lane is done up to this number.
    Ack(u64),
    /// A ping, with the same.
    Ping(u64),
    /// A pong, with the same.
    Pong(u64),
    /// The credit, as a sum since the session began.
    Credit(u64),
    /// Come back on another connection within this time.
    Move(Duration),
    /// The session ends.
    Goodbye,
}
