//! Messages that wait for a connection, bounded in bytes.
//!
//! Owns the order and the sum of their sizes. A message that does not fit is
//! refused whole and at once, so that memory never grows with the outage.

use alloc::collections::VecDeque;

/// A first-in-first-out queue of payload handles and their sizes in bytes.
#[derive(Clone, Debug)]
pub struct OutgoingQueue<P> {
    messages: VecDeque<(P, u32)>,
    bytes: u64,
    /// The sum of the charges, which is what the bound is held against.
    charged: u64,
    max_bytes: u64,
}

impl<P> OutgoingQueue<P> {
    /// An empty queue that holds at most `max_bytes` bytes, a message smaller than 16 bytes counting as 16.
    #[must_use]
    pub const fn new(max_bytes: u64) -> Self {
        Self { messages: VecDeque::new(), bytes: 0, charged: 0, max_bytes }
    }

    /// Puts a message of `bytes` bytes at the end, or gives it back when it does not fit.
    ///
    /// # Errors
    ///
    /// The payload itself, with nothing changed: it would take the queue past its bound.
    pub fn push(&mut self, payload: P, bytes: u32) -> Result<(), P> {
        let charged = self.charged + super::charge(bytes);
        if charged > self.max_bytes {
            return Err(payload);
        }
        self.charged = charged;
        self.bytes += u64::from(bytes);
        self.messages.push_back((payload, bytes));
        Ok(())
    }

    /// Takes the oldest message.
    pub fn pop(&mut self) -> Option<P> {
        let (payload, bytes) = self.messages.pop_front()?;
        self.bytes -= u64::from(bytes);
        self.charged -= super::charge(bytes);
        Some(payload)
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

    /// Drops all messages.
    pub fn clear(&mut self) {
        self.messages.clear();
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
    fn messages_leave_in_the_order_in_which_they_came() {
        let mut queue = OutgoingQueue::new(100);
        for payload in ["a", "b", "c"] {
            queue.push(payload, 1).unwrap();
        }
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop(), queue.pop()],
            [Some("a"), Some("b"), Some("c"), None]
        );
    }

    #[test]
    fn a_message_past_the_bound_is_given_back_and_changes_nothing() {
        let mut queue = OutgoingQueue::new(80);
        queue.push("sixty", 60).unwrap();
        assert_eq!(queue.push("thirty", 30), Err("thirty"));
        assert_eq!(queue.bytes(), 60);
        queue.push("twenty", 20).unwrap();
        assert_eq!(queue.bytes(), 80);
    }

    #[test]
    fn room_comes_back_with_each_message_taken() {
        let mut queue = OutgoingQueue::new(40);
        queue.push("forty", 40).unwrap();
        assert_eq!(queue.push("more", 1), Err("more"));
        assert_eq!(queue.pop(), Some("forty"));
        assert_eq!(queue.push("forty", 40), Ok(()));
    }

    #[test]
    fn empty_messages_cannot_grow_the_queue_for_ever() {
        let mut queue = OutgoingQueue::new(1_024);
        let accepted = (0..1_000).filter(|_| queue.push("", 0).is_ok()).count();
        assert_eq!((accepted, queue.bytes()), (64, 0));
    }
}
