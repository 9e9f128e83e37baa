//! How long a session waits for its client.

use std::time::Duration;

use staywire_server::{BuildError, Server};

use super::client::{Visitor, Wire};
use super::cut;
use crate::support::{Echo, serve, told, until};

/// Lets `seconds` pass at once, for everybody in this test.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_session_that_was_cut_for_eighty_seconds_is_resumed() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    cut(&running, &visitor.session).await;
    pass(80).await;
    assert_eq!(visitor.come_back(&running).await.kind(), "resumed");
}

#[tokio::test]
async fn after_a_hundred_and_fifty_seconds_it_is_over_and_the_next_one_is_fresh() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    let before = visitor.session.clone();
    cut(&running, &before).await;
    pass(150).await;
    assert_eq!(heard.until("close").await, "close 1006 \"\" unclean by Network");
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "fresh expired 1");
    assert_ne!(visitor.session, before);
    visitor.say("on the new one").await;
    assert_eq!(visitor.hear().await, "on the new one");
}

#[tokio::test]
async fn the_window_is_over_when_it_is_over_whether_or_not_anybody_has_noticed() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let before = visitor.session.clone();
    cut(&running, &before).await;
    // The sweep comes once a second, and time does not pass between this and the resume.
    tokio::time::pause();
    tokio::time::advance(Duration::from_millis(120_010)).await;
    let session = running.server.helper().session(before.parse().unwrap());
    tokio::time::resume();
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "fresh expired 1", "{}", session.is_some());
}

#[tokio::test]
async fn a_session_that_ended_long_ago_is_unknown() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    cut(&running, &visitor.session).await;
    pass(150).await;
    until(|| running.server.helper().suspended() == 0).await;
    pass(61).await;
    // The sweep that forgets it.
    pass(2).await;
    assert_eq!(visitor.come_back(&running).await.summary(), "fresh unknown 1");
}

#[tokio::test]
async fn a_server_that_has_just_begun_says_that_it_was_restarted() {
    let first = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    let second = serve(Server::builder().endpoint("/ws", Echo)).await;
    let answer = visitor.come_back(&second).await;
    assert_eq!(answer.summary(), "fresh restarted 1");
    assert_eq!(answer.stream("b"), "reset 0 0", "the streams begin anew too");
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_silent_and_its_session_stays() {
    let (listener, mut heard) = told();
    let fast = Duration::from_millis(40);
    let running = serve(Server::builder().endpoint("/ws/{open}", listener).heartbeat(fast, fast)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    assert_eq!(visitor.wire.next().await, "p0");
    assert_eq!(visitor.wire.next_close().await, (3012, "silent".into()));
    assert_eq!(heard.until("suspend").await, "suspend");
    assert_eq!(visitor.come_back(&running).await.kind(), "resumed");
}

#[tokio::test]
async fn a_client_that_sends_no_first_message_is_closed() {
    let deadline = Duration::from_millis(50);
    let running = serve(Server::builder().endpoint("/ws", Echo).first_message_timeout(deadline)).await;
    let mut wire = Wire::open(&running, "/ws").await;
    assert_eq!(wire.next_close().await, (3012, "no first message".into()));
}

#[test]
fn a_window_that_ends_before_silence_is_noticed_is_no_window() {
    let builder = Server::builder().endpoint("/ws", Echo).session_window(Duration::from_secs(20));
    let (window, silence) = (Duration::from_secs(20), Duration::from_secs(20));
    assert_eq!(builder.build().err(), Some(BuildError::ShortWindow { window, silence }));
}
