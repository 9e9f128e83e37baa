//! The browser's driver of the client machine.
//!
//! Owns: the loop around one `staywire_protocol::client::Client`, and when the
//! application's callbacks run. Never: decides when to dial, to ping or to give
//! up (that is the machine), and never looks into a payload (payloads stay
//! JavaScript values).
//!
//! ```text
//!  page, WebSocket, timer ─► js/wire.js ─► Core ─► driver ─► Client (protocol)
//!                                ▲                    │
//!                                └─── Wire: dial, transmit, tell … ◄┘
//! ```
//!
//! Begin with `driver`. What touches the browser's objects is `js/wire.js`: a
//! wasm closure per event costs nine times a native handler, and the closures,
//! bindings and shims of it all cost more bytes than the machine.

#![cfg(target_arch = "wasm32")]
#![cfg_attr(feature = "standalone", no_std)]

mod clock;
mod driver;
mod exports;
#[cfg(feature = "standalone")]
mod standalone;
mod wire;

pub use exports::Core;
pub use wire::Wire;
