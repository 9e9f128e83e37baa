//! Interceptors: who passes them, in which order they come, and what becomes of those that fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use staywire_server::http::{HeaderValue, StatusCode, header};
use staywire_server::{
    Endpoint, Handshake, HandshakeInterceptor, ListenerError, Message, Rejection, Server, Session,
    WsListener, interceptor_fn,
};
use tokio::sync::{mpsc, oneshot};

use crate::support::{Echo, serve, soon, told};

/// Tells what it sees, and rejects what the query says.
struct Gate {
    name: &'static str,
    seen: mpsc::UnboundedSender<String>,
}

impl HandshakeInterceptor for Gate {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        self.seen.send(format!("before {}", self.name))?;
        match handshake.query_param("reject") {
            Some(rejecting) if rejecting == self.name => {
                Err(Rejection::new(StatusCode::FORBIDDEN, self.name))
            }
            _ => Ok(()),
        }
    }

    async fn after_handshake(&self, _: &Session) {
        self.seen.send(format!("after {}", self.name)).unwrap();
    }
}

struct Opens(mpsc::UnboundedSender<String>);

impl WsListener for Opens {
    async fn open(&self, _: &Session) -> Result<(), ListenerError> {
        self.0.send("open".to_owned())?;
        Ok(())
    }
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

/// Waits until the client or the deadline ends the wait, and tells both its beginning and its end.
struct Waiting {
    begun: mpsc::UnboundedSender<()>,
    dropped: mpsc::UnboundedSender<()>,
}

impl HandshakeInterceptor for Waiting {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        struct Guard(mpsc::UnboundedSender<()>);
        impl Drop for Guard {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
            }
        }
        if handshake.query() == Some("wait") {
            let _guard = Guard(self.dropped.clone());
            self.begun.send(())?;
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

fn waiting() -> (Waiting, mpsc::UnboundedReceiver<()>, mpsc::UnboundedReceiver<()>) {
    let (begun, beginnings) = mpsc::unbounded_channel();
    let (dropped, drops) = mpsc::unbounded_channel();
    (Waiting { begun, dropped }, beginnings, drops)
}

#[tokio::test]
async fn a_rejection_reaches_the_client_with_status_body_and_headers() {
    let no_login = interceptor_fn(|_| {
        Err(Rejection::new(StatusCode::UNAUTHORIZED, "{\"error\":\"log in first\"}")
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"))
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(header::CONTENT_LENGTH, HeaderValue::from_static("7")))
    });
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(no_login)).await;
    let answer = running.request("/ws", "").await;
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"error\":\"log in first\"}"), "{answer}");
    for line in [
        "www-authenticate: Bearer",
        "www-authenticate: Basic",
        "content-type: application/json",
        "content-length: 24",
        "x-content-type-options: nosniff",
    ] {
        assert_eq!(answer.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line} in {answer}");
    }
}

#[tokio::test]
async fn interceptors_come_in_order_before_the_handshake_and_in_reverse_after_it() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let gate = |name| Gate { name, seen: seen.clone() };
    let endpoint = Endpoint::new(Opens(seen.clone())).intercept(gate("3")).intercept(gate("4"));
    let builder = Server::builder().intercept(gate("1")).endpoint("/ws", endpoint).intercept(gate("2"));
    let running = serve(builder).await;
    let _client = running.connect("/ws").await;
    for event in
        ["before 1", "before 2", "before 3", "before 4", "after 4", "after 3", "after 2", "after 1", "open"]
    {
        assert_eq!(soon(events.recv()).await.unwrap(), event);
    }
}

#[tokio::test]
async fn the_first_rejection_wins_and_later_interceptors_do_not_see_the_handshake() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let gate = |name| Gate { name, seen: seen.clone() };
    let builder = Server::builder().endpoint("/ws", Opens(seen.clone()));
    let running = serve(builder.intercept(gate("1")).intercept(gate("2")).intercept(gate("3"))).await;
    let answer = running.request("/ws?reject=2", "").await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\n2"), "{answer}");
    running.stop().await;
    assert_eq!(
        (events.recv().await.unwrap(), events.recv().await.unwrap()),
        ("before 1".into(), "before 2".into())
    );
    assert!(events.try_recv().is_err());
}

#[tokio::test]
async fn an_interceptor_sees_the_whole_request() {
    let (sender, mut facts) = mpsc::unbounded_channel();
    let telling = interceptor_fn(move |handshake: &mut Handshake| {
        sender.send(format!(
            "{} | {} | {:?} | {:?} | {:?} | {:?} | {:?} | {:?} | {:?} | {}",
            handshake.endpoint(),
            handshake.path(),
            handshake.path_param("nickName"),
            handshake.query(),
            handshake.query_param("name"),
            handshake.headers().get("x-canary"),
            handshake.cookie("JSESSIONID"),
            handshake.offered_protocols().collect::<Vec<_>>(),
            handshake.protocol(),
            handshake.remote_addr().is_some_and(|address| address.ip().is_loopback()),
        ))?;
        Ok(())
    });
    let endpoint = Endpoint::new(Echo).protocols(["v1", "v2"]).intercept(telling);
    let running = serve(Server::builder().base_path("/1901").endpoint("/chat/{nickName}", endpoint)).await;
    let headers = [("cookie", "JSESSIONID=42"), ("x-canary", "tweet"), ("sec-websocket-protocol", "v3, v2")];
    let path = "/1901/chat/%E5%BC%A0%E4%B8%89?name=a+b";
    let _client = running.connect_with(path, &headers).await;
    assert_eq!(
        soon(facts.recv()).await.unwrap(),
        "/chat/{nickName} | /1901/chat/%E5%BC%A0%E4%B8%89 | Some(\"张三\") | Some(\"name=a+b\") | Some(\"a b\") | \
         Some(\"tweet\") | Some(\"42\") | [\"v3\", \"v2\"] | Some(\"v2\") | true"
    );
}

#[tokio::test]
async fn attributes_user_and_headers_are_there_after_the_handshake_and_in_open() {
    struct Login(mpsc::UnboundedSender<String>);
    impl HandshakeInterceptor for Login {
        async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
            let id = handshake.path_param("ID").and_then(|id| id.strip_prefix("ID=")).unwrap_or_default();
            let id = id.to_owned();
            handshake.attributes().set("WEBSOCKET_USERID", id.clone());
            handshake.set_user(id)
        }
        async fn after_handshake(&self, session: &Session) {
            self.0.send(facts(session)).unwrap();
        }
    }
    struct Telling(mpsc::UnboundedSender<String>);
    impl WsListener for Telling {
        async fn open(&self, session: &Session) -> Result<(), ListenerError> {
            self.0.send(facts(session))?;
            Ok(())
        }
        async fn message(&self, session: &Session, _: Message) -> Result<(), ListenerError> {
            self.0.send(facts(session))?;
            Ok(())
        }
    }
    fn facts(session: &Session) -> String {
        let id: Option<Arc<String>> = session.attributes().get("WEBSOCKET_USERID");
        format!("{:?} {id:?} {}", session.user(), session.headers().is_some())
    }
    let (sender, mut told) = mpsc::unbounded_channel();
    let endpoint = Endpoint::new(Telling(sender.clone())).intercept(Login(sender));
    let running = serve(Server::builder().endpoint("/myHandler/{ID}", endpoint)).await;
    let mut client = running.connect("/myHandler/ID=888").await;
    client.send("and now?").await;
    for expected in ["Some(\"888\") Some(\"888\") true"; 2] {
        assert_eq!(soon(told.recv()).await.unwrap(), expected);
    }
    assert_eq!(soon(told.recv()).await.unwrap(), "Some(\"888\") Some(\"888\") false");
}

#[tokio::test]
async fn whoever_would_be_refused_anyway_reaches_no_interceptor() {
    let (seen, mut events) = mpsc::unbounded_channel();
    let (listener, mut heard) = told();
    let builder = Server::builder()
        .endpoint("/ws/{open}", listener)
        .endpoint("/off", None::<Echo>)
        .intercept(Gate { name: "gate", seen })
        .max_sessions(1);
    let running = serve(builder).await;
    for (path, headers, status) in [
        ("/ws/x", "Origin: http://evil.example\r\n", 403),
        ("/off", "", 404),
        ("/ws/%zz", "", 400),
        ("/ws/x", "Sec-WebSocket-Key: short\r\nSec-WebSocket-Version: 8\r\n", 426),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n{headers}\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let answer = running.raw_request(&request).await;
        assert_eq!(answer[9..12], status.to_string(), "{answer}");
    }
    assert!(events.try_recv().is_err());

    let mut client = running.connect("/ws/x").await;
    heard.until("open").await;
    assert_eq!(soon(events.recv()).await.unwrap(), "before gate");
    assert_eq!(soon(events.recv()).await.unwrap(), "after gate");
    assert!(running.request("/ws/x", "").await.starts_with("HTTP/1.1 503 "), "the server is full");
    client.close().await;
    heard.until("close").await;
    running.server.drain().await;
    assert!(running.request("/ws/x", "").await.contains("shutting down"));
    assert!(events.try_recv().is_err());
}

#[tokio::test]
async fn a_rejected_handshake_gives_its_place_back() {
    let (seen, _events) = mpsc::unbounded_channel();
    let gate = Gate { name: "gate", seen };
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(gate).max_sessions(1)).await;
    for _ in 0..3 {
        assert!(running.request("/ws?reject=gate", "").await.starts_with("HTTP/1.1 403 "));
    }
    let mut client = running.connect("/ws").await;
    client.send("hello").await;
    assert_eq!(client.next_text().await, "hello");
}

#[tokio::test]
async fn an_interceptor_that_fails_or_panics_is_a_500_for_that_handshake_alone() {
    let failing = interceptor_fn(|handshake| match handshake.query() {
        Some("err") => Err(std::io::Error::other("the password is 1234"))?,
        Some("panic") => panic!("the password is 1234"),
        _ => Ok(()),
    });
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(failing).max_sessions(2)).await;
    let mut bystander = running.connect("/ws").await;
    for path in ["/ws?err", "/ws?panic"] {
        let answer = running.request(path, "").await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\ninternal error\n"), "{answer}");
    }
    for client in [&mut bystander, &mut running.connect("/ws").await] {
        client.send("hello").await;
        assert_eq!(client.next_text().await, "hello");
    }
}

#[tokio::test]
async fn interceptors_that_take_too_long_are_answered_with_503() {
    let (waiting, _begun, mut dropped) = waiting();
    let builder = Server::builder().endpoint("/ws", Echo).intercept(waiting).max_sessions(1);
    let running = serve(builder.interceptor_timeout(Duration::from_millis(50))).await;
    let answer = running.request("/ws?wait", "").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: 5\r\n"), "{answer}");
    assert!(answer.ends_with("the interceptors took longer than 50ms\n"), "{answer}");
    soon(dropped.recv()).await.unwrap();
    running.connect("/ws").await;
}

#[tokio::test]
async fn a_client_that_leaves_while_an_interceptor_waits_takes_no_place() {
    let (waiting, mut begun, mut dropped) = waiting();
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(waiting).max_sessions(1)).await;
    let client = running.raw_handshake("/ws?wait", "").await;
    soon(begun.recv()).await.unwrap();
    drop(client);
    soon(dropped.recv()).await.unwrap();
    running.connect_when_free("/ws").await;
}

#[tokio::test]
async fn an_interceptor_that_waits_holds_up_nobody_else() {
    let (waiting, mut begun, _dropped) = waiting();
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(waiting)).await;
    let _client = running.raw_handshake("/ws?wait", "").await;
    soon(begun.recv()).await.unwrap();
    let mut client = running.connect("/ws").await;
    client.send("hello").await;
    assert_eq!(client.next_text().await, "hello");
}

#[tokio::test]
async fn a_handshake_that_an_interceptor_lets_pass_during_a_drain_is_refused() {
    struct Once(std::sync::Mutex<Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>>);
    impl HandshakeInterceptor for Once {
        async fn before_handshake(&self, _: &mut Handshake) -> Result<(), Rejection> {
            let (begun, go_on) = self.0.lock().unwrap().take().unwrap();
            begun.send(()).unwrap();
            go_on.await?;
            Ok(())
        }
    }
    let (begun, beginning) = oneshot::channel();
    let (go_on, going_on) = oneshot::channel();
    let once = Once(Some((begun, going_on)).into());
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(once)).await;
    let draining = async {
        beginning.await.unwrap();
        let mut drain = Box::pin(running.server.drain());
        let drained = tokio::time::timeout(Duration::from_millis(10), &mut drain).await;
        assert!(drained.is_err(), "a drain waits for handshakes under way");
        go_on.send(()).unwrap();
        drain.await;
    };
    let (answer, ()) = soon(async { tokio::join!(running.request("/ws", ""), draining) }).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("shutting down"), "{answer}");
}

#[tokio::test]
async fn a_panic_after_the_handshake_closes_its_own_session_and_open_is_not_called() {
    struct PanicsAfter;
    impl HandshakeInterceptor for PanicsAfter {
        async fn before_handshake(&self, _: &mut Handshake) -> Result<(), Rejection> {
            Ok(())
        }
        async fn after_handshake(&self, session: &Session) {
            assert_ne!(session.query(), Some("panic"), "after panics");
        }
    }
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener).intercept(PanicsAfter)).await;
    let mut bystander = running.connect("/ws").await;
    assert_eq!(heard.next().await, "open");
    let mut client = running.connect("/ws?panic").await;
    assert_eq!(client.next_close().await, (1011, "internal error".into()));
    client.ended().await;
    assert!(heard.next().await.starts_with("error the listener panicked: "));
    assert!(heard.next().await.starts_with("close 1011"));
    bystander.send("still here").await;
    assert_eq!(bystander.next_text().await, "still here");
}

#[tokio::test]
async fn one_interceptor_may_serve_several_endpoints() {
    struct Counting(AtomicU32);
    impl HandshakeInterceptor for Counting {
        async fn before_handshake(&self, _: &mut Handshake) -> Result<(), Rejection> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }
    let counting = Arc::new(Counting(AtomicU32::new(0)));
    let endpoint = || Endpoint::new(Echo).intercept(Arc::clone(&counting));
    let builder =
        Server::builder().endpoint("/a", endpoint()).endpoint("/b", endpoint()).endpoint("/c", Echo);
    let running = serve(builder).await;
    for path in ["/a", "/b", "/c"] {
        running.connect(path).await;
    }
    assert_eq!(counting.0.load(Ordering::SeqCst), 2);
}
