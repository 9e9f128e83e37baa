//! What is asked of one connection, and what has become of it.
//!
//! Owns: the orders for both directions, the count of bytes, and the end.
//! Never: touches a socket; the pumps do, and look here before each byte.
//!
//! Invariant: a pump hands bytes on only while it holds the lock, so an order
//! holds for every byte after the call that gave it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::{ConnectionEnd, Direction};

/// One connection's orders, shared by who gives them and who obeys.
#[derive(Debug)]
pub(super) struct Link {
    orders: Mutex<Orders>,
    changed: Notify,
    end: watch::Sender<Option<ConnectionEnd>>,
}

/// What is asked of a connection.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// The end that was ordered, if one was.
    pub(super) end: Option<ConnectionEnd>,
    pub(super) up: Course,
    pub(super) down: Course,
}

/// What is asked of one direction.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Bytes that were handed on.
    pub(super) passed: u64,
    /// Whether nothing moves.
    pub(super) is_silent: bool,
    /// The count of passed bytes at which the connection is cut.
    pub(super) cut_at: Option<u64>,
    pub(super) latency: Latency,
    /// Bytes per second, where they are limited.
    pub(super) rate: Option<u32>,
    /// To be sent between two frames, as the direction's last bytes.
    pub(super) close_frame: Option<Vec<u8>>,
}

/// How long bytes are on their way: `base`, and up to `jitter` more.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Latency {
    pub(super) base: Duration,
    pub(super) jitter: Duration,
}

impl Orders {
    pub(super) fn course(&mut self, direction: Direction) -> &mut Course {
        match direction {
            Direction::Up => &mut self.up,
            Direction::Down => &mut self.down,
        }
    }
}

impl Course {
    /// Takes back everything but a close frame, of which some may be on its way.
    pub(super) fn restore(&mut self) {
        let close_frame = self.close_frame.take();
        *self = Self { passed: self.passed, close_frame, ..Self::default() };
    }

    /// How many bytes may still pass, where a cut is ordered.
    pub(super) fn remaining(&self) -> Option<u64> {
        self.cut_at.map(|position| position.saturating_sub(self.passed))
    }
}

impl Link {
    pub(super) fn new() -> Self {
        Self { orders: Mutex::default(), changed: Notify::new(), end: watch::Sender::new(None) }
    }

    /// The orders, which hold still while the guard lives.
    pub(super) fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the orders and has the pumps look at them.
    pub(super) fn order(&self, change: impl FnOnce(&mut Orders)) {
        change(&mut self.orders());
        self.changed.notify_waiters();
    }

    /// Returns when the orders change after this call, whenever it is awaited.
    pub(super) fn changed(&self) -> impl Future<Output = ()> {
        self.changed.notified()
    }

    /// Returns once an end is ordered.
    pub(super) async fn ordered_end(&self) -> ConnectionEnd {
        loop {
            let changed = self.changed();
            if let Some(end) = self.orders().end {
                return end;
            }
            changed.await;
        }
    }

    /// Notes that the sockets are gone.
    pub(super) fn finish(&self, end: ConnectionEnd) {
        self.end.send_replace(Some(end));
    }

    /// How the connection ended, if it has.
    pub(super) fn end(&self) -> Option<ConnectionEnd> {
        *self.end.borrow()
    }

    /// Returns once the connection has ended.
    pub(super) async fn ended(&self) -> ConnectionEnd {
        let mut end = self.end.subscribe();
        loop {
            if let Some(end) = *end.borrow_and_update() {
                return end;
            }
            // It cannot fail: the sender is this very link.
            let _ = end.changed().await;
        }
    }
}
