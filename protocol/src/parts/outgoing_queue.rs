//! What messages that wait for a connection add up to, bounded in bytes.
//!
//! Owns the sum of their sizes. A message that does not fit is refused whole
//! and at once, so that memory never grows with the outage. Never: holds a
//! message; all of them leave together, so who has them needs no more than that.

/// The sizes in bytes of the messages that wait.
#[derive(Clone, Debug)]
pub struct OutgoingQueue {
    bytes: u64,
    /// The sum of the charges, which is what the bound is held against.
    charged: u64,
    max_bytes: u64,
}

impl OutgoingQueue {
    /// An empty queue that holds at most `max_bytes` bytes, a message smaller than 16 bytes counting as 16.
    #[must_use]
    pub const fn new(max_bytes: u64) -> Self {
        Self { bytes: 0, charged: 0, max_bytes }
    }

    /// Counts a message of `bytes` bytes; if it would take the queue past its bound, changes nothing and says no.
    #[must_use]
    pub fn push(&mut self, bytes: u32) -> bool {
        let charged = self.charged + super::charge(bytes);
        let fits = charged <= self.max_bytes;
        if fits {
            self.charged = charged;
            self.bytes += u64::from(bytes);
        }
        fits
    }

    /// Whether no message waits, not even an empty one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.charged == 0
    }

    /// The sizes of all messages together, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bound, in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// All messages have left, or never will.
    pub const fn clear(&mut self) {
        self.bytes = 0;
        self.charged = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_message_past_the_bound_is_refused_and_changes_nothing() {
        let mut queue = OutgoingQueue::new(80);
        assert!(queue.push(60));
        assert!(!queue.push(30));
        assert_eq!(queue.bytes(), 60);
        assert!(queue.push(20));
        assert_eq!(queue.bytes(), 80);
    }

    #[test]
    fn room_comes_back_when_all_have_left() {
        let mut queue = OutgoingQueue::new(40);
        assert!(queue.push(40));
        assert!(!queue.push(1));
        queue.clear();
        assert!(queue.is_empty());
        assert!(queue.push(40));
    }

    #[test]
    fn empty_messages_cannot_grow_the_queue_for_ever() {
        let mut queue = OutgoingQueue::new(1_024);
        let accepted = (0..1_000).filter(|_| queue.push(0)).count();
        assert_eq!((accepted, queue.bytes(), queue.is_empty()), (64, 0, false));
    }
}
