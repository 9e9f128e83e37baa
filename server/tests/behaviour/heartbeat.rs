//! Liveness: RFC 6455 pings, and a client's own heartbeat text.

use std::time::Duration;

use staywire_server::{Endpoint, ListenerError, Message, Server, Session, WsListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::support::{Echo, frame, serve, soon, told};

const PING: [u8; 2] = [0x89, 0];
const FAST: Duration = Duration::from_millis(40);

#[tokio::test]
async fn a_client_that_answers_no_ping_is_dropped() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener).heartbeat(FAST, FAST)).await;
    let mut stream = running.raw_connect("/ws").await;
    let mut received = Vec::new();
    soon(stream.read_to_end(&mut received)).await.unwrap();
    assert_eq!(received, PING);
    assert_eq!(heard.until("error").await, "error the client answered no ping");
    assert_eq!(heard.next().await, "close 1006 \"\" unclean by Network");
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let timeout = Duration::from_millis(500);
    let running = serve(Server::builder().endpoint("/ws", Echo).heartbeat(FAST, timeout)).await;
    let mut stream = running.raw_connect("/ws").await;
    for _ in 0..3 {
        let mut ping = [0; 2];
        soon(stream.read_exact(&mut ping)).await.unwrap();
        assert_eq!(ping, PING);
        stream.write_all(&frame(0x8a, b"")).await.unwrap();
    }
}

#[tokio::test]
async fn a_client_is_not_dropped_while_its_own_listener_keeps_it_waiting() {
    struct Slow(mpsc::UnboundedSender<()>);
    impl WsListener for Slow {
        async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
            // Several times as long as a silent client may be.
            tokio::time::sleep(FAST * 10).await;
            self.0.send(())?;
            session.send(message)?;
            Ok(())
        }
    }
    let (sender, mut done) = mpsc::unbounded_channel();
    let builder = Server::builder().endpoint("/ws", Slow(sender)).max_inbox_bytes(1).heartbeat(FAST, FAST);
    let running = serve(builder).await;
    let mut stream = running.raw_connect("/ws").await;
    // The first is with the listener, the second fills the inbox, and the answers to pings wait unread behind it.
    stream.write_all(&[frame(0x81, b"1"), frame(0x81, b"2")].concat()).await.unwrap();
    soon(done.recv()).await.unwrap();
    let mut received = Vec::new();
    while !received.ends_with(&[0x81, 1, b'1']) {
        received.push(soon(stream.read_u8()).await.unwrap());
    }
    drop(stream);
}

#[tokio::test]
async fn a_ping_is_answered_while_the_listener_is_busy() {
    struct Stuck;
    impl WsListener for Stuck {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            std::future::pending().await
        }
    }
    let builder = Server::builder().endpoint("/ws", Stuck).drain_timeout(FAST);
    let running = serve(builder).await;
    let mut stream = running.raw_connect("/ws").await;
    stream.write_all(&[frame(0x81, b"stick"), frame(0x89, b"are you there?")].concat()).await.unwrap();
    let mut pong = [0; 16];
    soon(stream.read_exact(&mut pong)).await.unwrap();
    assert_eq!(pong[..2], [0x8a, 14]);
}

#[tokio::test]
async fn a_heartbeat_text_is_answered_and_never_reaches_the_listener() {
    let (listener, mut heard) = told();
    let endpoint = Endpoint::new(listener).heartbeat_text("PING").heartbeat_reply("PONG");
    let running = serve(Server::builder().endpoint("/ws", endpoint)).await;
    let mut client = running.connect("/ws").await;
    client.send("PING").await;
    assert_eq!(client.next_text().await, "PONG");
    client.send("PING?").await;
    assert_eq!(client.next_text().await, "PING?");
    assert_eq!((heard.next().await, heard.next().await), ("open".into(), "message PING?".into()));
}

#[tokio::test]
async fn a_heartbeat_text_without_a_reply_is_only_taken() {
    let endpoint = Endpoint::new(Echo).heartbeat_text("PING");
    let running = serve(Server::builder().endpoint("/named", endpoint).endpoint("/plain", Echo)).await;
    for (path, expected) in [("/named", "after"), ("/plain", "PING")] {
        let mut client = running.connect(path).await;
        client.send("PING").await;
        client.send("after").await;
        assert_eq!(client.next_text().await, expected);
    }
}
