//! Files for pages, from a folder.
//!
//! Owns: their media types. Never: looks outside of the folder.

use std::path::{Component, Path, PathBuf};

use axum::Router;
use axum::extract;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Serves the files in `folder` below `/{name}/`.
pub fn folder_routes(name: &str, folder: PathBuf) -> Router {
    let serve = async move |extract::Path(path): extract::Path<String>| file_in(&folder, &path).await;
    Router::new().route(&format!("/{name}/{{*path}}"), get(serve))
}

async fn file_in(folder: &Path, path: &str) -> Response {
    let path = Path::new(path);
    let is_inside = path.components().all(|component| matches!(component, Component::Normal(_)));
    match tokio::fs::read(folder.join(path)).await {
        Ok(bytes) if is_inside => {
            ([(CONTENT_TYPE, media_type(path)), (CACHE_CONTROL, "no-store")], bytes).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
