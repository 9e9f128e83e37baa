//! Opening handshakes that no route is there for.
//!
//! Owns: their line in the log, which names the parameter that a path forgot.
//! Never: changes the application's answer, which is its own 404.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::UPGRADE;
use axum::middleware::Next;
use axum::response::Response;

use super::refusal::Logged;
use super::upgrade::has_token;
use crate::server::ServerState;

/// Lets `request` pass, and logs it if it asks for a WebSocket where there is none.
///
/// To a page such a handshake is just a connection that fails, and its author looks here.
pub(crate) async fn log(State(server): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    if !has_token(request.headers(), &UPGRADE, "websocket") {
        return next.run(request).await;
    }
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND && response.extensions().get::<Logged>().is_none() {
        let reason = reason(&server, &path);
        tracing::warn!(status = 404, ?path, reason, "opening handshake refused");
    }
    response
}

fn reason(server: &ServerState, path: &str) -> String {
    let mut endpoints = server.endpoints().iter().map(|endpoint| endpoint.pattern());
    let near = endpoints.find_map(|pattern| Some((pattern.param_missing_in(path)?, pattern.route())));
    match near {
        Some((param, route)) => format!("the path has no {param:?}, as in {route:?}"),
        None => "no WebSocket endpoint has this path".to_owned(),
    }
}
