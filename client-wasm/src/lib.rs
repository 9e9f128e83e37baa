//! The browser's driver of the client machine.
//!
//! Owns: the `WebSocket`s, the timer, and the page's events. Never: decides
//! when to dial, to ping or to give up (that is `staywire-protocol`), and never
//! looks into a payload (payloads stay JavaScript values).
//!
//! ```text
//!  npm package ── Core ──► driver ──► staywire_protocol::client::Client
//!       ▲                    │ outputs
//!       └────── Face ────────┼──► connection (one WebSocket)
//!                            └──► timer
//!  page events ── page ──► driver
//! ```
//!
//! Begin with `driver`. The path of each message is `js/message_path.js`: a
//! wasm closure per message event would cost nine times as much.

#![cfg(target_arch = "wasm32")]

mod clock;
mod connection;
mod core;
mod driver;
mod face;
mod page;

pub use crate::core::Core;
pub use face::{Face, Options};
