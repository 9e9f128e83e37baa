//! The newest of a stream, and the bound of what is kept of all streams together.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use staywire_protocol::server::{SharedStream, StreamSnapshot};
use staywire_protocol::wire::{Stream, StreamPosition, SubscribeFrom};

use super::past::{LastList, Listed};
use super::payload::size;
use crate::engine::Published;

/// What is kept of a stream for sessions that are away, counted in a total.
pub(super) struct Tail {
    shared: SharedStream<Published>,
    /// Of a topic's presence.
    last_list: LastList,
    total: Arc<TailBytes>,
}

/// The bytes that are kept of all streams.
pub(crate) struct TailBytes {
    kept: AtomicU64,
    max: u64,
}

impl TailBytes {
    pub(crate) const fn new(max: u64) -> Self {
        Self { kept: AtomicU64::new(0), max }
    }

    fn is_exceeded(&self) -> bool {
        self.kept.load(Ordering::Relaxed) > self.max
    }

    fn count(&self, before: u64, after: u64) {
        // Less wraps around, which is how it is subtracted.
        self.kept.fetch_add(after.wrapping_sub(before), Ordering::Relaxed);
    }
}

impl Tail {
    /// The tail of a stream at `position`, of which `kept` is kept so far: at most the newest `max_bytes` bytes.
    pub(super) fn new(
        alias: u64,
        stream: Stream,
        position: StreamPosition,
        kept: Vec<Published>,
        max_bytes: u64,
        total: Arc<TailBytes>,
    ) -> Self {
        let StreamPosition { epoch, offset: last } = position;
        let sized = |published: Published| {
            let bytes = size(&published.message);
            (published, bytes)
        };
        let snapshot = StreamSnapshot { stream, epoch, last, kept: kept.into_iter().map(sized).collect() };
        let shared = SharedStream::restore(alias, snapshot, max_bytes);
        total.count(0, shared.kept_bytes());
        let mut tail = Self { shared, last_list: LastList::default(), total };
        tail.give_up();
        tail
    }

    /// Keeps the stream's next message.
    pub(super) fn keep(&mut self, published: &Published) {
        self.change(|tail| {
            tail.shared.publish(published.clone(), size(&published.message));
            tail.last_list.forget_outdated(&tail.shared);
        });
        self.give_up();
    }

    /// Keeps a list that was made for a reader.
    pub(super) fn keep_list(&mut self, listed: &Listed) {
        self.change(|tail| tail.last_list.keep(listed));
        self.give_up();
    }

    /// The list that was kept, if it serves a reader that begins `from`.
    pub(super) fn listed_before(&self, from: SubscribeFrom) -> Option<Listed> {
        self.last_list.serving(&self.shared, from)
    }

    fn kept_bytes(&self) -> u64 {
        self.shared.kept_bytes() + self.last_list.bytes()
    }

    /// Runs `act`, and counts what is kept afterwards.
    fn change(&mut self, act: impl FnOnce(&mut Self)) {
        let before = self.kept_bytes();
        act(self);
        self.total.count(before, self.kept_bytes());
    }

    /// The one that goes beyond the total gives up its own: no other stream is looked at.
    fn give_up(&mut self) {
        if self.total.is_exceeded() {
            // It can be made again.
            self.change(|tail| tail.last_list = LastList::default());
        }
        while self.total.is_exceeded() && self.shared.kept_bytes() > 0 {
            self.change(|tail| tail.shared.drop_oldest());
        }
    }
}

impl Deref for Tail {
    type Target = SharedStream<Published>;

    fn deref(&self) -> &Self::Target {
        &self.shared
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        self.total.count(self.kept_bytes(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use staywire_protocol::wire::Epoch;

    use crate::message::Message;

    fn published(offset: u64) -> Published {
        Published { offset, message: "x".repeat(100).into(), key: None }
    }

    fn tail(total: &Arc<TailBytes>, kept: u64) -> Tail {
        let position = StreamPosition { epoch: Epoch::new("life1").unwrap(), offset: kept };
        let kept = (1..=kept).map(published).collect();
        Tail::new(1, Stream::Broadcast, position, kept, 1_000, Arc::clone(total))
    }

    #[test]
    fn who_goes_beyond_the_total_gives_up_its_own_oldest() {
        let total = Arc::new(TailBytes::new(500));
        let quiet = tail(&total, 3);
        let mut loud = tail(&total, 4);
        assert_eq!((quiet.oldest(), loud.oldest()), (1, 3));
        loud.keep(&published(5));
        assert_eq!((quiet.oldest(), loud.oldest()), (1, 4));
        drop(quiet);
        for offset in 6..=8 {
            loud.keep(&published(offset));
        }
        assert_eq!((loud.oldest(), total.kept.load(Ordering::Relaxed)), (4, 500), "there is room again");
        drop(loud);
        assert_eq!(total.kept.load(Ordering::Relaxed), 0);
    }

    fn listed(offset: u64) -> Listed {
        let position = StreamPosition { epoch: Epoch::new("life1").unwrap(), offset };
        Listed::new(1, position, &Message::from("x".repeat(200)))
    }

    #[test]
    fn a_list_is_counted_and_given_up_before_messages_or_when_too_much_has_changed() {
        let total = Arc::new(TailBytes::new(1_000));
        let kept = || total.kept.load(Ordering::Relaxed);
        let mut listing = tail(&total, 3);
        let has_list = |listing: &Tail| listing.listed_before(SubscribeFrom::Last(0)).is_some();
        listing.keep_list(&listed(3));
        assert_eq!((kept(), has_list(&listing)), (500, true));
        listing.keep_list(&listed(3));
        assert_eq!(kept(), 500, "it takes the place of the other");
        let other = tail(&total, 5);
        listing.keep(&published(4));
        assert_eq!((kept(), has_list(&listing), listing.oldest()), (900, false, 1));
        drop(other);
        listing.keep_list(&listed(4));
        for offset in 5..=37 {
            listing.keep(&Published { message: "".into(), ..published(offset) });
        }
        assert_eq!(kept(), listing.shared.kept_bytes());
        drop(listing);
        assert_eq!(kept(), 0);
    }
}
