//! Pages in the back-forward cache, machines that sleep, and timers that the browser holds back.

use std::time::Duration;

use serde_json::json;
use staywire_tests::BrowserKind::{self, Chromium, Firefox, WebKit};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;

use crate::stage::{SOON, Stage};

/// Somewhere else to go.
const ELSEWHERE: &str = "data:text/html,elsewhere";

/// Firefox caches no page that has a connection open.
async fn the_cache_gives_a_page_back(kind: BrowserKind) {
    let (stage, mut connection) = Stage::connected(kind, "").await;
    stage.page.goto(ELSEWHERE).await;
    assert!(
        matches!(connection.message(SOON).await, Message::Close(_)),
        "no connection is held in the cache"
    );
    stage.peer.expect_no_connection(Duration::from_secs(2)).await;

    stage.page.back().await;
    let _second = stage.expect_attempt().await;
    assert_eq!(stage.kinds().await, json!(["open", "reconnecting", "open"]), "it is the same page");
}

#[tokio::test]
async fn a_page_out_of_the_back_forward_cache_connects_at_once() {
    the_cache_gives_a_page_back(Chromium).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn a_page_out_of_the_back_forward_cache_connects_at_once_in_webkit() {
    the_cache_gives_a_page_back(WebKit).await;
}

#[tokio::test]
async fn out_of_the_back_forward_cache_a_single_connection_is_over() {
    let (stage, _connection) = Stage::connected(Chromium, "maxAttempts: 0").await;
    stage.page.goto(ELSEWHERE).await;
    stage.page.back().await;
    stage.page.wait_for("count('close') === 1", SOON).await;
    assert_eq!(stage.kinds().await, json!(["open", "error", "close"]));
    stage.peer.expect_no_connection(Duration::from_secs(2)).await;
}

/// The machine cannot be put to sleep; its page's wall clock can jump, which is what a sleep looks like.
async fn sleep_is_noticed(kind: BrowserKind) {
    let heartbeat = "heartbeat: { interval: 2_000, timeout: 60_000, expectReply: true }";
    let (stage, mut connection) = Stage::connected(kind, heartbeat).await;
    // By `eval`: what Firefox runs for a driver has a `Date` of its own.
    stage.page.run("window.eval('const { now } = Date; Date.now = () => now.call(Date) + 3_600_000')").await;
    assert_eq!(connection.text(SOON).await, "PING");
    let asked = Instant::now();
    // The peer is gone, as after a long sleep; nobody waits a minute for it.
    let _second = stage.expect_attempt().await;
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert_eq!(stage.kinds().await, json!(["open", "stale", "reconnecting", "open"]));
}

#[tokio::test]
async fn a_machine_that_slept_has_its_peer_asked_at_once() {
    sleep_is_noticed(Chromium).await;
}

#[tokio::test]
async fn a_machine_that_slept_has_its_peer_asked_at_once_in_firefox() {
    sleep_is_noticed(Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn a_machine_that_slept_has_its_peer_asked_at_once_in_webkit() {
    sleep_is_noticed(WebKit).await;
}

/// What browsers do to the timers of a page in the background: they fire at whole seconds. (Drivers switch that off.)
const HELD_BACK: &str = "
    const { setTimeout } = window;
    window.setTimeout = (act, delay) => setTimeout(act, delay + 1_000 - ((performance.now() + delay) % 1_000));
";

async fn late_timers_judge_nobody(kind: BrowserKind) {
    let heartbeat = "heartbeat: { interval: 250, timeout: 250, expectReply: true }";
    let (stage, mut connection) = Stage::connected(kind, heartbeat).await;
    stage.page.run(&format!("window.eval(`{HELD_BACK}`)")).await;
    let until = Instant::now() + Duration::from_secs(10);
    let mut questions = 0;
    while let Ok(question) = timeout_at(until, connection.text(SOON)).await {
        assert_eq!(question, "PING");
        connection.send("PONG").await;
        questions += 1;
    }
    assert!(
        (4..20).contains(&questions),
        "{questions} questions in 10 s, where a second is the shortest time"
    );
    assert_eq!(stage.page.run("return count('stale') + count('reconnecting')").await, json!(0));
}

#[tokio::test]
async fn timers_that_are_held_back_in_the_background_judge_nobody() {
    late_timers_judge_nobody(Chromium).await;
}

#[tokio::test]
async fn timers_that_are_held_back_in_the_background_judge_nobody_in_firefox() {
    late_timers_judge_nobody(Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn timers_that_are_held_back_in_the_background_judge_nobody_in_webkit() {
    late_timers_judge_nobody(WebKit).await;
}
