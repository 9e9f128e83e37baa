//! The session protocol as a model: what PROTOCOL.md sections 4 to 7, 10 and 11 say, and nothing else.
//!
//! ```text
//! rules ──► machine   what one side must do with one message; pure, the oracle of other tests
//!              ▲
//!            world    two of those, a network that cuts and delays, crashes, a thief: what can happen
//!              ▲
//!           explore   every state within the bounds of a scenario, by stateright
//! ```
//!
//! Never: a clock, a real message, the wire. Begin at [`Rule`] and [`Promise`].

pub mod explore;
pub mod machine;
mod rules;
pub mod world;

pub use rules::{Rule, Rules};
pub use world::Promise;
