//! What wakes a page up has its client look after its connection at once.

use std::time::Duration;

use serde_json::json;
use staywire_tests::BrowserKind::Chromium;

use crate::stage::{RARELY, SOON, Stage};

#[tokio::test]
async fn a_page_that_is_hidden_goes_on_and_asks_its_peer_when_it_is_shown() {
    let (stage, mut connection) = Stage::connected(Chromium, RARELY).await;
    stage.page.set_hidden(true).await;
    stage.page.wait_for("document.hidden", SOON).await;
    connection.send("while hidden").await;
    stage.page.wait_for("texts().includes('while hidden')", SOON).await;
    connection.expect_nothing(Duration::from_secs(1)).await;

    stage.page.run("told.socket.splice(1)").await;
    stage.page.set_hidden(false).await;
    stage.expect_question(&mut connection).await;
}

#[tokio::test]
async fn a_page_that_is_shown_between_two_attempts_connects_at_once() {
    let stage = Stage::waiting(Chromium).await;
    stage.page.set_hidden(true).await;
    stage.peer.expect_no_connection(Duration::from_secs(2)).await;
    stage.page.set_hidden(false).await;
    let _second = stage.expect_attempt().await;
}

/// Chromium takes the connection away on which a frozen page gets a message, and tells it when it resumes.
#[tokio::test]
async fn a_page_that_was_frozen_has_another_connection_when_it_resumes() {
    let (stage, mut connection) = Stage::connected(Chromium, "").await;
    stage.page.set_frozen(true).await;
    connection.send("to nobody").await;
    stage.peer.expect_no_connection(Duration::from_secs(2)).await;
    stage.page.set_frozen(false).await;
    let _second = stage.expect_attempt().await;
    assert_eq!(stage.kinds().await, json!(["open", "reconnecting", "open"]));
}

#[tokio::test]
async fn a_page_that_resumes_between_two_attempts_connects_at_once() {
    let stage = Stage::waiting(Chromium).await;
    stage.page.set_frozen(true).await;
    stage.peer.expect_no_connection(Duration::from_secs(2)).await;
    stage.page.set_frozen(false).await;
    let _second = stage.expect_attempt().await;
}

#[tokio::test]
async fn another_network_has_the_client_ask_its_peer() {
    let (stage, mut connection) = Stage::connected(Chromium, RARELY).await;
    stage.page.set_network("wifi", 1).await;
    stage.expect_question(&mut connection).await;
}

#[tokio::test]
async fn another_network_between_two_attempts_has_the_client_connect_at_once() {
    let stage = Stage::waiting(Chromium).await;
    stage.page.set_network("wifi", 1).await;
    let _second = stage.expect_attempt().await;
}

#[tokio::test]
async fn a_page_without_a_network_waits_and_connects_when_there_is_one() {
    let (stage, connection) = Stage::connected(Chromium, "").await;
    stage.page.set_offline(true).await;
    connection.cut();
    stage.page.wait_for("count('reconnecting') === 1", SOON).await;
    stage.peer.expect_no_connection(Duration::from_secs(3)).await;
    stage.page.set_offline(false).await;
    let _second = stage.expect_attempt().await;
}
