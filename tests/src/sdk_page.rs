//! A page that has the SDK and nothing else.
//!
//! Owns: serving it, on a port and so an origin of its own. Never: asserts;
//! the page's functions `record`, `count` and `texts` are for the tests' scripts.

use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::browser::Browser;
use crate::served::{bind, built_sdk};

/// Opens the page in a browser of its own, and returns once the SDK is loaded.
///
/// # Panics
///
/// When the SDK is not built, or no browser starts.
pub async fn open_sdk_page() -> Browser {
    let (browser, url) = tokio::join!(Browser::start(), serve_page());
    browser.goto(&url).await;
    browser.wait_for("isReady", Duration::from_secs(5)).await;
    browser
}

/// Serves the page until the test's runtime ends; returns its address.
async fn serve_page() -> String {
    let page = get(async || Html(include_str!("../pages/sdk.html")));
    let app = Router::new().route("/", page).merge(demo_pages::sdk(&built_sdk()));
    let (listener, address) = bind().await;
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/")
}
