//! What the server promises, seen from real sockets.

// A test that cannot go on may panic, also outside the function that carries the attribute.
#![allow(clippy::unwrap_used)]

mod support;

mod captured;
mod channels;
mod closing;
mod closures;
mod endpoints;
mod handshake;
mod heartbeat;
mod http;
mod interceptors;
mod isolation;
mod json;
mod limits;
mod listening;
mod logs;
mod presence;
mod refusals;
mod sending;
mod session_mode;
mod shutdown;
mod threads;
mod users;
