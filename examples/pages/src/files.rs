//! Files that pages load: what several demos share, and what each brings.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{MethodRouter, get};

/// Where the documents' pages look for jQuery.
const JQUERY: &str = "/assets/bower_components/jquery/dist/jquery.min.js";

/// A file that is built into the binary.
pub fn file(content_type: &'static str, body: &'static str) -> MethodRouter {
    get(async move || ([(CONTENT_TYPE, content_type)], body))
}

/// A script that is built into the binary.
pub fn script(body: &'static str) -> MethodRouter {
    file("text/javascript; charset=utf-8", body)
}

/// A stylesheet that is built into the binary.
pub fn stylesheet(body: &'static str) -> MethodRouter {
    file("text/css; charset=utf-8", body)
}

/// What the demos share: `/demo.css`, how their own pages look, `/canvas.js`, on which some draw, and jQuery, where
/// pages as written ask for it.
pub fn shared() -> Router {
    Router::new()
        .route("/demo.css", stylesheet(include_str!("../demo.css")))
        .route("/canvas.js", script(include_str!("../canvas.js")))
        .route(JQUERY, script(include_str!("../vendor/jquery.min.js")))
}
