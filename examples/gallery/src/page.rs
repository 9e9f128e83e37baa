//! The page's files, built into the binary.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use demo_pages::{script, stylesheet};

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(async || Html(include_str!("../page/index.html"))))
        .route("/gallery/gallery.css", stylesheet(include_str!("../page/gallery.css")))
        .route("/gallery/gallery.js", script(include_str!("../page/gallery.js")))
        .route("/gallery/timeline.js", script(include_str!("../page/timeline.js")))
        .route("/gallery/wire.js", script(include_str!("../page/wire.js")))
}
