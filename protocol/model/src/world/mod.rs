//! Everything that can happen to one client, one server and what lies between them.
//!
//! Owns: the [`State`] of all of it, the [`Action`]s that change it, and the
//! [`Promise`]s that must hold whatever happens.
//!
//! ```text
//! possible ──► Action ──► step ──► State ──► history ──► Promise
//! ```

mod action;
mod bounds;
mod connection;
mod history;
mod possible;
mod promise;
mod state;
mod step;
mod step_client;
mod step_network;
mod step_server;
mod verdicts;

pub use action::Action;
pub use bounds::{Bounds, Used};
pub use connection::Connection;
pub use history::History;
pub use possible::possible;
pub use promise::{Promise, Promises};
pub use state::State;
pub use step::step;
