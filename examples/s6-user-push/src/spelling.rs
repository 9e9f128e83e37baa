//! The path as the page spells it: `/webSocket/…`, where the server has `/websocket/…`.
//!
//! Never: a second endpoint, which would have users of its own: who dials
//! both would join twice, and be two.

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::ServiceExt;

/// Hands requests for `/webSocket/{userId}` on to `endpoint`, which knows `/websocket/{userId}`.
pub fn as_the_page_spells_it(endpoint: Router) -> Router {
    Router::new().route("/webSocket/{userId}", get(async |request| hand_on(request, endpoint).await))
}

async fn hand_on(mut request: Request, endpoint: Router) -> Response {
    let respelt = request.uri().to_string().replacen("/webSocket/", "/websocket/", 1);
    match Uri::try_from(respelt) {
        Ok(uri) => *request.uri_mut() = uri,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
    endpoint.oneshot(request).await.into_response()
}
