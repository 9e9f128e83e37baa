//! The shop's side: what there is to buy, and two ways to buy it.

use std::io;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use staywire_server::WsHelper;

use crate::order::{self, Line, Order, PRODUCTS, Wish};
use crate::orders::Orders;

/// As in the IETF's draft of that name: the same key is the same order, however often it is sent.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Longer than any key or callback that a page makes up.
const MAX_NAME_BYTES: usize = 64;

#[derive(Clone)]
struct Shop {
    orders: Arc<Orders>,
    helper: WsHelper,
}

pub(crate) fn routes(orders: Arc<Orders>, helper: WsHelper) -> Router {
    Router::new()
        .route("/s5/products", get(async || Json(PRODUCTS)))
        .route("/s5/orders", post(place))
        .route("/user/order", get(place_by_jsonp))
        .with_state(Shop { orders, helper })
}

impl Shop {
    async fn place(self, key: Option<String>, lines: Vec<Line>) -> io::Result<(Order, bool)> {
        let placing = move || self.orders.place(&self.helper, key.as_deref(), lines);
        tokio::task::spawn_blocking(placing).await.map_err(io::Error::other)?
    }
}

/// `POST /s5/orders`: 201 with the order; 200 where a shop that asks again has it already.
async fn place(State(shop): State<Shop>, headers: HeaderMap, Json(wishes): Json<Vec<Wish>>) -> Response {
    let Some(key) = headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).filter(|key| is_name(key))
    else {
        return (StatusCode::BAD_REQUEST, format!("{IDEMPOTENCY_KEY} is missing or too long\n"))
            .into_response();
    };
    let lines = match order::priced(&wishes) {
        Ok(lines) => lines,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")).into_response(),
    };
    match shop.place(Some(key.to_owned()), lines).await {
        Ok((order, is_new)) => {
            let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
            (status, Json(order)).into_response()
        }
        Err(error) => not_written(&error),
    }
}

#[derive(Deserialize)]
struct Jsonp {
    callback: String,
}

/// `GET /user/order?callback=…`: the seed's call, a script that calls back with the order's number.
async fn place_by_jsonp(State(shop): State<Shop>, query: Result<Query<Jsonp>, QueryRejection>) -> Response {
    let callback = match query {
        Ok(Query(Jsonp { callback })) if is_function_name(&callback) => callback,
        _ => return (StatusCode::BAD_REQUEST, "callback has to be the name of a function\n").into_response(),
    };
    match shop.place(None, Vec::new()).await {
        Ok((order, _)) => {
            // The comment keeps the callback's name from being the first bytes of the file, where it could pass for another type.
            let script = format!(r#"/**/{callback}({{"number":{}}});"#, order.number);
            let headers = [(CONTENT_TYPE, "text/javascript"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
            (headers, script).into_response()
        }
        Err(error) => not_written(&error),
    }
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&text.len())
}

/// What is put into a script must not be able to say more than a name.
fn is_function_name(text: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "_$".contains(character);
    is_name(text) && text.chars().all(is_part) && !text.starts_with(|first: char| first.is_ascii_digit())
}

fn not_written(error: &io::Error) -> Response {
    tracing::error!(%error, "an order could not be written down");
    (StatusCode::SERVICE_UNAVAILABLE, "The order could not be written down.\n").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_go_into_a_script() {
        for name in ["_jsonp1a2b", "$cb", "callback"] {
            assert!(is_function_name(name), "{name}");
        }
        for other in ["", "1a", "a.b", "a(b", "alert(1)//", "a\n", "ä"] {
            assert!(!is_function_name(other), "{other}");
        }
    }
}
