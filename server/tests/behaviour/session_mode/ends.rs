//! What ends a session, and what does not.

use std::time::Duration;

use staywire_server::{CloseCode, Server};

use super::client::{Visitor, Wire};
use super::cut;
use crate::support::{Echo, serve, soon, told};

#[tokio::test]
async fn a_goodbye_ends_the_session_cleanly() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    visitor.say("last words").await;
    visitor.wire.send("goodbye").await;
    assert_eq!(visitor.wire.next_close().await.0, 1000);
    assert_eq!(heard.next().await, "open");
    assert_eq!(heard.next().await, "message last words");
    assert_eq!(heard.next().await, "close 1000 \"\" clean by Peer");
    assert_eq!(running.server.helper().online(), 0);
}

#[tokio::test]
async fn no_close_code_of_the_client_ends_a_session() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    visitor.wire.0.close().await;
    assert_eq!(heard.until("suspend").await, "suspend");
    assert_eq!(visitor.come_back(&running).await.kind(), "resumed");
}

#[tokio::test]
async fn a_listener_that_panics_ends_its_session_with_3503() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    visitor.say("panic").await;
    visitor.say("never seen").await;
    assert_eq!(visitor.wire.next_close().await.0, 3503);
    assert_eq!(heard.until("error").await, "error the listener panicked: message panics");
    assert_eq!(heard.next().await, "close 3503 \"internal error\" unclean by Server");
    // Nothing is sent again: the session is over for its client too.
    visitor.wire = Wire::open(&running, "/ws/x").await;
    let resume = visitor.next_resume();
    visitor.wire.send(resume).await;
    assert_eq!(visitor.wire.next_close().await.0, 3501);
}

#[tokio::test]
async fn an_error_of_the_listener_is_acknowledged_and_told() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    visitor.say("err").await;
    assert_eq!(visitor.wire.next().await, "a1");
    assert_eq!(heard.until("error").await, "error the listener failed: bad message");
    visitor.say("on").await;
    assert_eq!(visitor.hear().await, "on");
}

#[tokio::test]
async fn a_session_whose_open_fails_is_ended_with_a_code_that_says_stop() {
    for (open, code) in [("err", 3501), ("panic", 3503)] {
        let (listener, mut heard) = told();
        let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
        let mut wire = Wire::open(&running, &format!("/ws/{open}")).await;
        wire.hello(1, 1).await;
        assert_eq!(wire.next_close().await.0, code, "{open}");
        assert!(heard.until("close").await.starts_with(&format!("close {code}")));
    }
}

#[tokio::test]
async fn a_session_that_the_application_closed_while_its_client_was_away_is_over() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    cut(&running, &visitor.session).await;
    let session = running.server.helper().session(visitor.session.parse().unwrap()).unwrap();
    session.close(CloseCode::from_number(4001), "logged out");
    assert!(session.send("too late").is_err());
    assert_eq!(heard.until("close").await, "close 4001 \"logged out\" unclean by Server");
    visitor.wire = Wire::open(&running, "/ws/x").await;
    let resume = visitor.next_resume();
    visitor.wire.send(resume).await;
    assert_eq!(visitor.wire.next_close().await.0, 3501);
}

#[tokio::test]
async fn a_message_that_breaks_the_protocol_ends_the_session() {
    for violation in ["d2\nskipped", "d1", "q", "", "p1 ", "hello x", "a7", "c100", "d01\nx"] {
        let (listener, mut heard) = told();
        let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
        let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
        visitor.wire.send(violation).await;
        assert_eq!(visitor.wire.next_close().await.0, 3510, "{violation:?}");
        assert!(heard.until("error").await.contains("broke the session protocol"), "{violation:?}");
        assert!(heard.next().await.starts_with("close 3510"));
    }
}

#[tokio::test]
async fn a_message_beyond_the_limit_ends_the_session() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener).max_message_bytes(100_000)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    visitor.say(&"x".repeat(100_000)).await;
    assert_eq!(visitor.hear().await.len(), 100_000, "the header is not counted");
    visitor.say(&"x".repeat(102_000)).await;
    assert_eq!(visitor.wire.next_close().await.0, 1009);
    assert!(heard.until("close").await.starts_with("close 3510"));
}

#[tokio::test]
async fn a_shutdown_tells_every_client_when_to_come_back() {
    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws/{open}", listener);
    let running = serve(builder.return_window(Duration::from_millis(700))).await;
    let mut connected = Visitor::arrive(&running, "/ws/x", 1).await;
    let suspended = Visitor::arrive(&running, "/ws/x", 50).await;
    cut(&running, &suspended.session).await;
    let mut opening = Wire::open(&running, "/ws/x").await;
    let stopping = tokio::spawn(running.stop());
    assert_eq!(connected.wire.next_close().await, (1012, "retry=700".into()));
    assert_eq!(opening.next_close().await, (1012, "retry=700".into()));
    drop((connected, opening, suspended));
    soon(stopping).await.unwrap();
    let closed = "close 1012 \"retry=700\" unclean by Server";
    assert_eq!((heard.until("close").await, heard.until("close").await), (closed.into(), closed.into()));
}

#[tokio::test]
async fn clients_are_asked_to_move_and_the_older_connection_delivers_until_they_did() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let _plain = running.connect("/ws").await;
    assert_eq!(helper.move_all(Duration::from_millis(1_500)), 1);
    assert_eq!(visitor.wire.next().await, "move 1500");
    visitor.say("meanwhile").await;
    assert_eq!(visitor.hear().await, "meanwhile");
    let mut newer = Wire::open(&running, "/ws").await;
    let resume = visitor.next_resume();
    assert_eq!(newer.ask(resume).await.summary(), "resumed 1 1 2");
    assert_eq!(visitor.wire.next_close().await.0, 3502);
    newer.send("d2\nthere").await;
    assert_eq!(newer.next_data().await, "d2\nthere");
}
