//! The rules that the machines are put together from, one file each.
//!
//! A part owns its numbers and its rule, and has its tests beside it. It never
//! knows which machine uses it: the heartbeat serves the browser and the server.

pub mod backoff;
pub mod heartbeat;
pub mod outgoing_queue;
