//! How often a client is told what its listener is done with.

use std::future::pending;
use std::time::Duration;

use staywire_server::{ListenerError, Server, Session, listener_fn};
use tokio::time::Instant;

use super::client::Visitor;
use crate::support::{Echo, Running, serve, told};

/// More than an acknowledgement is held, and less than any other time.
const SHORTLY: Duration = Duration::from_millis(10);

const FLOOD: u64 = 1_000;

/// A server whose listener answers nothing.
async fn serve_quiet() -> Running {
    let quiet = listener_fn(async |_: Session, message: String| {
        match &*message {
            "a moment" => moment().await,
            "for ever" => pending().await,
            _ => {}
        }
        Ok::<_, ListenerError>(())
    });
    serve(Server::builder().endpoint("/ws", quiet)).await
}

/// As long as all others need to do what they have to and to fall asleep; no time passes.
async fn moment() {
    // Sockets are looked at only now and then.
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// Counts the acknowledgements up to that of the last message.
async fn acknowledgements(visitor: &mut Visitor) -> usize {
    let (mut count, last) = (0, format!("a{}", visitor.sent));
    loop {
        let text = visitor.wire.next().await;
        count += usize::from(text.starts_with('a'));
        if text == last {
            return count;
        }
    }
}

#[tokio::test]
async fn a_flood_that_is_handled_as_it_comes_has_far_fewer_acknowledgements_than_messages() {
    let running = serve_quiet().await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    tokio::time::pause();
    for _ in 0..FLOOD {
        visitor.say(&"x".repeat(64)).await;
        moment().await;
    }
    let count = acknowledgements(&mut visitor).await;
    assert!(count < 100, "{count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn most_echoes_of_a_burst_have_no_acknowledgement_between_them() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for _ in 0..FLOOD {
        visitor.say("x").await;
    }
    let count = acknowledgements(&mut visitor).await;
    assert!(count < 100, "{count}");
}

#[tokio::test]
async fn who_waits_for_each_acknowledgement_gets_each_without_a_delay() {
    let running = serve_quiet().await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    tokio::time::pause();
    let before = Instant::now();
    for number in 1..=20 {
        visitor.say("x").await;
        assert_eq!(visitor.wire.next().await, format!("a{number}"));
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn the_last_message_of_a_flood_is_acknowledged_shortly() {
    let running = serve_quiet().await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    tokio::time::pause();
    let before = Instant::now();
    for _ in 0..FLOOD {
        visitor.say("x").await;
    }
    acknowledgements(&mut visitor).await;
    assert!(before.elapsed() < SHORTLY, "{:?}", before.elapsed());
}

#[tokio::test]
async fn what_is_done_is_acknowledged_shortly_also_where_the_listener_is_busy_with_the_next() {
    let running = serve_quiet().await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    tokio::time::pause();
    let before = Instant::now();
    for message in ["at once", "a moment", "for ever"] {
        visitor.say(message).await;
    }
    assert_eq!(visitor.wire.next().await, "a1");
    assert_eq!(visitor.wire.next().await, "a2");
    assert!(before.elapsed() < SHORTLY, "{:?}", before.elapsed());
}

#[tokio::test]
async fn a_session_that_the_application_closes_says_first_what_is_done() {
    let (listener, _heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    for _ in 0..FLOOD {
        visitor.say("x").await;
    }
    visitor.say("close").await;
    let mut done = String::new();
    while let Ok(text) = visitor.wire.next_or_close().await {
        if text.starts_with('a') {
            done = text;
        }
    }
    assert_eq!(done, format!("a{FLOOD}"));
}
