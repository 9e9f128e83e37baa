//! Wires that are cut for long: for less than the session's window, and for more.

use std::time::Duration;

use serde_json::json;
use staywire_server::ServerBuilder;
use staywire_tests::{Browser, BrowserKind, Direction, open_session_page};
use tokio::time::sleep;

use crate::site::{SOON, Site, numbers};

/// The default window and the cuts of the promise, at a fortieth: 3 s, 2 s and 3.75 s.
fn short_window(builder: ServerBuilder) -> ServerBuilder {
    let (interval, timeout) = (Duration::from_millis(400), Duration::from_millis(200));
    builder.heartbeat(interval, timeout).session_window(Duration::from_secs(3))
}

/// A page that dials again after at most a tenth of a second, as the default of 20 s would blur what is measured.
async fn visit(site: &Site) -> Browser {
    let page = open_session_page(BrowserKind::Chromium).await;
    site.begin(&page, "{ maxReconnectDelay: 100 }").await;
    page
}

/// Cuts the wire, and lets nobody through any more.
async fn part(site: &Site, page: &Browser) {
    site.proxy.refuse();
    site.proxy.cut_all();
    page.wait_for("socket.status === 'reconnecting'", SOON).await;
}

async fn resumes_after(cut: Duration, site: &Site) {
    let page = visit(site).await;
    part(site, &page).await;
    let _ = site.helper.broadcast("meanwhile");
    page.run("send(1, 10)").await;
    sleep(cut).await;
    site.proxy.admit();
    page.wait_for("outcomes().length === 1 && acknowledged.length === 10", SOON).await;
    assert_eq!(page.run("return [outcomes(), texts()[0]]").await, json!([["resumed"], "meanwhile"]));
}

async fn is_expired_after(cut: Duration, site: &Site) {
    let page = visit(site).await;
    // The server hears nothing of these, and the page does not know it.
    for connection in site.proxy.open_connections() {
        connection.silence(Direction::Up);
    }
    page.run("send(1, 2)").await;
    part(site, &page).await;
    page.run("send(3, 4)").await;
    sleep(cut).await;
    site.proxy.admit();
    page.wait_for("outcomes().length === 1 && acknowledged.length === 2", SOON).await;
    assert_eq!(
        page.run("return [outcomes(), unknown, acknowledged]").await,
        json!([["expired"], [1, 2], [3, 4]])
    );
    assert_eq!(site.heard(), numbers(3, 4));
    assert_eq!(page.run("return count('open')").await, json!(2));
}

#[tokio::test]
async fn a_session_cut_for_two_thirds_of_its_window_resumes() {
    resumes_after(Duration::from_secs(2), &Site::with(short_window).await).await;
}

#[tokio::test]
async fn a_session_cut_for_longer_than_its_window_is_fresh_expired() {
    is_expired_after(Duration::from_millis(4_500), &Site::with(short_window).await).await;
}

#[tokio::test]
#[ignore = "it takes 80 s"]
async fn a_session_with_defaults_that_is_cut_for_80_seconds_resumes() {
    resumes_after(Duration::from_secs(80), &Site::open().await).await;
}

#[tokio::test]
#[ignore = "it takes 150 s"]
async fn a_session_with_defaults_that_is_cut_for_150_seconds_is_fresh_expired() {
    is_expired_after(Duration::from_secs(150), &Site::open().await).await;
}
