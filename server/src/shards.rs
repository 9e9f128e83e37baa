//! A map in parts, each behind a lock of its own.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::MutexGuard;

use crate::sync::Mutex;

const SHARD_COUNT: usize = 16;

/// A map whose keys do not wait for each other, as a rule.
pub(crate) struct Shards<K, V> {
    hasher: RandomState,
    shards: [Mutex<HashMap<K, V>>; SHARD_COUNT],
}

impl<K: Eq + Hash, V> Shards<K, V> {
    /// The part that `key` belongs to.
    pub(crate) fn of(&self, key: &K) -> MutexGuard<'_, HashMap<K, V>> {
        let hash = self.hasher.hash_one(key);
        self.shards[(hash as usize) % SHARD_COUNT].lock()
    }

    /// One part after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = MutexGuard<'_, HashMap<K, V>>> {
        self.shards.iter().map(Mutex::lock)
    }
}

impl<K, V> Default for Shards<K, V> {
    fn default() -> Self {
        Self { hasher: RandomState::new(), shards: std::array::from_fn(|_| Mutex::new(HashMap::new())) }
    }
}
