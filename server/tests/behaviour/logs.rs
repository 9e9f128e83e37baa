//! Logs: one line for each thing that happened, and nothing secret or forged in any.

use staywire_server::http::StatusCode;
use staywire_server::{
    Authenticator, CloseReason, Handshake, ListenerError, Message, Rejection, Server, Session, SessionError,
    UserId, WsListener, interceptor_fn,
};
use tokio::sync::mpsc;

use crate::captured::Captured;
use crate::session_mode::client::Wire;
use crate::support::{serve, soon, told};

// One thread: the subscriber is this thread's alone.
#[tokio::test(flavor = "current_thread")]
async fn handshakes_and_sessions_are_logged_without_secrets_or_forged_lines() {
    let captured = Captured::default();
    let guard = captured.capture();

    let (listener, mut heard) = told();
    let builder = Server::builder()
        .endpoint("/ws/{open}", listener)
        .endpoint("/off", None::<crate::support::Echo>)
        .intercept(interceptor_fn(|handshake| handshake.set_user("ann\r\n\u{9b}31mforged")));
    let running = serve(builder).await;
    let secrets = [("cookie", "c=canary"), ("authorization", "Bearer canary")];
    let mut client = running.connect_with("/ws/x?token=canary", &secrets).await;
    client.send("canary").await;
    client.send("close").await;
    client.ended().await;
    heard.until("close").await;
    running.request("/ws/%zz?token=canary", "Cookie: c=canary\r\n").await;
    running.request("/off", "Origin: http://evil\u{9b}31m\r\n").await;
    running.stop().await;
    drop(guard);

    let log = captured.text();
    let lines = captured.lines();
    let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(count("session opened"), 1, "{log}");
    assert_eq!(count("session closed"), 1, "{log}");
    assert_eq!(count(r#"user="ann\r\n\u{9b}31mforged""#), 1, "{log}");
    assert_eq!(count("endpoint=\"/ws/{open}\" code=1000 by=Server"), 1, "{log}");
    assert_eq!(count("opening handshake refused"), 2, "{log}");
    assert_eq!(count("endpoint not enabled"), 1, "{log}");
    assert_eq!(count("canary"), 0, "{log}");
    assert_eq!(count("\u{9b}"), 0, "{log}");
}

/// Answers when the client has left.
struct Late(mpsc::UnboundedSender<&'static str>);

impl WsListener for Late {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        while session.is_open() {
            tokio::task::yield_now().await;
        }
        match message.as_text() {
            Some("as JSON") => session.send_json(&1)?,
            _ => session.send(message)?,
        }
        Ok(())
    }

    async fn error(&self, _: &Session, _: SessionError) {
        let _ = self.0.send("error");
    }

    async fn close(&self, _: &Session, _: CloseReason) {
        let _ = self.0.send("close");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_client_that_left_before_its_answer_is_no_failure() {
    let captured = Captured::default();
    let guard = captured.capture();
    let (sender, mut heard) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/ws", Late(sender))).await;
    for question in ["as it is", "as JSON"] {
        let mut client = running.connect("/ws").await;
        client.send(question).await;
        client.close().await;
        assert_eq!(soon(heard.recv()).await, Some("close"));
    }
    drop(guard);
    let log = captured.text();
    assert!(!log.contains("WARN"), "{log}");
    let told = log.matches("DEBUG staywire_server::listener::runner: the client left before");
    assert_eq!(told.count(), 2, "{log}");
}

// One thread: the subscriber is this thread's alone.
#[tokio::test(flavor = "current_thread")]
async fn no_token_or_credential_is_in_any_log() {
    struct Bearer;
    impl Authenticator for Bearer {
        async fn authenticate(
            &self,
            credential: Option<&str>,
            _: &Handshake,
        ) -> Result<Option<UserId>, Rejection> {
            match credential {
                Some("canary-credential") => Ok(Some("ann".parse()?)),
                _ => Err(Rejection::new(StatusCode::UNAUTHORIZED, "canary-credential")),
            }
        }
    }
    let captured = Captured::default();
    let guard = captured.capture();

    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws/{open}", listener).authenticate(Bearer);
    let running = serve(builder).await;
    let token = |letter: &str| format!("canary{}A", letter.repeat(36));
    let credential = "credential canary-credential";
    let mut wire = Wire::open(&running, "/ws/x").await;
    let answer = wire.ask(format!("hello {} 1\n{credential}", token("a"))).await;
    wire.send("d1\ncanary").await;
    heard.until("message").await;
    let session = &answer.words[1];
    let openings = [
        (format!("resume {session} {} {} 3 0 1\n{credential}", token("z"), token("c")), 3502),
        (format!("hello {} 9\n{credential}", token("a")), 3510),
        (format!("hello {} 9\ncredential canary-refused", token("d")), 3500),
        (format!("hello canary {}", token("e")), 3510),
        (format!("resume {session} {} {} 10 0 1\n{credential}", token("a"), token("b")), 0),
    ];
    let mut wires = Vec::new();
    for (opening, code) in openings {
        let mut wire = Wire::open(&running, "/ws/x").await;
        wire.send(opening).await;
        if code > 0 {
            assert_eq!(wire.next_close().await.0, code);
        } else {
            assert!(wire.next().await.starts_with("resumed"));
            wire.send("d2\npanic").await;
            heard.until("close").await;
        }
        wires.push(wire);
    }
    running.stop().await;
    drop(guard);

    let text = captured.text();
    assert!(text.contains("session opening refused") && text.contains("session closed"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}
