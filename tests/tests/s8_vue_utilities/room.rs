//! The control room, as one would write it today.

use serde_json::json;
use staywire_tests::{Browser, BrowserKind};

use crate::site::{LISTED, SOON, Site, WITHOUT_WEBSOCKET, raise};

/// How many areas say `status`.
fn areas(status: &str) -> String {
    format!("document.querySelectorAll('[data-status={status}]').length")
}

async fn the_room_sorts_sends_to_all_closes_and_opens_again(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    page.goto(&site.url("/s8/room")).await;
    page.wait_for(&format!("{} === 4", areas("open")), SOON).await;
    raise(&page, 1, "second", "2026-03-01 12:59:59", 1).await;
    raise(&page, 4, "third", "2025-03-01 13:00:00", 2).await;
    raise(&page, 3, "first", "2026-03-01 13:00:00", 3).await;
    assert_eq!(page.run(&format!("return {LISTED}")).await, json!(["first", "second", "third"]));

    page.fill("#text", "drill at noon").await;
    page.click("#send").await;
    page.wait_for(&format!("{LISTED}.filter((text) => text === 'Heard: drill at noon').length === 4"), SOON)
        .await;

    site.proxy.cut_all();
    page.wait_for(&format!("{} > 0", areas("reconnecting")), SOON).await;
    page.wait_for(&format!("{} === 4", areas("open")), SOON).await;

    page.click("#close-all").await;
    page.wait_for(&format!("{} === 4", areas("closed")), SOON).await;
    site.until_online(0).await;
    page.click("[data-area='2'] .deeds button").await;
    site.until_online(1).await;
    raise(&page, 2, "back", "2026-03-02 12:00:00", 8).await;
}

#[tokio::test]
async fn the_room_sorts_sends_to_all_closes_and_opens_again_in_chromium() {
    the_room_sorts_sends_to_all_closes_and_opens_again(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_room_sorts_sends_to_all_closes_and_opens_again_in_firefox() {
    the_room_sorts_sends_to_all_closes_and_opens_again(BrowserKind::Firefox).await;
}

/// A page that fails to show one alarm would show none after it.
#[tokio::test]
async fn an_alarm_whose_time_cannot_be_read_is_listed_as_the_oldest_and_later_ones_are_too() {
    let site = Site::open().await;
    let page = Browser::start().await;
    page.goto(&site.url("/s8/room")).await;
    page.wait_for(&format!("{} === 4", areas("open")), SOON).await;
    raise(&page, 1, "second", "2026-03-01 12:59:59", 1).await;
    raise(&page, 2, "last", "yesterday", 2).await;
    raise(&page, 3, "first", "2026-03-01 13:00:00", 3).await;
    assert_eq!(page.run(&format!("return {LISTED}")).await, json!(["first", "second", "last"]));
    assert_eq!(
        page.run("return document.querySelector('ol li:last-child time').textContent").await,
        "yesterday"
    );
}

#[tokio::test]
async fn without_a_websocket_the_room_says_so() {
    let site = Site::open().await;
    let page = Browser::start().await;
    page.goto_recorded(&site.url("/s8/room.css"), "/s8/room", WITHOUT_WEBSOCKET).await;
    page.wait_for("document.querySelector('[role=alert]')?.textContent.includes('no WebSocket')", SOON).await;
}
