//! Session mode: what a session promises across its connections.

pub(crate) mod client;

mod openings;
