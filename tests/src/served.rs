//! A server under test, in the test's own process.
//!
//! Owns: a loopback port and the task that serves on it, which ends with the
//! test's runtime. Never: knows what is served.

use std::future::pending;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::Router;
use staywire_gallery::Gallery;
use staywire_server::Server;
use tokio::net::TcpListener;

/// Serves `router`, which holds the routes of `server`, on a port that the system chooses.
///
/// # Panics
///
/// When the system has none.
pub async fn serve(server: Server, router: Router) -> SocketAddr {
    let (listener, address) = bind().await;
    tokio::spawn(async move { server.serve_router(router, listener, pending()).await });
    address
}

/// Serves the gallery with the SDK of this repository.
///
/// # Panics
///
/// When the SDK is not built.
pub async fn serve_gallery() -> SocketAddr {
    serve_gallery_with(&built_sdk()).await
}

/// Serves the gallery with the SDK from `npm_dist`, if there is one.
///
/// # Panics
///
/// When the system has no free port.
pub async fn serve_gallery_with(npm_dist: &Path) -> SocketAddr {
    let gallery = Gallery::new(npm_dist).expect("the demos' paths differ");
    let (listener, address) = bind().await;
    tokio::spawn(gallery.serve(listener, pending()));
    address
}

/// A bound listener and where it listens.
pub(crate) async fn bind() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free loopback port");
    let address = listener.local_addr().expect("a bound listener has an address");
    (listener, address)
}

/// The folder with the SDK, which exists.
pub(crate) fn built_sdk() -> PathBuf {
    let sdk = demo_pages::default_npm_dist();
    assert!(sdk.join("index.js").exists(), "{} has no index.js: run `cargo xtask e2e`", sdk.display());
    sdk
}
