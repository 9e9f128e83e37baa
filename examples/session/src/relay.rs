//! The wire between the pages and the server: a relay that can be cut, and can fall silent.
//!
//! Owns: the connections that pass through it. Never: reads what passes; it
//! copies bytes, and the server behind it listens on a port of its own.
//!
//! ```text
//! page ◄── the gallery's port ──► relay ◄── a port of its own ──► server
//!                                   ✂ cut: both connections end
//!                                   ∅ silence: both stay, and nothing passes
//! ```

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use demo_wire::End;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::sync::broadcast;

use crate::Demo;
use crate::visitors::Fault;

/// How long a silent wire lies there, if it is not cut.
const SILENCE: Duration = Duration::from_secs(60);

/// Relays the visitor's connection to the server that is there, or that is there next.
pub(crate) async fn relay(
    State(demo): State<Arc<Demo>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let Some(visitor) = demo.visitors.enter(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let Some(server) = connect(&demo).await else { return StatusCode::BAD_GATEWAY.into_response() };
    let faults = visitor.faults.subscribe();
    demo_wire::relay(request, server, |page, server| carry(page, server, faults)).await
}

async fn connect(demo: &Demo) -> Option<TcpStream> {
    let server = demo.stage.awaited().await?;
    TcpStream::connect(server.address).await.ok()
}

/// Copies bytes both ways until one end closes or a fault happens to this wire.
async fn carry(mut page: End, mut server: End, mut faults: broadcast::Receiver<Fault>) {
    let fault = tokio::select! {
        _ = copy_bidirectional(&mut page, &mut server) => return,
        fault = faults.recv() => fault,
    };
    if fault == Ok(Fault::Silence) {
        // Both connections stay as they are, and what arrives on them is read by nobody.
        let _ = tokio::time::timeout(SILENCE, faults.recv()).await;
    }
}
