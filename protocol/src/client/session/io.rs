//! What comes out of the client's half of a session.

use crate::message::{RequestError, ToServer};
use crate::parts::ring::Gap;
use crate::wire::{Epoch, FailureCode, FreshReason, Name, Stream, StreamPosition};
use crate::{CloseCode, ConnectionId};

/// Something that the driver does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Output<P, T, R, N = Name<'static>, E = Epoch> {
    /// Send a message.
    Transmit {
        /// Where.
        connection: ConnectionId,
        /// What.
        message: ToServer<P, T, N, E>,
    },
    /// Give a connection up: another one has taken over, or the server broke the protocol.
    Drop {
        /// Which one.
        connection: ConnectionId,
        /// What to close it with.
        code: CloseCode,
    },
    /// Open a second connection after this time, while the first still delivers.
    Relocate {
        /// Drawn from the server's window.
        after: crate::Duration,
    },
    /// Tell the application.
    Event(Event<P, R, N, E>),
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<P, R, N = Name<'static>, E = Epoch> {
    /// A session was made.
    Open,
    /// The session goes on.
    Resumed,
    /// The session could not go on, and another one was made.
    Fresh(FreshReason),
    /// Exactly these messages of the inbox are lost: the server's ring ran over.
    InboxGap(Gap),
    /// Exactly these messages of a stream are lost.
    StreamGap {
        /// Which stream.
        stream: Stream<N>,
        /// The numbers.
        gap: Gap,
    },
    /// The numbering of a stream has changed; how many messages are missing cannot be known.
    StreamReset {
        /// Which stream.
        stream: Stream<N>,
        /// The last position that was held.
        held: StreamPosition<E>,
        /// Where it goes on.
        position: StreamPosition<E>,
    },
    /// A message for this session.
    Message(P),
    /// A message of a stream, and the position that the application may store.
    StreamMessage {
        /// Which stream.
        stream: Stream<N>,
        /// The message's place.
        position: StreamPosition<E>,
        /// The message.
        payload: P,
    },
    /// A request of the server; answered by `reply` or `fail` with its number.
    Request {
        /// Its number.
        number: u64,
        /// The request.
        payload: P,
    },
    /// The server gave up its request `number`.
    Cancelled {
        /// The request.
        number: u64,
    },
    /// The listener is done with the message `number`.
    Acknowledged {
        /// Everything up to it is.
        number: u64,
    },
    /// The message `number` is larger than the server takes, which was not known when it was sent: it never left.
    TooLarge {
        /// Its number, which is given up in its place.
        number: u64,
    },
    /// The message `number` was sent and the session was lost: nobody knows whether it took effect.
    OutcomeUnknown {
        /// Its number in the lost session.
        number: u64,
    },
    /// The message `number` was never sent, and belongs to the new session under another number.
    Moved {
        /// Its number in the lost session.
        number: u64,
        /// Its number now, by which it is acknowledged.
        to: u64,
    },
    /// A topic is read. What is missing between the position that was asked for and this one is told next.
    Subscribed {
        /// The topic.
        topic: N,
        /// What follows begins right after it.
        position: StreamPosition<E>,
    },
    /// The server refused a subscription.
    SubscriptionRefused {
        /// The topic.
        topic: N,
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as text.
        payload: P,
    },
    /// The server does not send a stream any more.
    Gone {
        /// Which stream.
        stream: Stream<N>,
        /// Why.
        code: FailureCode,
    },
    /// The server refused the publication `number`.
    PublicationRefused {
        /// Its number.
        number: u64,
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as text.
        payload: P,
    },
    /// An own request has its reply, or never will.
    Settled {
        /// Who waits.
        who: R,
        /// The reply.
        result: Result<P, RequestError<P>>,
    },
    /// The session is over. Told once, last.
    Ended(EndReason),
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Either side said goodbye.
    Goodbye,
    /// The server broke the protocol.
    Violation,
}

/// Why a message was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The messages that wait and those that are not acknowledged leave no room.
    QueueFull {
        /// The bound, in bytes.
        max_bytes: u64,
    },
    /// The server takes no message that large.
    TooLarge {
        /// The server's bound, in bytes.
        max_message_bytes: u64,
    },
    /// There are as many requests under way as there may be.
    TooManyRequests {
        /// The bound.
        max_requests: usize,
    },
    /// It replies to a request that nobody waits for any more.
    NotWaiting,
    /// The session is over.
    Ended,
}

/// Why a topic is not subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscribeError {
    /// It is subscribed to already.
    AlreadySubscribed,
    /// The topics that are subscribed to take [`MAX_SUBSCRIPTION_BYTES`](super::MAX_SUBSCRIPTION_BYTES) with it.
    TooManySubscriptions,
    /// It could not be asked for.
    NotSent(SendError),
}

impl From<SendError> for SubscribeError {
    fn from(error: SendError) -> Self {
        Self::NotSent(error)
    }
}
