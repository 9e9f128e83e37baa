//! What every demo serves beside its endpoint: a page as its author wrote it,
//! the client SDK as npm's build left it, pages that a bundler built, and what
//! the demos' own pages share; and the port that it serves them on.
//!
//! Owns: the one change that a page as written needs, its host and port, and
//! the walls around one that would run what others say. Never: serves; a demo
//! merges these routes into its own server.

mod built;
mod files;
mod start;

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get};

pub use built::built;
pub use files::{file, script, shared, stylesheet};
pub use start::{ListenError, exit_code, listen};

/// The SDK's files: what pages import, and what that loads for pages that keep a session.
const SCRIPTS: [&str; 2] = ["index.js", "session.js"];

/// Serves `page` word for word, but for `written_host` (as `localhost:8080`):
/// the host and port that the page was requested from take its place.
pub fn as_written(page: &'static str, written_host: &'static str) -> MethodRouter {
    get(async move |headers: HeaderMap| adapted(page, written_host, &headers))
}

/// The same for a page that runs what others say, as one that writes messages into `innerHTML` does.
///
/// It gets an origin of its own, `null`, from which no script reaches anything of the site that serves it. The server
/// that it connects to has to admit that origin.
pub fn isolated(page: &'static str, written_host: &'static str) -> MethodRouter {
    const SANDBOX: &str = "sandbox allow-scripts allow-modals";
    get(async move |headers: HeaderMap| {
        ([(CONTENT_SECURITY_POLICY, SANDBOX)], adapted(page, written_host, &headers))
    })
}

fn adapted(page: &str, written_host: &str, headers: &HeaderMap) -> Response {
    match requested_host(headers) {
        Some(host) => Html(page.replace(written_host, host.as_str())).into_response(),
        None => (StatusCode::BAD_REQUEST, "The Host header must name a host and port.\n").into_response(),
    }
}

/// Serves the SDK's browser build at `/staywire/index.js` and beside it, read
/// from `npm_dist` on each request: a rebuilt SDK shows at the next reload.
///
/// Without a build the answer is 404 with the command that makes one.
pub fn sdk(npm_dist: &Path) -> Router {
    SCRIPTS.into_iter().fold(Router::new(), |router, script| {
        let file = npm_dist.join(script);
        router.route(&format!("/staywire/{script}"), get(async move || serve_script(file).await))
    })
}

/// Ready when the process is told to end by Ctrl-C.
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler, Ctrl-C ends the process by itself.
        std::future::pending::<()>().await;
    }
}

/// The repository's `npm/dist`, for demos that run where they were built.
#[must_use]
pub fn default_npm_dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../npm/dist")
}

async fn serve_script(file: PathBuf) -> Response {
    match tokio::fs::read(&file).await {
        Ok(script) => ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response(),
        Err(error) => {
            let advice = format!("{}: {error}. Run `cargo xtask demo` to build the SDK.\n", file.display());
            (StatusCode::NOT_FOUND, advice).into_response()
        }
    }
}

/// The request's host, parsed: what goes into a page's script must not be able to end its string.
fn requested_host(headers: &HeaderMap) -> Option<Authority> {
    let host: Authority = headers.get(HOST)?.to_str().ok()?.parse().ok()?;
    let is_plain = |character: char| character.is_ascii_alphanumeric() || ".-:[]".contains(character);
    host.as_str().chars().all(is_plain).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host_of(value: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(HOST, axum::http::HeaderValue::from_static(value))]);
        requested_host(&headers).map(|host| host.to_string())
    }

    #[test]
    fn hosts_as_browsers_send_them_go_into_pages() {
        for host in ["localhost:8080", "127.0.0.1:9998", "[::1]:80", "demo.example"] {
            assert_eq!(host_of(host).as_deref(), Some(host));
        }
    }

    #[test]
    fn a_host_that_could_end_a_string_of_the_page_does_not() {
        for host in ["a\";alert(1)//", "a'b", "a b", "user@host", "a/b", ""] {
            assert_eq!(host_of(host), None, "{host}");
        }
    }
}
