//! The messages that wait to be written, and who waits until they are few.
//!
//! Owns: their order, what they cost, and from when on their reader is behind.
//! Never: refuses one, or wakes who writes them; the outbox does.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// What can wait to be written.
pub(crate) trait Queued {
    /// Its payload's size.
    fn payload_bytes(&self) -> usize;

    /// What it costs where it waits: its payload and a fixed price for its place.
    ///
    /// Without the price, a queue bounded in bytes would hold any number of empty messages.
    fn queued_bytes(&self) -> usize {
        const PLACE: usize = 64;
        self.payload_bytes() + PLACE
    }

    /// Takes `next` in where it says all that this says; whether it did.
    fn absorb(&mut self, next: &Self) -> bool {
        let _ = next;
        false
    }
}

#[derive(Debug)]
pub(super) struct Backlog<M> {
    messages: VecDeque<M>,
    bytes: usize,
    /// What of it is repeated: no bound counts it. Taken to be in front, where little else is.
    repeated_bytes: usize,
    /// Something is held back until there is nothing.
    holds_back: bool,
    /// Who waits for the same, while somebody does.
    caught_up: Option<Arc<Notify>>,
}

/// Places that an idle queue keeps, so that a quiet conversation allocates nothing.
const IDLE_PLACES: usize = 2;

/// What may wait to be written to a reader that is not behind.
pub(super) const BACKLOG_BYTES: usize = 16 * 1024;

impl<M> Backlog<M> {
    pub(super) const fn new() -> Self {
        Self { messages: VecDeque::new(), bytes: 0, repeated_bytes: 0, holds_back: false, caught_up: None }
    }

    /// What a bound counts.
    pub(super) const fn counted_bytes(&self) -> usize {
        self.bytes - self.repeated_bytes
    }

    /// Whether the reader is behind, for which something is held back.
    pub(super) const fn hold_back(&mut self) -> bool {
        let is_behind = self.is_behind();
        self.holds_back |= is_behind;
        is_behind
    }

    /// Whether something was held back, which is told once.
    pub(super) const fn release(&mut self) -> bool {
        std::mem::replace(&mut self.holds_back, false)
    }

    /// Ready when nothing is left, or never will be written; `None` where the reader is not behind.
    pub(super) fn caught_up(&mut self) -> Option<OwnedNotified> {
        self.is_behind().then(|| Arc::clone(self.caught_up.get_or_insert_default()).notified_owned())
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.messages = VecDeque::new();
        self.bytes = 0;
        self.repeated_bytes = 0;
        self.tell_caught_up();
    }

    const fn is_behind(&self) -> bool {
        self.bytes >= BACKLOG_BYTES
    }

    fn tell_caught_up(&mut self) {
        if let Some(waiting) = self.caught_up.take() {
            waiting.notify_waiters();
        }
    }
}

impl<M: Queued> Backlog<M> {
    /// Appends `message`; whether it is alone.
    pub(super) fn append(&mut self, message: M) -> bool {
        self.bytes += message.queued_bytes();
        self.messages.push_back(message);
        self.messages.len() == 1
    }

    /// The same for one that is repeated.
    pub(super) fn repeat(&mut self, message: M) -> bool {
        self.repeated_bytes += message.queued_bytes();
        self.append(message)
    }

    /// Whether the last one says all that `message` does, which need not be appended then.
    pub(super) fn absorb(&mut self, message: &M) -> bool {
        self.messages.back_mut().is_some_and(|last| last.absorb(message))
    }

    /// Takes the oldest out.
    pub(super) fn pop(&mut self) -> Option<M> {
        let Some(message) = self.messages.pop_front() else {
            // A burst must not leave its memory behind in an idle session.
            self.messages.shrink_to(IDLE_PLACES);
            self.tell_caught_up();
            return None;
        };
        let bytes = message.queued_bytes();
        self.bytes -= bytes;
        self.repeated_bytes = self.repeated_bytes.saturating_sub(bytes);
        Some(message)
    }
}

/// A connection that is gone writes nothing.
impl<M> Drop for Backlog<M> {
    fn drop(&mut self) {
        self.tell_caught_up();
    }
}
