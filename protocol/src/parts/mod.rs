//! The rules that the machines are put together from, one file each.
//!
//! A part owns its numbers and its rule, and has its tests beside it. It never
//! knows which machine uses it: the heartbeat serves the browser and the server.

pub mod acknowledger;
pub mod advice;
pub mod backoff;
pub mod credit;
pub mod heartbeat;
pub mod inbox;
pub mod numbers;
pub mod outbox;
pub mod outgoing_queue;
pub mod pace;
pub mod pending;
pub mod position;
pub mod ring;
pub mod tokens;

/// What a message counts as where bytes are bounded: its size, and at least 16.
///
/// Without the least, empty messages would cost nothing for ever.
fn charge(bytes: u32) -> u64 {
    u64::from(bytes.max(16))
}
