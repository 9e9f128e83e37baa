//! What was closed stays closed, whatever happens to its page.

use std::time::Duration;

use serde_json::json;
use staywire_tests::BrowserKind::{self, Chromium, Firefox, WebKit};

use crate::stage::{SOON, Stage};

/// A page whose client was closed by hand.
async fn closed(kind: BrowserKind) -> Stage {
    let (stage, connection) = Stage::connected(kind, "").await;
    stage.page.run("socket.close()").await;
    connection.closed(SOON).await;
    stage.page.wait_for("count('close') === 1", SOON).await;
    stage
}

async fn stays_closed(stage: &Stage) {
    stage.peer.expect_no_connection(Duration::from_secs(3)).await;
    assert_eq!(stage.kinds().await, json!(["open", "close"]));
    assert_eq!(stage.page.run("return socket.status").await, json!("closed"));
}

#[tokio::test]
async fn no_change_of_the_page_or_its_network_opens_what_was_closed() {
    let stage = closed(Chromium).await;
    for is_away in [true, false] {
        stage.page.set_hidden(is_away).await;
        stage.page.set_offline(is_away).await;
        stage.page.set_frozen(is_away).await;
    }
    stage.page.set_network("wifi", 1).await;
    stays_closed(&stage).await;
}

async fn the_cache_opens_nothing(kind: BrowserKind) {
    let stage = closed(kind).await;
    stage.page.goto("data:text/html,elsewhere").await;
    stage.page.back().await;
    stays_closed(&stage).await;
}

#[tokio::test]
async fn the_back_forward_cache_does_not_open_what_was_closed() {
    the_cache_opens_nothing(Chromium).await;
}

#[tokio::test]
async fn the_back_forward_cache_does_not_open_what_was_closed_in_firefox() {
    the_cache_opens_nothing(Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn the_back_forward_cache_does_not_open_what_was_closed_in_webkit() {
    the_cache_opens_nothing(WebKit).await;
}

#[tokio::test]
async fn what_is_closed_between_two_attempts_stays_closed() {
    let stage = Stage::waiting(Chromium).await;
    stage.page.run("socket.close()").await;
    stage.page.wait_for("count('close') === 1", SOON).await;
    stage.page.set_hidden(true).await;
    stage.page.set_hidden(false).await;
    stage.page.run("dispatchEvent(new Event('online'))").await;
    stage.peer.expect_no_connection(Duration::from_secs(3)).await;
}
