//! Waiting for what a server tells only when it is asked.
//!
//! Owns: asking again, and the deadline. Never: waits for a page; browsers do
//! that themselves, in [`Browser::wait_for`](crate::Browser::wait_for).

use std::fmt::Debug;
use std::time::Duration;

use staywire_server::Server;
use tokio::time::{sleep, timeout};

use crate::SOON;

/// How often the server is asked again.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Waits until `server` has exactly so many sessions.
///
/// # Panics
///
/// When it has not within [`SOON`].
pub async fn until_online(server: &Server, sessions: usize) {
    until(|| server.helper().online(), sessions).await;
}

/// Waits until `value` returns `expected`.
///
/// # Panics
///
/// When it does not within [`SOON`].
pub async fn until<V: PartialEq + Debug>(value: impl Fn() -> V, expected: V) {
    let reached = async {
        while value() != expected {
            sleep(POLL_INTERVAL).await;
        }
    };
    let in_time = timeout(SOON, reached).await;
    assert!(in_time.is_ok(), "{expected:?} was due within {SOON:?}, it is {:?}", value());
}
