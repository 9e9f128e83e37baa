//! What comes, as streams.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_channel::mpsc::UnboundedReceiver;
use futures_core::Stream;

use super::event::Event;
use super::message::Message;

/// The messages of one conversation from [`StayWire::messages`](crate::StayWire::messages) on, in order and none left
/// out.
///
/// Ends after [`Event::Closed`] and where the last [`StayWire`](crate::StayWire) is dropped, after what had come before.
///
/// What was not read yet waits without a bound: a browser's WebSocket reads on, and cannot be told to stop, so only what
/// the peer sends meanwhile bounds it. Read it in a task that waits for nothing else, or drop it.
pub struct Messages(UnboundedReceiver<Message>);

/// The events of one conversation from [`StayWire::events`](crate::StayWire::events) on, in order and none left out.
///
/// Ends as [`Messages`] does. Their order among the messages is not kept.
pub struct Events(UnboundedReceiver<Event>);

macro_rules! stream {
    ($stream:ident of $item:ident) => {
        impl $stream {
            pub(super) const fn new(receiver: UnboundedReceiver<$item>) -> Self {
                Self(receiver)
            }
        }

        impl Stream for $stream {
            type Item = $item;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<$item>> {
                Pin::new(&mut self.0).poll_next(context)
            }
        }

        impl fmt::Debug for $stream {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($stream)).finish_non_exhaustive()
            }
        }
    };
}

stream!(Messages of Message);
stream!(Events of Event);
