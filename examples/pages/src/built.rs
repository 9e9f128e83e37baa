//! Pages that a bundler built, from its output folder.
//!
//! Owns: which file answers which path, and its type. Never: leaves the
//! folder; it is flat, and what is asked for is one plain name in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Serves the files of `folder` at `/{name}`, a page also without its `.html`, read on each request.
///
/// Without a build the answer is 404 with the command that makes one.
pub fn built(folder: &Path) -> Router {
    Router::new().route("/{name}", get(serve)).with_state(Arc::new(folder.to_owned()))
}

async fn serve(State(folder): State<Arc<PathBuf>>, Segment(name): Segment<String>) -> Response {
    let Some((name, content_type)) = file(&name) else { return StatusCode::NOT_FOUND.into_response() };
    match tokio::fs::read(folder.join(&name)).await {
        Ok(content) => ([(CONTENT_TYPE, content_type)], content).into_response(),
        Err(_) if !folder.exists() => {
            let advice = "The examples' pages are not built. Run `cargo xtask demo` to build them.\n";
            (StatusCode::NOT_FOUND, advice).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file that `name` asks for, and its type.
fn file(name: &str) -> Option<(String, &'static str)> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    if name.starts_with('.') || !name.chars().all(is_plain) {
        return None;
    }
    match name.rsplit_once('.') {
        None => Some((format!("{name}.html"), "text/html; charset=utf-8")),
        Some((_, "html")) => Some((name.to_owned(), "text/html; charset=utf-8")),
        Some((_, "js")) => Some((name.to_owned(), "text/javascript; charset=utf-8")),
        Some((_, "css")) => Some((name.to_owned(), "text/css; charset=utf-8")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_leave_out_its_ending() {
        assert_eq!(file("office"), Some(("office.html".to_owned(), "text/html; charset=utf-8")));
        assert_eq!(file("office.js").map(|(name, _)| name).as_deref(), Some("office.js"));
    }

    #[test]
    fn nothing_outside_of_the_folder_is_asked_for() {
        for name in ["..", ".", ".env", "a/b.js", "..\\a.js", "Cargo.toml", "a%2f.js", "../a.html", "ä.js"] {
            assert_eq!(file(name), None, "{name}");
        }
    }
}
