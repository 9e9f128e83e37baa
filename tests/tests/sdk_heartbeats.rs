//! The SDK in Chromium against servers that answer, that never did, and that fall silent.

use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, RawConnection, RawPeer, SOON, open_sdk_page};
use tokio::time::Instant;

/// The default heartbeat of `initWebSocket`: every 30 s.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(30);

/// A page connected by `initWebSocket` with `options`, and the far end of its connection.
async fn connect(peer: &RawPeer, options: &str) -> (Browser, RawConnection) {
    let page = open_sdk_page().await;
    page.run(&format!("record(initWebSocket('{}', {options}))", peer.url())).await;
    let connection = peer.accept(SOON).await;
    page.wait_for("count('open') === 1", SOON).await;
    (page, connection)
}

/// Answers one message, as proof of life, and nothing after that.
async fn answer_once_and_fall_silent(page: &Browser, connection: &mut RawConnection) {
    page.run("socket.send('are you there?')").await;
    assert_eq!(connection.text(SOON).await, "are you there?");
    connection.send("yes").await;
    page.wait_for("texts().includes('yes')", SOON).await;
}

#[tokio::test]
async fn a_server_that_fell_silent_is_replaced_within_45_seconds_by_default() {
    let peer = RawPeer::listen().await;
    let (page, mut first) = connect(&peer, "{ heartbeat: { expectReply: true } }").await;
    answer_once_and_fall_silent(&page, &mut first).await;

    let silent_since = Instant::now();
    let _second = peer.accept(Duration::from_secs(45)).await;
    println!("a silent server was replaced after {:.1?}", silent_since.elapsed());
    page.wait_for("count('open') === 2", SOON).await;
    assert_eq!(page.run("return count('stale')").await, json!(1));
    assert_eq!(page.run("return count('error') + count('close')").await, json!(0));
}

#[tokio::test]
async fn a_server_that_fell_silent_is_replaced_within_5_seconds_of_the_network_coming_back() {
    let peer = RawPeer::listen().await;
    let (page, mut first) = connect(&peer, "{ heartbeat: { expectReply: true } }").await;
    answer_once_and_fall_silent(&page, &mut first).await;

    page.set_offline(true).await;
    page.set_offline(false).await;
    let hinted = Instant::now();
    let _second = peer.accept(Duration::from_secs(5)).await;
    println!("replaced {:.1?} after `online`", hinted.elapsed());
}

/// A headless page is always visible, so the test plays the two changes by hand.
#[tokio::test]
async fn a_server_that_fell_silent_is_replaced_within_5_seconds_of_the_page_being_shown() {
    let peer = RawPeer::listen().await;
    let (page, mut first) = connect(&peer, "{ heartbeat: { expectReply: true } }").await;
    answer_once_and_fall_silent(&page, &mut first).await;

    for is_hidden in [true, false] {
        page.run(&format!(
            "Object.defineProperty(document, 'hidden', {{ value: {is_hidden}, configurable: true }});
             document.dispatchEvent(new Event('visibilitychange'));"
        ))
        .await;
    }
    let hinted = Instant::now();
    let _second = peer.accept(Duration::from_secs(5)).await;
    println!("replaced {:.1?} after `visibilitychange`", hinted.elapsed());
}

#[tokio::test]
async fn a_server_that_never_answers_a_ping_is_left_alone() {
    let peer = RawPeer::listen().await;
    let (page, mut only) = connect(&peer, "{}").await;
    let opened = Instant::now();
    assert_eq!(only.text(DEFAULT_INTERVAL + SOON).await, "PING");
    assert!(
        opened.elapsed() >= DEFAULT_INTERVAL - Duration::from_secs(5),
        "the first PING came {:?} early",
        opened.elapsed()
    );

    peer.expect_no_connection(Duration::from_secs(20)).await;
    assert_eq!(page.run("return socket.status").await, json!("open"));
    assert_eq!(page.run("return count('stale') + count('reconnecting')").await, json!(0));
}

#[tokio::test]
async fn heartbeats_are_seen_on_the_wire_at_their_interval() {
    let peer = RawPeer::listen().await;
    let (_page, mut connection) = connect(&peer, "{ heartbeat: { interval: 1000, timeout: 500 } }").await;
    assert_eq!(connection.text(SOON).await, "PING");
    for _ in 0..3 {
        let last = Instant::now();
        assert_eq!(connection.text(SOON).await, "PING");
        let gap = last.elapsed();
        assert!((500..2_000).contains(&gap.as_millis()), "{gap:?} between two heartbeats of 1 s");
    }
}

#[tokio::test]
async fn a_server_that_answered_one_ping_is_replaced_when_it_stops_answering() {
    let peer = RawPeer::listen().await;
    let (page, mut first) = connect(&peer, "{ heartbeat: { interval: 500, timeout: 500 } }").await;
    assert_eq!(first.text(SOON).await, "PING");
    first.send("PONG").await;

    let _second = peer.accept(SOON).await;
    page.wait_for("count('open') === 2", SOON).await;
    assert_eq!(page.run("return count('stale')").await, json!(1));
}

#[tokio::test]
async fn the_drop_in_class_sends_no_heartbeat_unless_asked() {
    let peer = RawPeer::listen().await;
    let page = open_sdk_page().await;
    page.run(&format!("record(new StayWire('{}'))", peer.url())).await;
    let mut connection = peer.accept(SOON).await;
    page.wait_for("count('open') === 1", SOON).await;
    connection.expect_nothing(DEFAULT_INTERVAL + Duration::from_secs(2)).await;
}
