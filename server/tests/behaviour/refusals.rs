//! What is refused, how its client is told, and the line in the log that says so.

use serde::Deserialize;
use staywire_server::http::StatusCode;
use staywire_server::{
    Endpoint, JsonListener, ListenerError, Rejection, Server, ServerBuilder, Session, interceptor_fn,
};

use crate::captured::Captured;
use crate::support::{Echo, serve, serve_router};

/// What a request of `path` with `headers` gets from the server of `builder`, and what an operator reads of it.
async fn refused(builder: ServerBuilder, path: &str, headers: &str) -> (String, Vec<String>) {
    let captured = Captured::default();
    let guard = captured.capture();
    let running = serve(builder).await;
    let answer = running.request(path, headers).await;
    running.stop().await;
    drop(guard);
    (answer, captured.warnings())
}

fn chat() -> ServerBuilder {
    Server::builder().base_path("/1901").endpoint("/ws/chat/{nickName}", Echo)
}

// One thread in each of them: the subscriber is that thread's alone.
#[tokio::test(flavor = "current_thread")]
async fn a_foreign_origin_gets_403_and_the_log_names_it_and_what_would_admit_it() {
    let origin = "Origin: http://evil.example\r\n";
    let (answer, warnings) = refused(chat(), "/1901/ws/chat/ann", origin).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    let [line] = &*warnings else { panic!("{warnings:?}") };
    for part in [
        "opening handshake refused status=403 path=\"/1901/ws/chat/ann\" reason=",
        "http://evil.example",
        ".allow_origin(\"http://evil.example\")",
    ] {
        assert!(line.contains(part), "{line}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_rejected_handshake_gets_the_interceptors_answer_and_the_log_does_not_repeat_its_body() {
    let builder =
        chat().intercept(interceptor_fn(|_| Err(Rejection::new(StatusCode::UNAUTHORIZED, "log in"))));
    let (answer, warnings) = refused(builder, "/1901/ws/chat/ann", "").await;
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.ends_with("\r\n\r\nlog in"), "{answer}");
    let [line] = &*warnings else { panic!("{warnings:?}") };
    let expected =
        "opening handshake refused status=401 path=\"/1901/ws/chat/ann\" reason=an interceptor rejected it";
    assert!(line.ends_with(expected), "{line}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_malformed_path_parameter_gets_400_and_the_log_names_it() {
    let (answer, warnings) = refused(chat(), "/1901/ws/chat/100%", "").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let [line] = &*warnings else { panic!("{warnings:?}") };
    let expected = "status=400 path=\"/1901/ws/chat/100%\" reason=the path's \"nickName\" has a `%` \
                    that is not followed by two hexadecimal digits";
    assert!(line.ends_with(expected), "{line}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_missing_path_parameter_gets_404_and_the_log_names_it() {
    for path in ["/1901/ws/chat/", "/1901/ws/chat"] {
        let (answer, warnings) = refused(chat(), path, "").await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        let [line] = &*warnings else { panic!("{warnings:?}") };
        let expected = format!(
            "opening handshake refused status=404 path={path:?} \
             reason=\"the path has no \\\"nickName\\\", as in \\\"/1901/ws/chat/{{nickName}}\\\"\""
        );
        assert!(line.ends_with(&expected), "{line}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_path_without_an_endpoint_is_logged_where_a_websocket_was_wanted_and_the_404_is_the_applications() {
    let captured = Captured::default();
    let guard = captured.capture();
    let server = Server::builder().endpoint("/ws", Echo).endpoint("/off", None::<Echo>).build().unwrap();
    let router = server.router().fallback(async || (StatusCode::NOT_FOUND, "our own page\n"));
    let running = serve_router(server, router).await;
    let answer = running.request("/webSocket", "").await;
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.ends_with("our own page\n"), "{answer}");
    let page = running.raw_request("GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(page.starts_with("HTTP/1.1 404 "), "{page}");
    running.request("/off", "").await;
    drop(guard);
    let warnings = captured.warnings();
    let [_not_enabled, unrouted, off] = &*warnings else { panic!("{warnings:?}") };
    let reason = "path=\"/webSocket\" reason=\"no WebSocket endpoint has this path\"";
    assert!(unrouted.ends_with(reason), "{unrouted}");
    assert!(off.contains("path=\"/off\" reason=this WebSocket endpoint is not enabled"), "{off}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_full_server_gets_503_and_the_log_names_the_limit() {
    let captured = Captured::default();
    let guard = captured.capture();
    let running = serve(chat().max_sessions(1)).await;
    let _takes_the_place = running.connect("/1901/ws/chat/ann").await;
    let answer = running.request("/1901/ws/chat/bob", "").await;
    drop(guard);
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let warnings = captured.warnings();
    let [line] = &*warnings else { panic!("{warnings:?}") };
    assert!(
        line.contains("status=503") && line.contains("all 1 sessions that max_sessions allows"),
        "{line}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn malformed_json_gets_a_reply_and_the_log_says_where_it_is_wrong_and_not_what_it_holds() {
    #[derive(Deserialize)]
    struct Order {
        id: u32,
    }
    struct Orders;
    impl JsonListener for Orders {
        type Message = Order;
        async fn message(&self, session: &Session, order: Order) -> Result<(), ListenerError> {
            session.send_json(&order.id)?;
            Ok(())
        }
    }
    let captured = Captured::default();
    let guard = captured.capture();
    let running = serve(Server::builder().endpoint("/orders", Endpoint::json(Orders))).await;
    let mut client = running.connect("/orders").await;
    client.send(r#"{"id":"canary"}"#).await;
    let reply = client.next_text().await;
    assert!(
        reply.starts_with(r#"{"error":"malformed","reason":"invalid type: string \"canary\""#),
        "{reply}"
    );
    client.send(r#"{"id":888}"#).await;
    assert_eq!(client.next_text().await, "888");
    drop(guard);
    let warnings = captured.warnings();
    let [line] = &*warnings else { panic!("{warnings:?}") };
    assert!(line.contains("a message is malformed session="), "{line}");
    assert!(line.ends_with("error=JSON of another shape than expected, at line 1 column 14"), "{line}");
    assert!(!captured.text().contains("canary"), "{}", captured.text());
}
