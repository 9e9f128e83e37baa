//! What goes into a session's machine and what comes out of it.

use alloc::vec::Vec;

use crate::message::{RequestError, ToClient};
use crate::wire::{Name, StreamLine, SubscribeFrom};
use crate::{CloseCode, ConnectionId};

/// A `resume`, as far as it concerns the session that was found for it.
#[derive(Clone, Debug)]
pub struct Resume<P, H> {
    /// The hash of the token that is presented.
    pub token: H,
    /// The hash of the one that follows it.
    pub next: H,
    /// The attempt's number.
    pub attempt: u64,
    /// The last number of the inbox that was delivered.
    pub inbox: u64,
    /// The highest number of the lane that the client ever transmitted.
    pub sent: u64,
    /// What the streams have to say to the positions that the client holds.
    pub streams: Vec<StreamAnswer<P>>,
}

/// A stream's line in an answer, and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamAnswer<P> {
    /// What the client is told first.
    pub line: StreamLine,
    /// Numbers and payloads, in order, from right after the line's offset to the stream's last. What is left out between
    /// them is told to the client.
    pub replay: Vec<(u64, P)>,
}

/// Something that the driver does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Output<P, R> {
    /// Send a message.
    Transmit {
        /// Where.
        connection: ConnectionId,
        /// What.
        message: ToClient<P>,
    },
    /// Close a connection with this code; what comes of it is of no interest.
    Close {
        /// Which one.
        connection: ConnectionId,
        /// Why.
        code: CloseCode,
    },
    /// Tell the listener.
    Event(Event<P, R>),
}

/// What the listener is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<P, R> {
    /// A message of the client. The driver answers with `finished`, in order.
    Message {
        /// Its number, the idempotency key within the session.
        number: u64,
        /// The message.
        payload: P,
        /// Its size, in bytes.
        bytes: u32,
        /// Whether a process that crashed may have delivered it before.
        redelivered: bool,
    },
    /// A request of the client. The driver answers with `finished` when a handler has it, then `reply` or `fail`.
    Request {
        /// Its number.
        number: u64,
        /// The request.
        payload: P,
        /// Its size, in bytes.
        bytes: u32,
        /// Whether a process that crashed may have delivered it before.
        redelivered: bool,
    },
    /// The client wants to read a topic. The driver answers with `subscribed` or `refuse`.
    Subscribe {
        /// The message's number, by which it is refused.
        number: u64,
        /// The topic.
        topic: Name<'static>,
        /// What the client wants of the past.
        from: SubscribeFrom,
    },
    /// The client wants to read a topic beyond its bound. The driver answers with `refuse`, by
    /// [`FailureCode::TOO_MANY`](crate::wire::FailureCode::TOO_MANY).
    TooManySubscriptions {
        /// The message's number, by which it is refused.
        number: u64,
    },
    /// The client does not want to read a topic any more.
    Unsubscribe {
        /// The topic.
        topic: Name<'static>,
    },
    /// The client publishes to a topic. The driver answers with `finished`, and before that with `refuse` if it does.
    Publish {
        /// The message's number, by which it is refused.
        number: u64,
        /// The topic.
        topic: Name<'static>,
        /// The message.
        payload: P,
        /// Its size, in bytes.
        bytes: u32,
        /// Whether a process that crashed may have published it before.
        redelivered: bool,
    },
    /// The client gave up its request `number`: drop the handler.
    Cancelled {
        /// The request.
        number: u64,
    },
    /// An own request has its reply, or never will.
    Settled {
        /// Who waits.
        who: R,
        /// The reply.
        result: Result<P, RequestError<P>>,
    },
    /// The connection is gone, and the session waits for another.
    Suspended,
    /// The session has another connection.
    Resumed,
    /// The session is over. Told once, last.
    Ended(EndReason),
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The client said goodbye.
    Goodbye,
    /// Its window was over.
    Expired,
    /// The client broke the protocol.
    Violation,
    /// The server ended it.
    Server,
}
