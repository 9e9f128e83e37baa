//! S9: both ways to define an endpoint, for one and the same conversation, and the opening handshake before it.
//!
//! Owns: the two endpoints and the page that talks to them.
//!
//! ```text
//! /char      a type with open, message and close     (the document's annotated class)
//! /handlers  a session to which handlers are added   (its javax.websocket.Endpoint)
//! ```

mod char_endpoint;
mod char_web_socket;
mod handshake;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use demo_pages::script;
use staywire_server::{BuildError, Endpoint, Server};

pub use char_endpoint::CharEndpoint;
pub use char_web_socket::CharWebSocket;

/// The sub-protocol that both endpoints speak, for clients that ask for one.
pub const PROTOCOL: &str = "char.v1";

/// A server with both endpoints.
///
/// # Errors
///
/// None that this description can have.
pub fn server() -> Result<Server, BuildError> {
    let first = CharWebSocket { farewell: "再见".to_owned() };
    Server::builder()
        .endpoint("/char", Endpoint::new(first).protocols([PROTOCOL]))
        .endpoint("/handlers", Endpoint::new(CharEndpoint).protocols([PROTOCOL]))
        .build()
}

/// The page.
pub fn pages() -> Router {
    Router::new()
        .route("/talk", get(async || Html(include_str!("../page/char.html"))))
        .route("/char.js", script(include_str!("../page/char.js")))
}
