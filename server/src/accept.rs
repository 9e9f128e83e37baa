//! The accept loop.
//!
//! Owns: accepting, and the deadline for a request's head, its first byte
//! included. `axum::serve` lets silent and half-sent connections stay for
//! ever, and hyper's automatic HTTP/2 detection has no deadline for the first
//! byte; so this speaks HTTP/1.1 only. Never: knows what the routes do.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Bytes that a request's head may have.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Pause before accepting again when the system has no descriptor or memory left.
///
/// The waiting connection stays in the backlog, so accepting at once would fail at once, for ever.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// The connections that still speak HTTP; one that was upgraded is not among them.
pub(crate) struct HttpConnections {
    /// Each connection holds a receiver for as long as it lives.
    shutdown: watch::Sender<()>,
}

impl HttpConnections {
    /// Lets each finish the request that it is at, and waits for them.
    pub(crate) async fn shutdown(self) {
        self.shutdown.send_replace(());
        self.shutdown.closed().await;
    }
}

/// Accepts connections and serves them with `router` until `shutdown` is ready.
/// Returns the connections that are left.
pub(crate) async fn run(
    router: Router,
    listener: TcpListener,
    head_timeout: Duration,
    shutdown: impl Future<Output = ()>,
) -> HttpConnections {
    let connections = HttpConnections { shutdown: watch::Sender::new(()) };
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_timeout).max_buf_size(MAX_HEAD_BYTES);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => return connections,
        };
        match accepted {
            Ok((stream, remote)) => {
                spawn(&http, connections.shutdown.subscribe(), router.clone(), stream, remote)
            }
            Err(error) if is_of_one_connection(&error) => {
                tracing::debug!(%error, "a connection failed before it was accepted")
            }
            Err(error) => {
                tracing::error!(%error, "cannot accept connections; trying again");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
}

fn spawn(
    http: &http1::Builder,
    mut shutdown: watch::Receiver<()>,
    router: Router,
    stream: TcpStream,
    remote: SocketAddr,
) {
    // Messages are written whole; waiting for more to send would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, %remote, "cannot switch off Nagle's algorithm");
    }
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(remote));
        router.call(request)
    });
    let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let served = tokio::select! {
            served = &mut connection => served,
            _ = shutdown.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, %remote, "connection ended");
        }
    });
}

/// Whether an accept error speaks of the one connection that would have been accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
