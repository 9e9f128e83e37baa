//! The listener: order, failure, and what a session's calls are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{Told, frame, serve, soon, told};

#[tokio::test]
async fn open_comes_first_and_close_last_exactly_once() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    let mut client = running.connect("/ws").await;
    client.send("1").await;
    client.send("2").await;
    assert_eq!((client.next_text().await, client.next_text().await), ("1".into(), "2".into()));
    client.close().await;
    client.ended().await;
    for event in ["open", "message 1", "message 2", "close 1005 \"\" clean by Peer"] {
        assert_eq!(heard.next().await, event);
    }
    running.stop().await;
    assert!(!heard.has_more());
}

/// Checks that it is alone at work, and that messages come in their order.
#[derive(Default)]
struct Alone {
    at_work: AtomicU32,
    expected: AtomicU32,
}

impl WsListener for Alone {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let others = self.at_work.fetch_add(1, Ordering::SeqCst);
        // Gives any other call the chance to begin.
        tokio::task::yield_now().await;
        let expected = self.expected.fetch_add(1, Ordering::SeqCst);
        self.at_work.fetch_sub(1, Ordering::SeqCst);
        let number: u32 = message.as_text().unwrap_or_default().parse()?;
        session.send(if others == 0 && number == expected { "as it should be" } else { "out of order" })?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn messages_of_a_session_come_one_at_a_time_and_in_order() {
    const MESSAGES: u32 = 5_000;
    let running = serve(Server::builder().endpoint("/ws", Alone::default())).await;
    let mut client = running.connect("/ws").await;
    for burst in 0..MESSAGES / 100 {
        for number in burst * 100..(burst + 1) * 100 {
            client.send(number.to_string()).await;
        }
        for _ in 0..100 {
            assert_eq!(client.next_text().await, "as it should be");
        }
    }
}

#[tokio::test]
async fn an_error_of_message_is_told_and_the_session_goes_on() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    let mut client = running.connect("/ws").await;
    client.send("err").await;
    client.send("still here").await;
    assert_eq!(client.next_text().await, "still here");
    for event in ["open", "message err", "error the listener failed: bad message", "message still here"] {
        assert_eq!(heard.next().await, event);
    }
}

#[tokio::test]
async fn an_error_of_open_is_told_and_closes_the_session() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/{open}", listener)).await;
    let mut client = running.connect("/err").await;
    assert_eq!(client.next_close().await, (1011, "internal error".into()));
    client.ended().await;
    assert_eq!(heard.until("error").await, "error the listener failed: no");
    assert_eq!(heard.next().await, "close 1011 \"internal error\" clean by Server");
}

/// What a client sends right after its handshake is being read while `open` fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_message_of_a_burst_comes_after_a_failed_open() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/{open}", listener)).await;
    let burst = frame(0x81, b"x").repeat(3_000);
    for path in ["/err", "/panic"].repeat(100) {
        let (mut read, mut write) = running.raw_connect(path).await.into_split();
        // The server may be gone before it has read all of this.
        let _ = soon(write.write_all(&burst)).await;
        drop(write);
        let _ = soon(read.read_to_end(&mut Vec::new())).await;
        heard.until("error the listener ").await;
        // The client may be lost besides, and that is told too.
        let mut event = String::new();
        while !event.starts_with("close ") {
            event = heard.next().await;
            assert!(!event.starts_with("message "), "a message came after a failed open");
        }
    }
}

#[tokio::test]
async fn a_panicking_listener_closes_its_own_session_and_no_other() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/{open}", listener)).await;
    let mut bystander = running.connect("/well").await;
    heard.until("open").await;

    let mut client = running.connect("/panic").await;
    assert_eq!(client.next_close().await, (1011, "internal error".into()));
    client.ended().await;
    assert_eq!(heard.until("error").await, "error the listener panicked: open panics");
    heard.until("close 1011").await;

    let mut client = running.connect("/well").await;
    client.send("panic").await;
    client.send("never seen").await;
    assert_eq!(client.next_close().await, (1011, "internal error".into()));
    client.ended().await;
    assert_eq!(heard.until("error").await, "error the listener panicked: message panics");
    assert!(heard.next().await.starts_with("close 1011"), "no message comes after the panic");

    bystander.send("still here").await;
    assert_eq!(bystander.next_text().await, "still here");
}

#[tokio::test]
async fn panics_of_error_and_close_are_caught_too() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/{open}", listener).max_sessions(1)).await;
    let mut client = running.connect("/panic%20in%20error").await;
    client.send("err").await;
    assert_eq!(client.next_close().await, (1011, "internal error".into()));
    client.ended().await;
    heard.until("close 1011").await;

    // Its place is free again, and so it is after a panic in `close`.
    for _ in 0..2 {
        let mut client = running.connect_when_free("/panic%20in%20close").await;
        client.close().await;
        client.ended().await;
        heard.until("close 1005").await;
    }
}

#[tokio::test]
async fn a_busy_listener_holds_up_no_other_session() {
    struct Stuck;
    impl WsListener for Stuck {
        async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
            if message.as_text() == Some("stick") {
                std::future::pending::<()>().await;
            }
            session.send(message)?;
            Ok(())
        }
    }
    let builder = Server::builder().endpoint("/ws", Stuck).drain_timeout(Duration::from_millis(50));
    let running = serve(builder).await;
    let mut stuck = running.connect("/ws").await;
    stuck.send("stick").await;
    let mut client = running.connect("/ws").await;
    client.send("hello").await;
    assert_eq!(client.next_text().await, "hello");
}

#[tokio::test]
async fn one_listener_may_serve_several_endpoints() {
    let (listener, mut heard) = told();
    let listener: Arc<Told> = Arc::new(listener);
    let builder =
        Server::builder().endpoint("/websocket", Arc::clone(&listener)).endpoint("/webSocket", listener);
    let running = serve(builder).await;
    for path in ["/websocket", "/webSocket"] {
        let mut client = running.connect(path).await;
        assert_eq!(heard.next().await, "open");
        client.close().await;
        client.ended().await;
        heard.until("close").await;
    }
}
