//! A page that has the SDK.
//!
//! Owns: serving it, on a port and so an origin of its own. Never: asserts;
//! the page's functions are for the tests' scripts.

use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::browser::Browser;
use crate::browser_kind::BrowserKind;
use crate::served::{bind, built_sdk};

/// Opens a page that has the SDK and nothing else, in a browser of its own, and returns once the SDK is loaded.
///
/// Its functions are `record`, `count` and `texts`.
///
/// # Panics
///
/// When the SDK is not built, or no browser starts.
pub async fn open_sdk_page() -> Browser {
    open_page(BrowserKind::Chromium, include_str!("../pages/sdk.html")).await
}

/// Opens a page that is made for sessions, in a browser of `kind`, and returns once the SDK is loaded.
///
/// Its functions begin a session, send, and say what was told.
///
/// # Panics
///
/// When the SDK is not built, or no browser starts.
pub async fn open_session_page(kind: BrowserKind) -> Browser {
    open_page(kind, include_str!("../pages/session.html")).await
}

/// Opens a page that sets `isReady` once it has the SDK, in a browser of `kind`, and waits for that.
///
/// # Panics
///
/// When the SDK is not built, or no browser starts.
pub async fn open_page(kind: BrowserKind, html: &'static str) -> Browser {
    let (browser, url) = tokio::join!(Browser::start_as(kind), serve_page(html));
    browser.goto(&url).await;
    browser.wait_for("isReady", Duration::from_secs(5)).await;
    browser
}

/// Serves the page until the test's runtime ends; returns its address.
async fn serve_page(html: &'static str) -> String {
    let app = Router::new().route("/", get(async move || Html(html))).merge(demo_pages::sdk(&built_sdk()));
    let (listener, address) = bind().await;
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/")
}
