//! What passes, and what becomes of it.

use serde_json::json;
use staywire_tests::{BrowserKind, until};

use crate::site::{SOON, Site, numbers};

async fn messages_pass_both_ways(kind: BrowserKind) {
    let site = Site::open().await;
    let page = site.visit(kind).await;
    page.run("send(1, 100)").await;
    page.wait_for("texts().length === 100 && acknowledged.length === 100", SOON).await;
    assert_eq!(site.heard(), numbers(1, 100));
    assert_eq!(page.run("return texts()").await, json!(numbers(1, 100)));

    let _ = site.helper.broadcast("to all");
    let _ = site.helper.send_to_user("ann", "to ann");
    page.wait_for("texts().includes('to all') && texts().includes('to ann')", SOON).await;
    assert_eq!(page.run("return unknown").await, json!([]));
}

#[tokio::test]
async fn messages_pass_both_ways_once_and_in_order_and_are_acknowledged() {
    messages_pass_both_ways(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn messages_pass_both_ways_once_and_in_order_and_are_acknowledged_in_firefox() {
    messages_pass_both_ways(BrowserKind::Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn messages_pass_both_ways_once_and_in_order_and_are_acknowledged_in_webkit() {
    messages_pass_both_ways(BrowserKind::WebKit).await;
}

#[tokio::test]
async fn binary_messages_and_blobs_come_back_as_they_were() {
    let site = Site::open().await;
    let page = site.visit(BrowserKind::Chromium).await;
    page.run(
        "socket.send(new Uint8Array([0, 10, 255]));
         socket.send(new Blob(['a blob']));
         socket.send('zażółć');",
    )
    .await;
    page.wait_for("texts().length === 3", SOON).await;
    let read = "return Promise.all(texts().map(async (data) => typeof data === 'string' ? data
        : [...new Uint8Array(await data.arrayBuffer())]))";
    assert_eq!(page.run(read).await, json!([[0, 10, 255], [97, 32, 98, 108, 111, 98], "zażółć"]));
}

#[tokio::test]
async fn what_is_sent_before_there_is_a_connection_comes_in_its_order() {
    let site = Site::open().await;
    site.proxy.refuse();
    let page = staywire_tests::open_session_page(BrowserKind::Chromium).await;
    page.run(&format!("begin('{}'); send(1, 50)", site.proxy.url("/ws"))).await;
    page.wait_for("count('reconnecting') > 0", SOON).await;
    page.run("send(51, 100)").await;
    site.proxy.admit();
    page.wait_for("acknowledged.length === 100", SOON).await;
    assert_eq!(site.heard(), numbers(1, 100));
}

#[tokio::test]
async fn a_message_over_the_servers_limit_is_refused_alone() {
    let site = Site::with(|builder| builder.max_inbox_bytes(4_000)).await;
    let page = site.visit(BrowserKind::Chromium).await;
    let refused = page.run("try { socket.send('x'.repeat(3001)) } catch (error) { return error.name }").await;
    assert_eq!(refused, json!("RangeError"));
    page.run("send(1, 1)").await;
    page.wait_for("acknowledged.length === 1", SOON).await;
}

#[tokio::test]
async fn more_than_the_credit_comes_through_piece_by_piece() {
    let site = Site::with(|builder| builder.max_inbox_bytes(4_000)).await;
    let page = site.visit(BrowserKind::Chromium).await;
    page.run("send(1, 5000)").await;
    page.wait_for("acknowledged.length === 5000", SOON).await;
    assert_eq!(site.heard(), numbers(1, 5_000));
}

#[tokio::test]
async fn close_ends_the_session_for_the_server_too() {
    let site = Site::open().await;
    let page = site.visit(BrowserKind::Chromium).await;
    assert_eq!(site.helper.online() + site.helper.suspended(), 1);
    page.run("send(1, 1); socket.close()").await;
    page.wait_for("count('close') === 1", SOON).await;
    assert_eq!(site.helper.online() + site.helper.suspended(), 0);
    assert_eq!(site.heard(), numbers(1, 1));
}

#[tokio::test]
async fn a_page_that_is_left_ends_its_session() {
    let site = Site::open().await;
    let page = site.visit(BrowserKind::Chromium).await;
    // What keeps a page out of the back-forward cache is how this test leaves it for good.
    page.run("addEventListener('unload', () => {})").await;
    page.goto("about:blank").await;
    until(|| site.helper.online() + site.helper.suspended(), 0).await;
}

/// Chromium takes the connection away on which a frozen page gets a message; the session stays.
#[tokio::test]
async fn a_page_that_was_frozen_misses_nothing() {
    let site = Site::open().await;
    let page = site.visit(BrowserKind::Chromium).await;
    page.set_frozen(true).await;
    for number in numbers(1, 20) {
        let _ = site.helper.broadcast(number);
    }
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    page.set_frozen(false).await;
    page.wait_for("texts().length === 20", SOON).await;
    assert_eq!(page.run("return texts()").await, json!(numbers(1, 20)));
    assert_eq!(page.run("return count('gap') + count('close')").await, json!(0));
}
