//! The wire of demos that break it: a relay between pages and a server that listens on a port of its own.
//!
//! Owns: the opening handshake, which it passes on. Never: decides what
//! becomes of the bytes; who asks for the relay carries them, cuts them off or
//! holds them up.
//!
//! ```text
//! page ◄── the gallery's port ──► carry ◄── a port of its own ──► server
//! ```

use std::future::Future;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::client::conn::http1;
use hyper::upgrade::{OnUpgrade, Upgraded, on};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// One end of a wire: a connection after its opening handshake.
pub type End = TokioIo<Upgraded>;

/// Hands an opening handshake to `server`, and its answer back; where the server accepts, `carry` gets the page's end
/// and the server's. Both connections end when its future does.
pub async fn relay<F>(
    mut request: Request,
    server: TcpStream,
    carry: impl FnOnce(End, End) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let page = on(&mut request);
    match pass_on(request, server).await {
        Ok(mut response) => {
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                tokio::spawn(join(page, on(&mut response), carry));
            }
            response
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn pass_on(request: Request, server: TcpStream) -> hyper::Result<Response> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(server)).await?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender.send_request(request).await?.map(Body::new))
}

async fn join<F: Future<Output = ()>>(page: OnUpgrade, server: OnUpgrade, carry: impl FnOnce(End, End) -> F) {
    if let Ok((page, server)) = tokio::try_join!(page, server) {
        carry(TokioIo::new(page), TokioIo::new(server)).await;
    }
}
