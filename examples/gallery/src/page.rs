//! The page's files, built into the binary.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::{MethodRouter, get};

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(async || Html(include_str!("../page/index.html"))))
        .route("/gallery/gallery.css", file("text/css", include_str!("../page/gallery.css")))
        .route("/gallery/gallery.js", file("text/javascript", include_str!("../page/gallery.js")))
        .route("/gallery/timeline.js", file("text/javascript", include_str!("../page/timeline.js")))
        .route("/gallery/wire.js", file("text/javascript", include_str!("../page/wire.js")))
}

fn file(content_type: &'static str, body: &'static str) -> MethodRouter {
    get(async move || ([(CONTENT_TYPE, content_type)], body))
}
