//! What a back end asks for over HTTP: a message to a user, and how many are online.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde::Deserialize;
use staywire_server::{UserDelivery, WsHelper};

use crate::push::send_one_message;

/// The parameters that count; the page's script adds `id` and `content`, and nobody reads those.
#[derive(Deserialize)]
struct Publish {
    #[serde(rename = "userId")]
    user_id: String,
    message: String,
}

pub(crate) fn routes(helper: WsHelper) -> Router {
    Router::new()
        .route("/socket/publish", get(publish))
        .route("/socket/online", get(online))
        .with_state(helper)
}

/// `GET /socket/publish?userId=…&message=…`, as the page's script calls it.
async fn publish(
    State(helper): State<WsHelper>,
    Query(Publish { user_id, message }): Query<Publish>,
) -> (StatusCode, String) {
    match send_one_message(&helper, &user_id, message) {
        UserDelivery::Present(delivery) if delivery.is_complete() => {
            (StatusCode::OK, format!("sent to {}, kept for {}", delivery.queued, delivery.kept))
        }
        UserDelivery::Present(delivery) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("{} did not take it", delivery.refused.len()))
        }
        _ => (StatusCode::NOT_FOUND, format!("{user_id} is not here")),
    }
}

/// `GET /socket/online`: how many connections there are.
async fn online(State(helper): State<WsHelper>) -> String {
    helper.online().to_string()
}
