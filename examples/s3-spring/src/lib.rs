//! S3: Spring's three classes, a handler, its configuration and an interceptor, and the page as written.
//!
//! Owns: the endpoint, its users, and the pages. Never: keeps a table of users; the server has one.
//!
//! ```text
//! /myHandler/ID=888 ─► WebSocketInterceptor ─► MyHandler ─┐
//!                                                         ├─ Users: to one, to all, how many
//! /users, /messages (HTTP) ───────────────────────────────┘
//! ```

mod handler;
mod id;
mod interceptor;
mod users;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use demo_pages::{as_written, script};
use staywire_server::{BuildError, Endpoint, Server, ServerBuilder, WsHelper};

pub use handler::{MyHandler, Order};
pub use interceptor::{USER_ID, WebSocketInterceptor};
pub use users::Users;

/// Where the handler is; the page asks for `/myHandler/ID=888`.
pub const PATH: &str = "/myHandler/{ID}";

/// The site whose pages the handler admits beside the server's own.
pub const ALLOWED_ORIGIN: &str = "https://shop.example";

/// What Spring calls `registerWebSocketHandlers`, for the caller to add limits to.
pub fn builder() -> ServerBuilder {
    Server::builder().endpoint(
        PATH,
        Endpoint::json(MyHandler).allow_origin(ALLOWED_ORIGIN).intercept(WebSocketInterceptor),
    )
}

/// A server with the handler.
///
/// # Errors
///
/// None that this description can have.
pub fn server() -> Result<Server, BuildError> {
    builder().build()
}

/// The pages, `/` as written and `/desk`, and what the desk asks the server of `helper` to do.
pub fn pages(helper: WsHelper) -> Router {
    Router::new()
        .route("/", as_written(include_str!("../as-written.html"), "127.0.0.1:8080"))
        .route("/desk", get(async || Html(include_str!("../page/desk.html"))))
        .route("/desk.js", script(include_str!("../page/desk.js")))
        .merge(users::routes(Users::new(helper)))
}
