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

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::client::conn::http1;
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio::net::TcpStream;
use tokio::sync::broadcast;

use crate::Demo;
use crate::visitors::Fault;

/// How long a silent wire lies there, if it is not cut.
const SILENCE: Duration = Duration::from_secs(60);

/// Hands the opening handshake to the server, and its answer back; what follows an upgrade is relayed.
pub(crate) async fn relay(
    State(demo): State<Arc<Demo>>,
    Path(name): Path<String>,
    mut request: Request,
) -> Response {
    let Some(visitor) = demo.visitors.enter(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let page = on(&mut request);
    match pass_on(&demo, request).await {
        Some(mut response) => {
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                tokio::spawn(carry(page, on(&mut response), visitor.faults.subscribe()));
            }
            response
        }
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn pass_on(demo: &Demo, request: Request) -> Option<Response> {
    let server = demo.stage.awaited().await?;
    let stream = TcpStream::connect(server.address).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection.with_upgrades());
    Some(sender.send_request(request).await.ok()?.map(Body::new))
}

/// Copies bytes both ways until one end closes or a fault happens to this wire.
async fn carry(page: OnUpgrade, server: OnUpgrade, mut faults: broadcast::Receiver<Fault>) {
    let Ok((page, server)) = tokio::try_join!(page, server) else { return };
    let (mut page, mut server) = (TokioIo::new(page), TokioIo::new(server));
    let fault = tokio::select! {
        _ = copy_bidirectional(&mut page, &mut server) => return,
        fault = faults.recv() => fault,
    };
    if fault == Ok(Fault::Silence) {
        // Both connections stay as they are, and what arrives on them is read by nobody.
        let _ = tokio::time::timeout(SILENCE, faults.recv()).await;
    }
}
