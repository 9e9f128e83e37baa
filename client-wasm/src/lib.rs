//! The browser's driver of the client machine.
//!
//! Owns: the loop around each `staywire_protocol::client::Client`, and when the
//! application's callbacks run. Never: decides when to dial, to ping or to give
//! up (that is the machine), and never looks into a payload (payloads stay
//! JavaScript values).
//!
//! ```text
//!  page, WebSocket, timer ─► js/wire.js ─► js/core.js ─► exports ─► driver ─► Client (protocol)
//!                                ▲             ▲                      │
//!                                └─────────────┴── dial, transmit … ◄─┘
//! ```
//!
//! Begin with `driver`; a Rust program begins with `StayWire`, in `face`. What
//! touches the browser's objects is `js/wire.js`: a wasm closure per event costs
//! nine times a native handler, and the closures, bindings and shims of it all
//! cost more bytes than the machine.

#![cfg(target_arch = "wasm32")]
#![cfg_attr(feature = "standalone", no_std)]

extern crate alloc;

mod clock;
mod driver;
mod drivers;
pub mod exports;
#[cfg(feature = "rust")]
mod face;
mod machine;
#[cfg(feature = "plain")]
pub mod plain;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "standalone")]
mod standalone;
mod wire;

#[cfg(feature = "rust")]
pub use face::*;
