//! S2: the HTML5 WebSocket page as written, and the echo that it talks to.
//!
//! Owns: the listener and the page. Never: the port; the page's `9998`
//! becomes the port it was requested from.

use axum::Router;
use staywire_server::{BuildError, Endpoint, ListenerError, Message, Server, Session, WsListener};

/// Where the page connects to.
pub const PATH: &str = "/echo";

/// The sub-protocol that a page may ask for: `new WebSocket(url, ["echo"])`.
pub const PROTOCOL: &str = "echo";

/// Returns each message as it came, text as text and binary as binary.
#[derive(Clone, Copy, Debug, Default)]
pub struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}

/// The echo, for pages that ask for its sub-protocol and for those that ask for none.
#[must_use]
pub fn endpoint() -> Endpoint {
    Endpoint::new(Echo).protocols([PROTOCOL])
}

/// An echo server.
///
/// # Errors
///
/// None that this description can have.
pub fn server() -> Result<Server, BuildError> {
    Server::builder().endpoint(PATH, endpoint()).build()
}

/// The page: `/` as written.
pub fn pages() -> Router {
    let as_written = demo_pages::as_written(include_str!("../as-written.html"), "localhost:9998");
    Router::new().route("/", as_written)
}
