//! A topic that is read.

use alloc::rc::Rc;
use core::error::Error;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_core::Stream;
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{FailureCode, Name, StreamPosition, SubscribeFrom};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use super::error::SendError;
use super::js::Reader;
use super::message::Message;
use super::position::{parsed, written};
use super::stay_wire::Handle;

/// What happens in a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopicEvent {
    /// The server sends it from now on: once, and not after a reconnect. What follows begins right after this position.
    Subscribed(StreamPosition),
    /// A message, and its position, from which the topic can be read again.
    Message(StreamPosition, Message),
    /// Exactly these messages are lost, or were left out for a slow reader.
    Gap(Gap),
    /// Its numbering has changed and goes on right after this position: messages may be lost, and nobody knows how many.
    Reset(StreamPosition),
    /// The server refused it, or sends it no more. Told last.
    Ended {
        /// What kind of failure it is.
        code: FailureCode,
        /// Why, as the server says it; may be empty.
        reason: String,
    },
}

/// Why a topic is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscribeError {
    /// It is subscribed to already.
    AlreadySubscribed,
    /// The names of the topics that are subscribed to leave no room for another.
    TooManySubscriptions,
    /// It could not be asked for.
    NotSent(SendError),
    /// Without a session there are no topics.
    NoSession,
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadySubscribed => f.write_str("the topic is subscribed to already"),
            Self::TooManySubscriptions => f.write_str("too many topics are subscribed to; drop one first"),
            Self::NotSent(error) => write!(f, "the subscription was not asked for: {error}"),
            Self::NoSession => f.write_str("a plain WebSocket has no topics; build with `session(true)`"),
        }
    }
}

impl Error for SubscribeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(error) => Some(error),
            _ => None,
        }
    }
}

/// A topic that is read, over any number of reconnects, until this is dropped: a stream of [`TopicEvent`]s, which ends
/// after [`TopicEvent::Ended`] and with the conversation.
///
/// What was not read yet waits without a bound, as with [`Messages`](crate::Messages).
pub struct Subscription {
    topic: Name<'static>,
    reader: Reader,
    events: UnboundedReceiver<TopicEvent>,
    handle: Rc<Handle>,
}

impl Subscription {
    /// Begins to read `topic`.
    pub(super) fn new(
        handle: Rc<Handle>,
        topic: Name<'static>,
        from: SubscribeFrom,
    ) -> Result<Self, SubscribeError> {
        if handle.face.is_read(topic.as_str()) {
            return Err(SubscribeError::AlreadySubscribed);
        }
        let (sender, events) = unbounded();
        let tell = Closure::<super::js::Tell>::new(move |what: String, position, payload, from, to| {
            match event(&what, position, &payload, from, to) {
                // Nobody may be there to read it.
                Some(event) => drop(sender.unbounded_send(event)),
                None => sender.close_channel(),
            }
            if what == "ended" {
                sender.close_channel();
            }
        });
        let (position, last) = match from {
            SubscribeFrom::Position(position) => (Some(written(position)), 0),
            SubscribeFrom::Last(count) => (None, count),
        };
        let reader = Reader::new(position, tell);
        let refused = handle.face.read(topic.as_str(), &reader, last as f64);
        if refused < 0.0 {
            return Err(handle.subscribe_error(refused));
        }
        Ok(Self { topic, reader, events, handle })
    }

    /// The topic's name.
    #[must_use]
    pub const fn topic(&self) -> &Name<'static> {
        &self.topic
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.handle.face.leave(self.topic.as_str(), &self.reader);
    }
}

impl Stream for Subscription {
    type Item = TopicEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<TopicEvent>> {
        Pin::new(&mut self.events).poll_next(context)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("topic", &self.topic).finish_non_exhaustive()
    }
}

/// What `Reader` of `js/face.js` tells; none at the conversation's end.
fn event(
    what: &str,
    position: Option<String>,
    payload: &JsValue,
    from: Option<f64>,
    to: Option<f64>,
) -> Option<TopicEvent> {
    let number = |number: Option<f64>| number.map(|number| number as u64);
    Some(match what {
        "subscribed" => TopicEvent::Subscribed(parsed(&position?)?),
        "message" => TopicEvent::Message(parsed(&position?)?, Message::from_js(payload)),
        "gap" => TopicEvent::Gap(Gap { from: number(from)?, to: number(to)? }),
        "reset" => TopicEvent::Reset(parsed(&position?)?),
        "ended" => {
            let code = FailureCode::from_number(number(from)?);
            TopicEvent::Ended { code, reason: payload.as_string().unwrap_or_default() }
        }
        _ => return None,
    })
}
