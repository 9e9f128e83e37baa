//! A server that falls silent without a word, with the settings that nobody has changed.

use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, BrowserKind};
use tokio::time::Instant;

use crate::site::{SOON, Site};

/// A site whose first connection has fallen silent, and its page.
async fn fallen_silent(kind: BrowserKind) -> (Site, Browser) {
    let site = Site::open().await;
    let page = site.visit(kind).await;
    site.proxy.next_connection(SOON).await.half_open();
    (site, page)
}

/// Waits until the session goes on elsewhere, and checks that it did within `limit` of `since`.
async fn goes_on(page: &Browser, since: Instant, limit: Duration) {
    page.wait_for("count('session') === 1", limit).await;
    let elapsed = since.elapsed();
    println!("replaced after {elapsed:.1?}");
    assert!(elapsed < limit, "replaced after {elapsed:?}");
    assert_eq!(page.run("return [outcomes(), socket.status]").await, json!([["resumed"], "open"]));
    page.run("send(1, 1)").await;
    page.wait_for("acknowledged.length === 1", SOON).await;
}

async fn replaced_by_default(kind: BrowserKind) {
    let (_site, page) = fallen_silent(kind).await;
    goes_on(&page, Instant::now(), Duration::from_secs(22)).await;
}

#[tokio::test]
async fn a_server_silent_after_its_welcome_is_replaced_within_22_seconds() {
    replaced_by_default(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_server_silent_after_its_welcome_is_replaced_within_22_seconds_in_firefox() {
    replaced_by_default(BrowserKind::Firefox).await;
}

/// What a browser does when the network is back, and when somebody returns to the tab; a headless page is always
/// visible, so the change is played.
const HINTS: [&str; 2] =
    ["dispatchEvent(new Event('online'))", "document.dispatchEvent(new Event('visibilitychange'))"];

async fn replaced_after_hints(kind: BrowserKind) {
    for hint in HINTS {
        let (_site, page) = fallen_silent(kind).await;
        let hinted = Instant::now();
        page.run(hint).await;
        goes_on(&page, hinted, Duration::from_secs(3)).await;
    }
}

#[tokio::test]
async fn it_is_replaced_within_3_seconds_of_the_network_or_the_visitor_coming_back() {
    replaced_after_hints(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn it_is_replaced_within_3_seconds_of_the_network_or_the_visitor_coming_back_in_firefox() {
    replaced_after_hints(BrowserKind::Firefox).await;
}
