//! What the client does when its server says this or that, line by line (PROTOCOL.md §3).

mod ending;
mod messages;
mod opening;
mod reading;
mod requests;
mod resuming;
mod server;
