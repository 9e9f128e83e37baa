//! Session mode: what a session promises across its connections.

pub(crate) mod client;

mod acknowledgements;
mod asking;
mod conflation;
mod counters;
mod crowds;
mod ends;
mod engines;
mod identity;
mod inspected;
mod openings;
mod presence;
mod presence_churn;
mod requests;
mod restart;
mod rings;
mod rivals;
pub(crate) mod streams;
mod topic_replays;
mod topic_restarts;
mod topic_resumes;
mod topics;
mod windows;

use crate::support::{Running, until};

/// Cuts the connection of the session `id` from the server's side, and waits until it is suspended.
async fn cut(running: &Running, id: &str) {
    let session = running.server.helper().session(id.parse().unwrap()).expect("the session is here");
    session.terminate();
    until(|| !session.is_connected()).await;
}
