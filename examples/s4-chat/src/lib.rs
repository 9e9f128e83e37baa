//! S4: a chat by nickname, its page as written, and the same room as one would build it today.
//!
//! Owns: the room, its two endpoints and its two pages.
//!
//! ```text
//! /1901/ws/chat/{nickName}  text, as the page as written shows it ─┐
//!                                                                  ├─ one room
//! /1901/ws/room/{nickName}  JSON, and who is there                ─┘
//! ```

mod announcement;
mod chat;

use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use demo_pages::{isolated, script, stylesheet};
use staywire_server::{BuildError, Endpoint, Handshake, Server, ServerBuilder, interceptor_fn};

pub use chat::Chat;

/// What the seed's application has in front of every path.
pub const BASE_PATH: &str = "/1901";

/// Where the page as written talks.
pub const CHAT: &str = "/ws/chat/{nickName}";

/// Where the room of today talks.
pub const ROOM: &str = "/ws/room/{nickName}";

/// How long a member of the room may be without a connection before they have left it.
const AWAY: Duration = Duration::from_secs(30);

/// The room on its two endpoints, for the caller to add limits to.
pub fn builder() -> ServerBuilder {
    // Whoever gives a nickname is believed; a chat with accounts would look at a cookie here.
    let by_nickname = interceptor_fn(|handshake: &mut Handshake| {
        let nickname = handshake.path_param("nickName").unwrap_or_default().to_owned();
        handshake.set_user(nickname)
    });
    let chat = Chat::default();
    Server::builder()
        .base_path(BASE_PATH)
        .intercept(by_nickname)
        // The page as written runs isolated, and `null` is what its origin is called. Any site can frame a page of
        // that origin, so an endpoint that knows its users by a cookie must not admit it.
        .endpoint(CHAT, Endpoint::new(chat.clone()).heartbeat_text("PING").allow_origin("null"))
        .endpoint(ROOM, Endpoint::new(chat))
        .session_window(AWAY)
}

/// A chat server.
///
/// # Errors
///
/// None that this description can have.
pub fn server() -> Result<Server, BuildError> {
    builder().build()
}

/// The pages: `/` as written, isolated for what it does with messages, and `/room`.
pub fn pages() -> Router {
    Router::new()
        .route("/", isolated(include_str!("../as-written.html"), "localhost:8080"))
        .route("/room", get(async || Html(include_str!("../page/room.html"))))
        .route("/room.css", stylesheet(include_str!("../page/room.css")))
        .route("/room.js", script(include_str!("../page/room.js")))
}
