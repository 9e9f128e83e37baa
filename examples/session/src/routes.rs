//! The page's files and buttons.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use demo_pages::{script, stylesheet};

use crate::Demo;
use crate::relay::relay;
use crate::visitors::Fault;

/// Within which time clients move.
const MOVE_WINDOW: Duration = Duration::from_millis(500);

pub(crate) fn routes(demo: Arc<Demo>) -> Router {
    let wire = Router::new()
        .route(crate::WIRE, get(relay))
        .route("/session/{deed}/{visitor}", post(act))
        .with_state(demo);
    Router::new()
        .route("/session", get(async || Html(include_str!("../page/index.html"))))
        .route("/session/session.css", stylesheet(include_str!("../page/session.css")))
        .route("/session/session.js", script(include_str!("../page/session.js")))
        .route("/session/ledger.js", script(include_str!("../page/ledger.js")))
        .route("/session/strip.js", script(include_str!("../page/strip.js")))
        .merge(wire)
}

/// `POST /session/{deed}/{visitor}`: for a page that has been here, whose name cannot be guessed.
async fn act(State(demo): State<Arc<Demo>>, Path((deed, name)): Path<(String, String)>) -> StatusCode {
    let Some(visitor) = demo.visitors.find(&name) else { return StatusCode::NOT_FOUND };
    // A fault that meets no wire changes nothing.
    let fault = |fault| drop(visitor.faults.send(fault));
    match deed.as_str() {
        "cut" => fault(Fault::Cut),
        "silence" => fault(Fault::Silence),
        "move" => drop(demo.stage.running().map(|running| running.helper.move_all(MOVE_WINDOW))),
        "restart" => demo.stage.restart(),
        _ => return StatusCode::NOT_FOUND,
    }
    StatusCode::NO_CONTENT
}
