//! Session mode: the sub-protocol `staywire.v1`, by which a session outlives its connections.
//!
//! Owns: which session a connection speaks for, what sessions keep for clients
//! that are away, and the streams that many sessions read. Never: decides what
//! a message means to a session; the machine in `protocol::server` does
//! (PROTOCOL.md has the rules).
//!
//! ```text
//!  connection (one task) ── opening ──► directory ─► lasting (machine, its lock) ◄── handle, listener
//!        ▲                                              ▲           │
//!        └───────────────────── outbox ◄────────────────┼───────────┘
//!                                 engine ──► streams ───┘ (broadcast, users, topics)
//! ```
//!
//! Lock order: what was made with a token, an engine's stream, a stream, a
//! session; then, one at a time, whatever else there is.

pub(crate) mod authenticator;
pub(crate) mod beginning;
mod connection;
pub(crate) mod directory;
mod held_back;
pub(crate) mod hub;
pub(crate) mod lasting;
mod link;
mod opening;
mod past;
mod payload;
mod prepared;
mod refusal;
pub(crate) mod stream;
pub(crate) mod suspended;
mod sweep;
mod tail;
mod token_hash;

pub(crate) use connection::SessionMode;
pub(crate) use lasting::{Lasting, LastingSession, Subscription};
pub(crate) use refusal::come_again;
pub(crate) use sweep::sweep;

/// The sub-protocol that asks for session mode.
pub(crate) const SUB_PROTOCOL: &str = "staywire.v1";
