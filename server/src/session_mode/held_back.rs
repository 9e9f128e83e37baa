//! What a connection is not given while it is behind: of each stream the newest message of each key.
//!
//! Owns: which messages that are, in their order, and their bound in bytes.
//! It belongs to one connection; on the next one the streams' rings have the same.

use std::collections::{BTreeMap, HashMap};

use bytestring::ByteString;

use super::payload::Payload;

#[derive(Default)]
pub(crate) struct HeldBack {
    /// By the streams' aliases.
    streams: BTreeMap<u64, Newest>,
    bytes: usize,
}

/// What was held back of a stream.
pub(crate) struct Held {
    /// The first number that the reader was not given.
    pub(crate) next: u64,
    /// By their offsets.
    pub(crate) messages: Vec<(u64, Payload)>,
}

struct Newest {
    next: u64,
    messages: BTreeMap<u64, Keyed>,
    /// The offset of each key's newest message. Messages without a key share one.
    by_key: HashMap<Option<ByteString>, u64>,
}

struct Keyed {
    key: Option<ByteString>,
    payload: Payload,
}

impl HeldBack {
    /// Whether something of what goes by `alias` is held back, so that nothing may overtake it.
    pub(crate) fn holds(&self, alias: u64) -> bool {
        self.streams.contains_key(&alias)
    }

    /// Holds a message in the place of its key's older one. Beyond `limit` bytes the stream's oldest are left out.
    pub(crate) fn put(
        &mut self,
        alias: u64,
        offset: u64,
        key: Option<ByteString>,
        payload: Payload,
        limit: usize,
    ) {
        let stream = self.streams.entry(alias).or_insert_with(|| Newest::from(offset));
        self.bytes += payload_bytes(&key, &payload);
        if let Some(older) = stream.by_key.insert(key.clone(), offset) {
            self.bytes -= stream.remove(older);
        }
        stream.messages.insert(offset, Keyed { key, payload });
        while self.bytes > limit && stream.messages.len() > 1 {
            self.bytes -= stream.remove_oldest();
        }
    }

    /// Everything that is held back, which is then nothing.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = (u64, Held)> {
        let Self { streams, .. } = std::mem::take(self);
        streams.into_iter().map(|(alias, Newest { next, messages, .. })| {
            let messages = messages.into_iter().map(|(offset, keyed)| (offset, keyed.payload));
            (alias, Held { next, messages: messages.collect() })
        })
    }
}

impl Newest {
    fn from(next: u64) -> Self {
        Self { next, messages: BTreeMap::new(), by_key: HashMap::new() }
    }

    /// Drops the message `offset`; what it counted as.
    fn remove(&mut self, offset: u64) -> usize {
        self.messages.remove(&offset).map_or(0, |Keyed { key, payload }| payload_bytes(&key, &payload))
    }

    fn remove_oldest(&mut self) -> usize {
        let Some((_, Keyed { key, payload })) = self.messages.pop_first() else { return 0 };
        self.by_key.remove(&key);
        payload_bytes(&key, &payload)
    }
}

/// What a message counts as: itself, and its place in the queue with that of what is told before it.
fn payload_bytes(key: &Option<ByteString>, payload: &Payload) -> usize {
    const PLACES: usize = 2 * 64;
    payload.len() + key.as_ref().map_or(0, |key| key.len()) + PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Message;

    const ALIAS: u64 = 7;

    fn put(held: &mut HeldBack, offset: u64, key: Option<&str>, limit: usize) {
        let payload = Message::from(offset.to_string()).into();
        held.put(ALIAS, offset, key.map(Into::into), payload, limit);
    }

    fn taken(held: &mut HeldBack) -> Vec<(u64, Vec<u64>)> {
        let offsets = |held: Held| held.messages.into_iter().map(|(offset, _)| offset).collect();
        held.take().map(|(_, held)| (held.next, offsets(held))).collect()
    }

    #[test]
    fn the_newest_of_each_key_is_held_in_the_order_of_the_stream() {
        let mut held = HeldBack::default();
        for (offset, key) in [(4, Some("a")), (5, Some("b")), (6, None), (7, Some("a")), (8, None)] {
            put(&mut held, offset, key, 10_000);
        }
        assert!(held.holds(ALIAS) && !held.holds(ALIAS + 1));
        assert_eq!(taken(&mut held), [(4, vec![5, 7, 8])]);
        assert!(!held.holds(ALIAS));
        assert_eq!(held.bytes, 0);
    }

    #[test]
    fn any_number_of_keys_stays_within_the_bound() {
        let mut held = HeldBack::default();
        for offset in 1..=100 {
            put(&mut held, offset, Some(&format!("key {}", offset % 50)), 1_000);
            assert!(held.bytes <= 1_000);
        }
        let (next, offsets) = taken(&mut held).remove(0);
        assert_eq!((next, offsets.last()), (1, Some(&100)));
        assert!(offsets.len() > 5 && offsets.is_sorted());
    }

    #[test]
    fn a_message_larger_than_the_bound_is_held_alone() {
        let mut held = HeldBack::default();
        put(&mut held, 1, Some("a"), 1);
        put(&mut held, 2, Some("b"), 1);
        assert_eq!(taken(&mut held), [(1, vec![2])]);
    }
}
