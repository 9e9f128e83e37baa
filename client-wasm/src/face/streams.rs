//! What comes, as streams.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_channel::mpsc::UnboundedReceiver;
use futures_core::Stream;
use staywire_protocol::wire::StreamPosition;

use super::event::Event;
use super::message::Message;
use super::subscribers::{Delivered, OwnStream};

/// The messages of one conversation from [`StayWire::messages`](crate::StayWire::messages) on, in order and none left
/// out.
///
/// Ends after [`Event::Closed`] and where the last [`StayWire`](crate::StayWire) is dropped, after what had come before.
///
/// What was not read yet waits without a bound: a browser's WebSocket reads on, and cannot be told to stop, so only what
/// the peer sends meanwhile bounds it. Read it in a task that waits for nothing else, or drop it.
pub struct Messages {
    waiting: UnboundedReceiver<Delivered>,
    broadcast: Option<StreamPosition>,
    user: Option<StreamPosition>,
}

impl Messages {
    pub(super) const fn new(waiting: UnboundedReceiver<Delivered>) -> Self {
        Self { waiting, broadcast: None, user: None }
    }

    /// Where this is in what the server broadcasts: right after the newest that it gave, once it gave one. To be stored,
    /// for [`broadcast_since`](crate::StayWireBuilder::broadcast_since).
    #[must_use]
    pub const fn broadcast_position(&self) -> Option<StreamPosition> {
        self.broadcast
    }

    /// The same for what the server sends to this user, and [`user_since`](crate::StayWireBuilder::user_since).
    #[must_use]
    pub const fn user_position(&self) -> Option<StreamPosition> {
        self.user
    }
}

impl Stream for Messages {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        let Some(Delivered { message, place }) = ready!(Pin::new(&mut self.waiting).poll_next(context))
        else {
            return Poll::Ready(None);
        };
        match place {
            Some((OwnStream::Broadcast, position)) => self.broadcast = Some(position),
            Some((OwnStream::User, position)) => self.user = Some(position),
            None => {}
        }
        Poll::Ready(Some(message))
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").finish_non_exhaustive()
    }
}

/// The events of one conversation from [`StayWire::events`](crate::StayWire::events) on, in order and none left out.
///
/// Ends as [`Messages`] does. Their order among the messages is not kept.
pub struct Events(UnboundedReceiver<Event>);

impl Events {
    pub(super) const fn new(receiver: UnboundedReceiver<Event>) -> Self {
        Self(receiver)
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        Pin::new(&mut self.0).poll_next(context)
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
