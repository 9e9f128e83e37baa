//! The seven names from `staywire/vue-methods`, in the same components.

use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, BrowserKind};

use crate::site::{HASTY, LISTED, SOON, Site, WITHOUT_WEBSOCKET, raise};

/// The interval of a heartbeat, and what a machine under load adds.
const A_HEARTBEAT: Duration = Duration::from_secs(45);

async fn one_socket_appends_and_comes_back_after_cuts(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_component(&page, "one-on-staywire", "").await;
    site.until_online(1).await;
    raise(&page, 1, "noon", "2026-03-01 12:00:00", 1).await;
    site.proxy.cut_all();
    page.wait_for("page.webSocket.status === 'reconnecting'", SOON).await;
    page.wait_for("page.webSocket.status === 'open'", SOON).await;
    site.until_online(1).await;
    raise(&page, 1, "morning", "2026-03-01 08:00:00", 2).await;
    assert_eq!(page.run(&format!("return {LISTED}")).await, json!(["noon", "morning"]));
    page.run("page.socketClose()").await;
    site.until_online(0).await;
}

#[tokio::test]
async fn one_socket_appends_and_comes_back_after_cuts_in_chromium() {
    one_socket_appends_and_comes_back_after_cuts(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn one_socket_appends_and_comes_back_after_cuts_in_firefox() {
    one_socket_appends_and_comes_back_after_cuts(BrowserKind::Firefox).await;
}

async fn several_sockets_are_sorted_sent_to_and_closed(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_component(&page, "several-on-staywire", "").await;
    site.until_online(3).await;
    // Times whose seconds are high where their minutes are low: the document's comparison mixes the two.
    raise(&page, 1, "second", "2026-03-01 12:59:59", 1).await;
    raise(&page, 2, "fourth", "2025-03-01 13:00:00", 2).await;
    raise(&page, 3, "first", "2026-03-01 13:00:00", 3).await;
    raise(&page, 1, "third", "2026-03-01 12:00:58", 4).await;
    assert_eq!(page.run(&format!("return {LISTED}")).await, json!(["first", "second", "third", "fourth"]));

    page.run("page.websocketsend('hello')").await;
    page.wait_for(&format!("{LISTED}.filter((text) => text === 'Heard: hello').length === 3"), SOON).await;
    page.run("page.socketClose()").await;
    page.wait_for("page.webSockets.length === 0", SOON).await;
    site.until_online(0).await;
}

#[tokio::test]
async fn several_sockets_are_sorted_sent_to_and_closed_in_chromium() {
    several_sockets_are_sorted_sent_to_and_closed(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn several_sockets_are_sorted_sent_to_and_closed_in_firefox() {
    several_sockets_are_sorted_sent_to_and_closed(BrowserKind::Firefox).await;
}

/// In the time that browsers keep; the package's own tests hold the 30 s to the millisecond.
#[tokio::test]
async fn each_socket_pings_by_itself() {
    let site = Site::open().await;
    let page = Browser::start().await;
    site.open_component(&page, "several-on-staywire", HASTY).await;
    site.until_online(3).await;
    page.wait_for("sent.length > 0", A_HEARTBEAT).await;
    page.wait_for("sent.join() === 'PING,PING,PING'", SOON).await;
}

async fn without_a_websocket_the_user_is_told(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_component(&page, "one-on-staywire", WITHOUT_WEBSOCKET).await;
    page.wait_for(
        "document.querySelector('[role=alert]')?.textContent === '当前浏览器不支持 websocket'",
        SOON,
    )
    .await;
}

#[tokio::test]
async fn without_a_websocket_the_user_is_told_in_chromium() {
    without_a_websocket_the_user_is_told(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn without_a_websocket_the_user_is_told_in_firefox() {
    without_a_websocket_the_user_is_told(BrowserKind::Firefox).await;
}
