//! The rules of staywire, written as pure state machines.
//!
//! Owns: what a connection is doing, when it must act next, and what every
//! peer message, close code and page event means. Never: opens a socket, reads
//! a clock, draws a random number of its own, or calls the application; a
//! driver does all four (`client-wasm` in the browser, `server` on tokio).
//!
//! ```text
//!  application ── commands ─────┐
//!  connection ─── handle_input ─┼─► state ─► outputs ─► poll_output
//!  clock ──────── handle_timeout┘      └───► timers ──► poll_timeout
//! ```
//!
//! Begin with the diagrams in `client/link/state.rs`, `client/session/state.rs`
//! and `server/state.rs`. The `parts` are the machines' rules, one file each.

#![no_std]

extern crate alloc;

pub mod client;
pub mod message;
pub mod parts;
pub mod server;
pub mod wire;

mod close_code;
mod connection;
mod random;
mod time;

pub use close_code::{Advice, CloseCode};
pub use connection::ConnectionId;
pub use random::Random;
pub use time::{Duration, Instant};
