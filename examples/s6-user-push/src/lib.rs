//! S6: push to a user. A back end sends over HTTP, the user's page gets it over a WebSocket.
//!
//! Owns: the endpoint with its two spellings, what answers HTTP beside it, and the pages.
//!
//! ```text
//! GET /socket/publish?userId=10086&message=… ─► helper ─► user 10086 ◄─┬─ /websocket/10086
//!                                                                      └─ /webSocket/10086
//! ```

mod publish;
mod push;
mod spelling;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use demo_pages::{as_written, script};
use staywire_server::{BuildError, Endpoint, Handshake, Server, interceptor_fn};

pub use push::Push;
pub use spelling::as_the_page_spells_it;

/// The endpoint as the seed's server has it.
pub const PATH: &str = "/websocket/{userId}";

/// A server with the endpoint.
///
/// # Errors
///
/// None that this description can have.
pub fn server() -> Result<Server, BuildError> {
    // Whoever asks is believed, as in the seed; an application with a login looks at a cookie here.
    let by_path = interceptor_fn(|handshake: &mut Handshake| {
        let user = handshake.path_param("userId").unwrap_or_default().to_owned();
        handshake.set_user(user)
    });
    Server::builder().endpoint(PATH, Endpoint::new(Push).intercept(by_path)).build()
}

/// The endpoint of `server` under both spellings, and what answers HTTP beside it.
pub fn endpoints(server: &Server) -> Router {
    server.router().merge(as_the_page_spells_it(server.router())).merge(publish::routes(server.helper()))
}

/// The pages: `/` as written, `/inbox` on the SDK.
pub fn pages() -> Router {
    Router::new()
        .route("/", as_written(include_str!("../as-written.html"), "localhost:7777"))
        .route("/inbox", get(async || Html(include_str!("../page/inbox.html"))))
        .route("/inbox.js", script(include_str!("../page/inbox.js")))
}
