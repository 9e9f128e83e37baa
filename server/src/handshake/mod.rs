//! The opening handshake: from an HTTP request to a connection's task.
//!
//! Owns: the order of the checks, of which the origin is the first. Never:
//! calls the listener, or takes a place for a client that is refused.
//!
//! ```text
//!  request ─► origin ─► upgrade headers ─► path ─► draining? ─► place ─► 101 ─► connection's task
//!               403        426, 400         400        503        503
//! ```

pub(crate) mod cookie;
pub(crate) mod origin;
pub(crate) mod path;
pub(crate) mod query;
mod refusal;
pub(crate) mod upgrade;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{CONNECTION, HOST, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use crate::capacity::Place;
use crate::connection::{self, TungsteniteCodec};
use crate::endpoint::EndpointState;
use crate::server::ServerState;
use crate::session::{HandshakeRequest, Session, SessionId};
use crate::sync::Mutex;
use refusal::Refusal;

/// The routes of all endpoints.
pub(crate) fn router(server: &Arc<ServerState>) -> Router {
    let mut router = Router::new();
    for endpoint in server.endpoints() {
        let (server, endpoint) = (Arc::clone(server), Arc::clone(endpoint));
        let route = endpoint.pattern().route().to_owned();
        router = router.route(&route, get(async move |request| respond(request, &server, Some(&endpoint))));
    }
    for pattern in server.not_enabled() {
        let server = Arc::clone(server);
        router = router.route(pattern.route(), get(async move |request| respond(request, &server, None)));
    }
    router
}

fn respond(
    request: Request,
    server: &Arc<ServerState>,
    endpoint: Option<&Arc<EndpointState>>,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    accept(request, server, endpoint).unwrap_or_else(|refusal| refusal.answer(&path))
}

fn accept(
    mut request: Request,
    server: &Arc<ServerState>,
    endpoint: Option<&Arc<EndpointState>>,
) -> Result<Response<Body>, Refusal> {
    let authority = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let authority = authority.or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    server.origins().check(request.headers(), authority).map_err(Refusal::Origin)?;

    let endpoint = endpoint.ok_or(Refusal::NotEnabled)?;
    let accept = upgrade::accept_value(request.method(), request.version(), request.headers());
    let accept = accept.map_err(Refusal::Upgrade)?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or(Refusal::CannotUpgrade)?;
    let facts = facts_of(request, endpoint)?;
    if server.is_draining() {
        return Err(Refusal::Draining);
    }
    let place = server.capacity().take();
    let place = place.ok_or_else(|| Refusal::Full { max_sessions: server.capacity().max_sessions() })?;
    let id = SessionId::random().map_err(Refusal::NoRandomness)?;

    let response = switching_protocols(accept, facts.protocol.as_deref());
    let session = Session::new(id, facts, Arc::clone(endpoint), Arc::clone(server));
    session.join();
    tokio::spawn(open_connection(upgrade, session, place));
    Ok(response)
}

/// What the session remembers of the request.
fn facts_of(request: Request, endpoint: &EndpointState) -> Result<HandshakeRequest, Refusal> {
    let (parts, _) = request.into_parts();
    let remote_addr = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    Ok(HandshakeRequest {
        path: parts.uri.path().into(),
        path_params: endpoint.pattern().decode(parts.uri.path()).map_err(Refusal::Path)?,
        query: parts.uri.query().map(Into::into),
        remote_addr,
        protocol: upgrade::choose_protocol(&parts.headers, endpoint.protocols()),
        headers: Mutex::new(Some(Arc::new(parts.headers))),
    })
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

/// Waits until the 101 is on its way, then runs the connection to its end.
async fn open_connection(upgrade: OnUpgrade, session: Session, place: Place) {
    let limits = session.server().limits();
    let Ok(Ok(upgraded)) = tokio::time::timeout(limits.head_timeout, upgrade).await else {
        return session.abandon(place);
    };
    let codec = TungsteniteCodec::new(TokioIo::new(upgraded), limits).await;
    connection::run(codec, session, place).await;
}
