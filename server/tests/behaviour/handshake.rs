//! The opening handshake: who gets in, and what the session knows of it.

use std::sync::Arc;

use staywire_server::{Endpoint, ListenerError, Message, Server, ServerBuilder, Session, WsListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::support::{Echo, serve, serve_router, soon};

/// Tells what the session knows of its handshake, as `open` sees it.
struct Introduction;

impl WsListener for Introduction {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        let header = session.headers().and_then(|headers| headers.get("x-canary").cloned());
        let facts = [
            session.endpoint().to_owned(),
            session.path().to_owned(),
            session.path_param("nickName").unwrap_or("-").to_owned(),
            session.query().unwrap_or("-").to_owned(),
            session.query_param("name").unwrap_or_default(),
            session.cookie("JSESSIONID").unwrap_or_default(),
            header.map(|value| value.to_str().map(str::to_owned)).transpose()?.unwrap_or_default(),
            session.protocol().unwrap_or("-").to_owned(),
        ];
        session.send(facts.join(" | "))?;
        Ok(())
    }

    async fn message(&self, session: &Session, _: Message) -> Result<(), ListenerError> {
        let readable = session.headers().is_some();
        session.send(format!("headers readable: {readable}, cookie: {:?}", session.cookie("JSESSIONID")))?;
        Ok(())
    }
}

#[tokio::test]
async fn a_session_knows_its_handshake() {
    let endpoint = Endpoint::new(Introduction).protocols(["v1", "v2"]);
    let running = serve(Server::builder().base_path("/1901").endpoint("/ws/chat/{nickName}", endpoint)).await;
    let headers =
        [("cookie", "a=1; JSESSIONID=42"), ("x-canary", "tweet"), ("sec-websocket-protocol", "v3, v2")];
    let path = "/1901/ws/chat/%E5%BC%A0%E4%B8%89?name=a+b&x";
    let mut client = running.connect_with(path, &headers).await;
    assert_eq!(client.protocol.as_deref(), Some("v2"));
    assert_eq!(
        client.next_text().await,
        "/ws/chat/{nickName} | /1901/ws/chat/%E5%BC%A0%E4%B8%89 | 张三 | name=a+b&x | a b | 42 | tweet | v2"
    );
}

#[tokio::test]
async fn headers_are_dropped_after_open_unless_kept() {
    let builder = Server::builder()
        .endpoint("/dropped", Introduction)
        .endpoint("/kept", Endpoint::new(Introduction).keep_headers());
    let running = serve(builder).await;
    for (path, expected) in [
        ("/dropped", "headers readable: false, cookie: None"),
        ("/kept", "headers readable: true, cookie: Some(\"42\")"),
    ] {
        let mut client = running.connect_with(path, &[("cookie", "JSESSIONID=42")]).await;
        client.next_text().await;
        client.send("and now?").await;
        assert_eq!(client.next_text().await, expected);
    }
}

#[tokio::test]
async fn the_remote_address_is_the_clients() {
    struct Remote(mpsc::UnboundedSender<Option<std::net::SocketAddr>>);
    impl WsListener for Remote {
        async fn open(&self, session: &Session) -> Result<(), ListenerError> {
            self.0.send(session.remote_addr())?;
            Ok(())
        }
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
    }
    let (sender, mut remote) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/ws", Remote(sender))).await;
    let client = running.connect("/ws").await;
    let local = client.stream.get_ref().local_addr().unwrap();
    assert_eq!(soon(remote.recv()).await.unwrap(), Some(local));
}

#[tokio::test]
async fn path_parameters_are_decoded_or_refused_with_400() {
    let running = serve(Server::builder().endpoint("/chat/{nickName}", Introduction)).await;
    let mut client = running.connect("/chat/a%2Fb").await;
    assert!(client.next_text().await.contains("| a/b |"));
    for (path, problem) in [
        ("/chat/%zz", "\"nickName\" has a `%` that is not followed by two hexadecimal digits"),
        ("/chat/100%", "\"nickName\" has a `%` that is not followed by two hexadecimal digits"),
        ("/chat/%ff", "\"nickName\" is not UTF-8 when percent-decoded"),
    ] {
        let answer = running.request(path, "").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains(problem), "{answer}");
    }
}

async fn status_for_origin(builder: ServerBuilder, origin: &str) -> (u16, String) {
    let running = serve(builder.endpoint("/ws", Echo)).await;
    let origin = origin.replace("HOST", &running.address.to_string());
    let headers = format!("Origin: {origin}\r\n");
    let result = match running.request_or_upgrade("/ws", &headers).await {
        None => (101, String::new()),
        Some(answer) => (answer[9..12].parse().unwrap(), answer),
    };
    running.stop().await;
    result
}

#[tokio::test]
async fn pages_of_other_hosts_are_refused_by_name() {
    for (origin, expected) in [
        ("http://HOST", 101),
        ("https://HOST", 101),
        ("http://evil.example", 403),
        ("http://HOST.evil.example", 403),
        ("http://127.0.0.1", 403),
        ("http://localhost:1", 403),
        ("null", 403),
    ] {
        let (status, answer) = status_for_origin(Server::builder(), origin).await;
        assert_eq!(status, expected, "{origin}");
        if status == 403 && !origin.contains("HOST") {
            assert!(answer.contains(&format!(".allow_origin(\"{origin}\")")), "{answer}");
        }
    }
}

#[tokio::test]
async fn allowed_origins_and_dev_admit_what_they_say() {
    let allowing = || Server::builder().allow_origin("https://app.example");
    assert_eq!(status_for_origin(allowing(), "https://app.example").await.0, 101);
    assert_eq!(status_for_origin(allowing(), "http://app.example").await.0, 403);
    let dev = || Server::builder().dev();
    assert_eq!(status_for_origin(dev(), "http://localhost:5173").await.0, 101);
    assert_eq!(status_for_origin(dev(), "null").await.0, 101);
    assert_eq!(status_for_origin(dev(), "http://evil.example").await.0, 403);
}

#[tokio::test]
async fn an_endpoints_allowed_origins_are_admitted_there_and_nowhere_else() {
    let open = Endpoint::new(Echo).allow_origin("https://app.example");
    let builder =
        Server::builder().endpoint("/open", open).endpoint("/shut", Echo).allow_origin("https://all.example");
    let running = serve(builder).await;
    let own = format!("http://{}", running.address);
    for (origin, at_open, at_shut) in [
        ("https://app.example", true, false),
        ("http://app.example", false, false),
        ("https://all.example", true, true),
        (&*own, true, true),
    ] {
        for (path, admitted) in [("/open", at_open), ("/shut", at_shut)] {
            let refusal = running.request_or_upgrade(path, &format!("Origin: {origin}\r\n")).await;
            assert_eq!(refusal.is_none(), admitted, "{origin} at {path}: {refusal:?}");
            assert!(refusal.is_none_or(|answer| answer.starts_with("HTTP/1.1 403 ")), "{origin} at {path}");
        }
    }
}

#[tokio::test]
async fn a_foreign_page_learns_nothing_but_the_403() {
    let builder = Server::builder().endpoint("/on/{a}", Echo).endpoint("/off", None::<Echo>).max_sessions(1);
    let running = serve(builder).await;
    let _takes_the_place = running.connect("/on/x").await;
    for path in ["/on/x", "/on/%zz", "/off"] {
        let answer = running.request(path, "Origin: http://evil.example\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    }
}

#[tokio::test]
async fn the_first_session_over_the_limit_gets_503_and_the_others_go_on() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_sessions(64)).await;
    let mut clients = Vec::new();
    for _ in 0..64 {
        clients.push(running.connect("/ws").await);
    }
    for _ in 0..3 {
        let answer = running.request("/ws", "").await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.to_lowercase().contains("\r\nretry-after: 5\r\n"), "{answer}");
        assert!(answer.contains("max_sessions"), "{answer}");
    }
    for client in &mut clients {
        client.send("still here").await;
        assert_eq!(client.next_text().await, "still here");
    }
    clients.pop().unwrap().close().await;
    running.connect_when_free("/ws").await;
}

#[tokio::test]
async fn an_endpoint_without_a_listener_answers_404_and_says_why() {
    let running = serve(Server::builder().endpoint("/ws", None::<Echo>)).await;
    let answer = running.request("/ws", "").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.ends_with("this WebSocket endpoint is not enabled: it has no listener\n"), "{answer}");
}

#[tokio::test]
async fn a_request_that_is_no_handshake_is_told_so() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let address = running.address;
    for (head, status, says) in [
        ("", 426, "upgrade: websocket"),
        (
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n",
            426,
            "sec-websocket-version: 13",
        ),
        (
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            400,
            "sec-websocket-key",
        ),
    ] {
        let request = format!("GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{head}\r\n");
        let answer = running.raw_request(&request).await;
        assert_eq!(&answer[9..12], status.to_string(), "{answer}");
        assert!(answer.to_lowercase().contains(says), "{answer}");
    }
}

/// The status for a handshake with `headers`, among which `Host` has to be.
async fn status_for_headers(headers: &str) -> String {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let request = format!(
        "GET /ws HTTP/1.1\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}"
    );
    let mut stream = tokio::net::TcpStream::connect(running.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut status = vec![0; 12];
    soon(stream.read_exact(&mut status)).await.unwrap();
    String::from_utf8(status.split_off(9)).unwrap()
}

#[tokio::test]
async fn a_handshake_names_its_host_exactly_once() {
    for (headers, status) in [
        ("Host: good.example\r\n\r\n", "101"),
        ("\r\n", "400"),
        ("Host: good.example\r\nHost: good.example\r\n\r\n", "400"),
        ("Host: good.example\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n\r\n", "400"),
        ("Host: b\u{fc}cher.example\r\n\r\n", "400"),
    ] {
        assert_eq!(status_for_headers(headers).await, status, "{headers:?}");
    }
}

#[tokio::test]
async fn a_handshake_has_no_body() {
    for (headers, status) in [
        ("Content-Length: 0\r\n\r\n", "101"),
        ("Content-Length: 5\r\n\r\nhello", "400"),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "400"),
    ] {
        assert_eq!(status_for_headers(&format!("Host: x\r\n{headers}")).await, status, "{headers:?}");
    }
}

#[tokio::test]
async fn the_routes_merge_and_nest_into_an_axum_application() {
    let server = Server::builder().endpoint("/chat/{nickName}", Introduction).build().unwrap();
    let application = axum::Router::new()
        .route("/", axum::routing::get(async || "the page"))
        .merge(server.router())
        .nest("/api", server.router());
    let running = serve_router(server, application).await;
    let page = running.raw_request("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(page.ends_with("the page"), "{page}");
    for path in ["/chat/ann", "/api/chat/ann"] {
        let mut client = running.connect(path).await;
        assert!(client.next_text().await.contains("| ann |"), "{path}");
    }
}

#[tokio::test]
async fn attributes_are_shared_by_all_who_hold_the_session() {
    struct Counting;
    impl WsListener for Counting {
        async fn open(&self, session: &Session) -> Result<(), ListenerError> {
            session.attributes().set("user", "ann".to_owned());
            Ok(())
        }
        async fn message(&self, session: &Session, _: Message) -> Result<(), ListenerError> {
            let user: Option<Arc<String>> = session.attributes().get("user");
            session.send(user.as_deref().map_or("nobody", String::as_str))?;
            Ok(())
        }
    }
    let running = serve(Server::builder().endpoint("/ws", Counting)).await;
    let mut client = running.connect("/ws").await;
    client.send("who am I?").await;
    assert_eq!(client.next_text().await, "ann");
}
