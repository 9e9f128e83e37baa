//! Who reads what is told.
//!
//! Owns: one queue for each stream. Never: loses an item that a stream was there for.

use core::cell::RefCell;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use staywire_protocol::wire::StreamPosition;

use super::event::Event;
use super::message::Message;

/// A message, and where in which stream that every session reads it is; in none if it was for this session alone.
#[derive(Clone)]
pub(super) struct Delivered {
    pub(super) message: Message,
    pub(super) place: Option<(OwnStream, StreamPosition)>,
}

/// A stream that every session reads.
#[derive(Clone, Copy)]
pub(super) enum OwnStream {
    Broadcast,
    User,
}

/// Everybody who reads one conversation.
#[derive(Default)]
pub(super) struct Subscribers {
    pub(super) messages: Readers<Delivered>,
    pub(super) events: Readers<Event>,
}

impl Subscribers {
    /// Ends all streams, after what they have not read yet.
    pub(super) fn end(&self) {
        self.messages.end();
        self.events.end();
    }
}

/// The streams of one kind.
pub(super) struct Readers<T>(RefCell<Vec<UnboundedSender<T>>>);

impl<T> Default for Readers<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Readers<T> {
    /// One more, for what is told from now on.
    pub(super) fn add(&self) -> UnboundedReceiver<T> {
        let (sender, receiver) = unbounded();
        self.0.borrow_mut().push(sender);
        receiver
    }

    /// Tells every reader, and forgets those that have gone.
    pub(super) fn tell(&self, item: T) {
        let mut senders = self.0.borrow_mut();
        senders.retain(|sender| !sender.is_closed());
        // Most items have one reader, and need no copy.
        let Some((last, others)) = senders.split_last() else { return };
        for sender in others {
            // Nobody can have gone since: there is one thread, and waking a task does not run it.
            let _ = sender.unbounded_send(item.clone());
        }
        let _ = last.unbounded_send(item);
    }

    fn end(&self) {
        self.0.take();
    }
}
