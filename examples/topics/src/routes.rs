//! The pages' files, their wires, and the button that cuts one.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use demo_pages::{script, stylesheet};

use crate::scissors::Scissors;
use crate::{board, wires};

/// What the wires lead to, and what cuts them.
pub(crate) struct Behind {
    pub(crate) server: SocketAddr,
    pub(crate) scissors: Scissors,
}

pub(crate) fn routes(server: SocketAddr) -> Router {
    let wires = Router::new()
        .route(board::PATH, get(wires::board))
        .route("/quotes/wire/fast/{market}", get(wires::fast))
        .route("/quotes/wire/slow/{market}", get(wires::slow))
        .route("/board/cut/{visitor}", post(cut))
        .with_state(Arc::new(Behind { server, scissors: Scissors::new() }));
    Router::new()
        .route("/board", get(async || Html(include_str!("../page/board.html"))))
        .route("/board/board.css", stylesheet(include_str!("../page/board.css")))
        .route("/board/board.js", script(include_str!("../page/board.js")))
        .route("/board/orders.js", script(include_str!("../page/orders.js")))
        .route("/quotes", get(async || Html(include_str!("../page/quotes.html"))))
        .route("/quotes/quotes.css", stylesheet(include_str!("../page/quotes.css")))
        .route("/quotes/quotes.js", script(include_str!("../page/quotes.js")))
        .route("/quotes/reader.js", script(include_str!("../page/reader.js")))
        .route("/quotes/chart.js", script(include_str!("../page/chart.js")))
        .merge(wires)
}

/// `POST /board/cut/{visitor}`: the name that a page makes up for itself cannot be guessed.
async fn cut(State(behind): State<Arc<Behind>>, Path(visitor): Path<String>) -> StatusCode {
    behind.scissors.cut(visitor);
    StatusCode::NO_CONTENT
}
