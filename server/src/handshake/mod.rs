//! The opening handshake: from an HTTP request to a connection's task.
//!
//! Owns: the order of the checks, of which the host and the origin are the first
//! and the interceptors are the last. Never: calls the listener, runs an interceptor for
//! a client that has no place, or keeps the place of one that is refused.
//!
//! ```text
//!  request ─► host ─► origin ─► upgrade headers ─► path ─► draining? ─► place ─► interceptors ─► 101 ─► connection's task
//!             400      403        426, 400         400        503        503    theirs, 500, 503
//! ```
//!
//! In session mode the place is a connection's, and an interceptor's rejection
//! is told after the 101, where a page can read it.

pub(crate) mod cookie;
pub(crate) mod interceptor;
pub(crate) mod origin;
pub(crate) mod path;
pub(crate) mod query;
mod refusal;
pub(crate) mod rejection;
pub(crate) mod request;
pub(crate) mod unrouted;
pub(crate) mod upgrade;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use crate::capacity::Place;
use crate::connection::{self, Plain, TungsteniteCodec};
use crate::endpoint::EndpointState;
use crate::message::Message;
use crate::panic::catch_panic;
use crate::server::ServerState;
use crate::session::outbox::Outbox;
use crate::session::{Session, SessionId};
use crate::session_mode::{SUB_PROTOCOL, SessionMode};
use refusal::Refusal;
use rejection::Rejection;
use request::Handshake;

/// The routes of all endpoints.
pub(crate) fn router(server: &Arc<ServerState>) -> Router {
    let mut router = Router::new();
    for endpoint in server.endpoints() {
        let (server, endpoint) = (Arc::clone(server), Arc::clone(endpoint));
        let route = endpoint.pattern().route().to_owned();
        router =
            router.route(&route, get(async move |request| respond(request, &server, Some(&endpoint)).await));
    }
    for pattern in server.not_enabled() {
        let server = Arc::clone(server);
        router =
            router.route(pattern.route(), get(async move |request| respond(request, &server, None).await));
    }
    router
}

async fn respond(
    request: Request,
    server: &Arc<ServerState>,
    endpoint: Option<&Arc<EndpointState>>,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    accept(request, server, endpoint).await.unwrap_or_else(|refusal| {
        refusal.counter(&server.counters().connections).increment();
        refusal.answer(&path)
    })
}

async fn accept(
    mut request: Request,
    server: &Arc<ServerState>,
    endpoint: Option<&Arc<EndpointState>>,
) -> Result<Response<Body>, Refusal> {
    let authority = upgrade::authority(request.version(), request.uri(), request.headers());
    let authority = authority.map_err(Refusal::Upgrade)?;
    let origins = endpoint.map_or(server.origins(), |endpoint| endpoint.origins());
    origins.check(request.headers(), authority).map_err(Refusal::Origin)?;

    let endpoint = endpoint.ok_or(Refusal::NotEnabled)?;
    let accept = upgrade::accept_value(request.method(), request.version(), request.headers());
    let accept = accept.map_err(Refusal::Upgrade)?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or(Refusal::CannotUpgrade)?;
    let mut handshake = Handshake::of(request, endpoint).map_err(Refusal::Path)?;
    let is_session_mode = handshake.protocol() == Some(SUB_PROTOCOL);
    let place = take_place(server, is_session_mode)?;
    let passed = match intercept(&mut handshake, endpoint, server).await {
        // A page can read a close code, and no status: session mode refuses by its first answer.
        Err(Refusal::Rejected(rejection)) if is_session_mode => Err(rejection),
        other => other.map(Ok)?,
    };
    // The interceptors may have taken their time.
    if server.is_draining() {
        return Err(Refusal::Draining);
    }
    let response = switching_protocols(accept, handshake.protocol());
    server.start_sweeping();
    if is_session_mode {
        let arrived = passed.map(|()| handshake);
        tokio::spawn(open_session_mode(upgrade, Arc::clone(server), arrived, place));
    } else {
        let id = SessionId::random().map_err(Refusal::NoRandomness)?;
        let outbox = Arc::new(Outbox::new(server.limits().max_queue_bytes));
        let session = Session::plain(id, handshake, Arc::clone(server), Arc::clone(&outbox));
        session.join();
        tokio::spawn(open_plain(upgrade, session, outbox, place));
    }
    Ok(response)
}

/// A session's place, or in session mode a connection's.
fn take_place(server: &ServerState, is_session_mode: bool) -> Result<Place, Refusal> {
    if server.is_draining() {
        return Err(Refusal::Draining);
    }
    if is_session_mode {
        let connections = server.connections();
        return connections.take().ok_or_else(|| Refusal::TooManyConnections { max: connections.places() });
    }
    let capacity = server.capacity();
    capacity.take().ok_or_else(|| Refusal::Full { max_sessions: capacity.places() })
}

async fn intercept(
    handshake: &mut Handshake,
    endpoint: &EndpointState,
    server: &ServerState,
) -> Result<(), Refusal> {
    let timeout = server.limits().interceptor_timeout;
    let decided =
        tokio::time::timeout(timeout, catch_panic(endpoint.interceptors().before_handshake(handshake)));
    match decided.await {
        Ok(Ok(decision)) => decision.map_err(Refusal::Rejected),
        Ok(Err(panic)) => Err(Refusal::InterceptorPanicked(panic)),
        Err(_) => Err(Refusal::InterceptorTimeout(timeout)),
    }
}

fn switching_protocols(accept: HeaderValue, protocol: Option<&str>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    // The builder took only sub-protocols that are tokens, and every token is a header value.
    if let Some(protocol) = protocol.and_then(|protocol| HeaderValue::from_str(protocol).ok()) {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    response
}

/// Waits until the 101 is on its way, then has a task run the connection to its end.
async fn open_plain(upgrade: OnUpgrade, session: Session, outbox: Arc<Outbox<Message>>, place: Place) {
    let limits = session.server().limits();
    let Ok(Ok(upgraded)) = tokio::time::timeout(limits.head_timeout, upgrade).await else {
        return session.abandon(place);
    };
    let codec = TungsteniteCodec::new(TokioIo::new(upgraded), limits, limits.max_message_bytes).await;
    tokio::spawn(connection::run(codec, Plain::open(session, outbox, place)));
}

/// The same in session mode, where no session is there yet.
async fn open_session_mode(
    upgrade: OnUpgrade,
    server: Arc<ServerState>,
    arrived: Result<Handshake, Rejection>,
    place: Place,
) {
    let limits = server.limits();
    let Ok(Ok(upgraded)) = tokio::time::timeout(limits.head_timeout, upgrade).await else {
        return tracing::debug!("the client left during the opening handshake");
    };
    let codec = TungsteniteCodec::new(TokioIo::new(upgraded), limits, limits.max_session_mode_bytes()).await;
    tokio::spawn(connection::run(codec, SessionMode::new(server, arrived, place)));
}
