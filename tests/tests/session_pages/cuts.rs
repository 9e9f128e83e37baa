//! Wires that are cut: at any moment, and again and again.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use staywire_tests::{Browser, BrowserKind, Direction, open_session_page};

use crate::site::{SOON, Site, numbers};

/// Everything came both ways, once and in order, and the session is the first one.
async fn nothing_is_lost(site: &Site, page: &Browser, last: u32) {
    page.wait_for(&format!("texts().length >= {last} && acknowledged.length >= {last}"), SOON * 3).await;
    assert_eq!(site.heard(), numbers(1, last));
    assert_eq!(page.run("return texts()").await, json!(numbers(1, last)));
    assert_eq!(
        page.run("return unknown.length + count('gap') + count('error') + count('close')").await,
        json!(0)
    );
    assert_eq!(page.run("return outcomes().filter((outcome) => outcome !== 'resumed')").await, json!([]));
    assert_eq!(page.run("return count('open')").await, json!(1));
}

async fn fifty_cuts_lose_nothing(kind: BrowserKind) {
    let site = Site::open().await;
    let page = open_session_page(kind).await;
    // Short, so that fifty cuts take no minute: the spread over two seconds is for servers that stop.
    site.begin(&page, "{ maxReconnectDelay: 100 }").await;
    page.run("sendEach(2)").await;
    for cut in 1..=50 {
        site.proxy.next_connection(SOON).await.cut();
        page.wait_for(&format!("outcomes().length === {cut}"), SOON).await;
    }
    let last = page.run("return stop()").await.as_u64().expect("a count");
    nothing_is_lost(&site, &page, u32::try_from(last).expect("a few thousand")).await;
}

#[tokio::test]
async fn a_session_that_is_cut_fifty_times_loses_nothing_and_repeats_nothing() {
    fifty_cuts_lose_nothing(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_session_that_is_cut_fifty_times_loses_nothing_and_repeats_nothing_in_firefox() {
    fifty_cuts_lose_nothing(BrowserKind::Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn a_session_that_is_cut_fifty_times_loses_nothing_and_repeats_nothing_in_webkit() {
    fifty_cuts_lose_nothing(BrowserKind::WebKit).await;
}

/// Where a connection is cut: after so many bytes of each direction, spread over handshake, opening and answer.
fn cuts() -> impl Iterator<Item = (Direction, u64)> {
    let positions = (0..=800).step_by(40);
    positions.flat_map(|bytes| [(Direction::Up, bytes), (Direction::Down, bytes)])
}

/// Has the next connection cut there, and only that one.
fn cut_the_next(site: &Site, direction: Direction, bytes: u64) {
    let is_next = AtomicBool::new(true);
    site.proxy.prepare_connections(move |connection| {
        if is_next.swap(false, Ordering::Relaxed) {
            connection.cut_after(direction, bytes);
        }
    });
}

#[tokio::test]
async fn a_session_cut_at_each_step_of_its_hello_is_one_session() {
    let site = Site::open().await;
    let page = open_session_page(BrowserKind::Chromium).await;
    for (direction, bytes) in cuts() {
        cut_the_next(&site, direction, bytes);
        let before = site.heard().len();
        let url = site.proxy.url("/ws");
        page.run(&format!("begin('{url}', {{ maxReconnectDelay: 50 }}); send(1, 10)")).await;
        page.wait_for("texts().length >= 10 && acknowledged.length >= 10", SOON).await;
        assert_eq!(site.heard()[before..], numbers(1, 10), "{direction:?} after {bytes} bytes");
        assert_eq!(page.run("return [texts(), count('open')]").await, json!([numbers(1, 10), 1]));
        assert_eq!(site.helper.online() + site.helper.suspended(), 1, "{direction:?} after {bytes} bytes");
        page.run("socket.close()").await;
        page.wait_for("socket.status === 'closed'", SOON).await;
    }
}

#[tokio::test]
async fn a_session_cut_at_each_step_of_its_resume_loses_nothing() {
    let site = Site::open().await;
    let page = open_session_page(BrowserKind::Chromium).await;
    site.begin(&page, "{ maxReconnectDelay: 50 }").await;
    let mut last = 0;
    for (direction, bytes) in cuts() {
        cut_the_next(&site, direction, bytes);
        site.proxy.cut_all();
        page.run(&format!("send({}, {})", last + 1, last + 10)).await;
        last += 10;
        page.wait_for(&format!("acknowledged.length >= {last}"), SOON).await;
    }
    nothing_is_lost(&site, &page, last).await;
    let twice = 2 * cuts().count();
    assert!(site.proxy.connections().len() > twice - 10, "most of the resumes were cut");
}

#[tokio::test]
async fn what_a_ring_could_not_keep_is_told_with_its_exact_numbers() {
    let site = Site::with(|builder| builder.max_ring_bytes(16 << 10)).await;
    let page = open_session_page(BrowserKind::Chromium).await;
    site.begin(&page, "{ maxReconnectDelay: 100 }").await;
    let _ = site.helper.broadcast("0");
    page.wait_for("texts().length === 1", SOON).await;
    site.proxy.refuse();
    site.proxy.cut_all();
    page.wait_for("socket.status === 'reconnecting'", SOON).await;
    for number in 1..=100 {
        let _ = site.helper.broadcast(format!("{number} {}", "x".repeat(1_000)));
    }
    site.proxy.admit();
    page.wait_for("texts().at(-1).startsWith('100 ')", SOON).await;
    let first = page.run("return parseInt(texts()[1])").await.as_u64().expect("a number");
    assert!((80..100).contains(&first), "the ring keeps some of them, from {first} on");
    // Message 0 has the number 1.
    assert_eq!(page.run("return gaps()").await, json!([["broadcast", 2, first]]));
}
