//! The wires between the pages and the server: one that can be cut, and one that is slow.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use demo_wire::End;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, copy_bidirectional, split};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::sleep;

use crate::routes::Behind;

/// What the slow wire carries to the page in a second: about an eighth of the quotes at their usual rate.
const SLOW_BYTES_PER_SECOND: u32 = 8 * 1024;

/// What the slow wire takes at once.
const SIP: usize = 512;

/// What the system may take in for the slow wire beyond that.
const RECEIVE_BUFFER: u32 = 4 * 1024;

/// `/board/wire/{visitor}`: until it is cut, and then not at once again.
pub(crate) async fn board(
    State(behind): State<Arc<Behind>>,
    Path(visitor): Path<String>,
    request: Request,
) -> Response {
    behind.scissors.mended(&visitor).await;
    let cut = behind.scissors.cut_of(visitor);
    let carry = async move |mut page: End, mut server: End| {
        tokio::select! {
            _ = copy_bidirectional(&mut page, &mut server) => {}
            () = cut => {}
        }
    };
    match TcpStream::connect(behind.server).await {
        Ok(server) => demo_wire::relay(request, server, carry).await,
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// `/quotes/wire/fast/{market}`.
pub(crate) async fn fast(State(behind): State<Arc<Behind>>, request: Request) -> Response {
    let carry = async |mut page: End, mut server: End| {
        let _ = copy_bidirectional(&mut page, &mut server).await;
    };
    match TcpStream::connect(behind.server).await {
        Ok(server) => demo_wire::relay(request, server, carry).await,
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// `/quotes/wire/slow/{market}`.
pub(crate) async fn slow(State(behind): State<Arc<Behind>>, request: Request) -> Response {
    let carry = async |page: End, server: End| {
        let (mut from_page, mut to_page) = split(page);
        let (mut from_server, mut to_server) = split(server);
        tokio::select! {
            _ = copy(&mut from_page, &mut to_server) => {}
            _ = trickle(&mut from_server, &mut to_page) => {}
        }
    };
    match connect_narrowly(&behind).await {
        Ok(server) => demo_wire::relay(request, server, carry).await,
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn connect_narrowly(behind: &Behind) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.connect(behind.server).await
}

/// Copies as a thin wire would, until one end closes.
async fn trickle(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
    let mut sip = [0; SIP];
    loop {
        let bytes = from.read(&mut sip).await?;
        if bytes == 0 {
            return Ok(());
        }
        to.write_all(&sip[..bytes]).await?;
        let duration = Duration::from_secs(1).mul_f64(bytes as f64 / f64::from(SLOW_BYTES_PER_SECOND));
        sleep(duration).await;
    }
}
