//! The client: one conversation over many connections.
//!
//! ```text
//!  Client (plain mode)     SessionClient (session mode)
//!     │      │                │           │
//!   queue   link ◄────────────┘        session
//! ```
//!
//! `link` decides about connections: when to dial, which one is in charge, when
//! one is dead. What they carry is the business of the layer above: a queue in
//! [`Client`], a [`session::Session`] in [`SessionClient`]. Begin with the
//! diagrams in `link/state.rs` and `session/state.rs`.

mod config;
mod io;
mod link;
mod plain;
pub mod session;
mod session_client;

pub use config::ClientConfig;
pub use io::{Cause, Closed, Hint, Input, Reconnecting};
pub use link::{Event, Output, Status};
pub use plain::{Accepted, Client, SendError, Verdict};
pub use session_client::{SessionClient, SessionEvent, SessionOutput};
