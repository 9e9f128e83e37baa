//! What is kept of a stream's past.

use std::time::Duration;

/// How much of a stream is kept for readers who come later: what is within all three bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    count: usize,
    age: Duration,
    bytes: u64,
}

impl Retention {
    /// Nothing is kept.
    pub const NONE: Self = Self { count: 0, age: Duration::ZERO, bytes: 0 };

    /// The last `count` messages, none older than `age`, and at most 1 MiB.
    #[must_use]
    pub const fn new(count: usize, age: Duration) -> Self {
        Self { count, age, bytes: 1024 * 1024 }
    }

    /// At most `bytes` bytes in the place of 1 MiB, each message counting as its payload and at least 16.
    #[must_use]
    pub const fn max_bytes(self, bytes: u64) -> Self {
        Self { bytes, ..self }
    }

    /// How many messages.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// How old they may be.
    #[must_use]
    pub const fn age(&self) -> Duration {
        self.age
    }

    /// How many bytes they may have together.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether nothing is ever kept.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.count == 0 || self.bytes == 0 || self.age.is_zero()
    }
}
