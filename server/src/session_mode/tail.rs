//! The newest messages of a stream, and the bound of those of all streams together.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use staywire_protocol::server::{SharedStream, StreamSnapshot};
use staywire_protocol::wire::{Stream, StreamPosition};

use super::payload::size;
use crate::engine::Published;

/// What is kept of a stream for sessions that are away, counted in a total.
pub(super) struct Tail {
    shared: SharedStream<Published>,
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
        let mut tail = Self { shared, total };
        tail.give_up();
        tail
    }

    /// Keeps the stream's next message.
    pub(super) fn keep(&mut self, published: &Published) {
        let before = self.shared.kept_bytes();
        self.shared.publish(published.clone(), size(&published.message));
        self.total.count(before, self.shared.kept_bytes());
        self.give_up();
    }

    /// The one that goes beyond the total gives up its own: no other stream is looked at.
    fn give_up(&mut self) {
        while self.total.is_exceeded() && self.shared.kept_bytes() > 0 {
            let before = self.shared.kept_bytes();
            self.shared.drop_oldest();
            self.total.count(before, self.shared.kept_bytes());
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
        self.total.count(self.shared.kept_bytes(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use staywire_protocol::wire::Epoch;

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
}
