//! HTTP handlers beside the sockets, in the same application, with the helper as their state.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, Query, State};
use axum::routing::get;
use serde::Deserialize;
use staywire_server::{Endpoint, Handshake, Server, UserDelivery, WsHelper, interceptor_fn};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};

use crate::support::{Echo, Running, serve_router, soon, until};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publish {
    user_id: String,
    message: String,
}

async fn publish(State(helper): State<WsHelper>, Query(publish): Query<Publish>) -> String {
    match helper.send_to_user(publish.user_id, publish.message) {
        UserDelivery::Present(delivery) => format!("sent to {}", delivery.queued),
        _ => "not here".to_owned(),
    }
}

fn server() -> Server {
    let by_path = interceptor_fn(|handshake: &mut Handshake| {
        let user = handshake.path_param("userId").unwrap_or_default().to_owned();
        handshake.set_user(user)
    });
    let endpoint = Endpoint::new(Echo).intercept(by_path);
    Server::builder().endpoint("/websocket/{userId}", endpoint).build().unwrap()
}

/// The body of the answer to `GET path`.
async fn body(running: &Running, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = running.raw_request(&request).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_request_beside_the_sockets_reaches_a_users_sessions() {
    let server = server();
    let app = Router::new()
        .route("/socket/publish", get(publish))
        .with_state(server.helper())
        .merge(server.router());
    let running = serve_router(server, app).await;
    let mut client = running.connect("/websocket/10086").await;
    let path = "/socket/publish?userId=10086&message=%E4%BD%A0%E5%A5%BD&id=7777&content=ignored";
    assert_eq!(body(&running, path).await, "sent to 1");
    assert_eq!(client.next_text().await, "你好");
    assert_eq!(body(&running, "/socket/publish?userId=10087&message=x").await, "not here");
}

/// What an application shares among its handlers, the helper being one part of it.
#[derive(Clone)]
struct App {
    helper: WsHelper,
    gate: Arc<Semaphore>,
    reached: watch::Sender<bool>,
}

impl FromRef<App> for WsHelper {
    fn from_ref(app: &App) -> Self {
        app.helper.clone()
    }
}

/// Publishes when it is let.
async fn publish_late(State(app): State<App>, helper: State<WsHelper>, query: Query<Publish>) -> String {
    app.reached.send_replace(true);
    app.gate.acquire().await.unwrap().forget();
    publish(helper, query).await
}

#[tokio::test]
async fn a_request_under_way_at_shutdown_is_finished_and_hears_that_its_user_is_gone() {
    let server = server();
    let (reached, mut requests) = watch::channel(false);
    let gate = Arc::new(Semaphore::new(0));
    let helper = server.helper();
    let app = App { helper: helper.clone(), gate: Arc::clone(&gate), reached };
    let app = Router::new().route("/late", get(publish_late)).with_state(app).merge(server.router());
    let running = serve_router(server, app).await;
    let mut client = running.connect("/websocket/10086").await;
    let mut request = TcpStream::connect(running.address).await.unwrap();
    let head = b"GET /late?userId=10086&message=x HTTP/1.1\r\nHost: x\r\n\r\n";
    request.write_all(head).await.unwrap();
    soon(requests.wait_for(|&reached| reached)).await.unwrap();

    let stopping = tokio::spawn(running.stop());
    assert_eq!(client.next_close().await.0, 1001);
    client.ended().await;
    until(|| helper.online() == 0).await;
    gate.add_permits(1);
    let mut answer = String::new();
    soon(request.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nnot here"), "{answer}");
    soon(stopping).await.unwrap();
}
