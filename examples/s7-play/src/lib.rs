//! S7: WebSocket in Play's style. A closure gets what comes `in` and what goes `out` as soon as a session is ready.
//!
//! Owns: the document's two samples, a third one for those who have logged in, and a page to try them with.
//!
//! ```text
//! /hello    prints each message, says Hello!     /goodbye  discards them, says Hello!, closes
//! /account  the same as /hello for the user whom the cookie PLAY_SESSION names; 403 for anyone else
//! ```

mod login;
mod samples;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use demo_pages::script;
use staywire_server::{BuildError, Endpoint, Server};

use login::Logins;

/// A server with the samples, which print to `console`, and everything that it serves.
///
/// # Errors
///
/// None that this description can have.
pub fn app(console: impl Fn(&str) + Clone + Send + Sync + 'static) -> Result<(Server, Router), BuildError> {
    let logins = Logins::default();
    let server = Server::builder()
        .endpoint("/hello", samples::hello(console.clone()))
        .endpoint("/goodbye", samples::goodbye())
        .endpoint("/account", Endpoint::new(samples::account(console)).intercept(logins.clone()))
        .build()?;
    let routes = Router::new()
        .route("/tester", get(async || Html(include_str!("../page/tester.html"))))
        .route("/tester.js", script(include_str!("../page/tester.js")))
        .merge(login::routes(logins))
        .merge(server.router());
    Ok((server, routes))
}
