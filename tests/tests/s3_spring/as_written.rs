//! The page as written: what it logs, and that it closes when it is left.

use staywire_tests::{Browser, until_online};

use crate::site::{GREETING, REPLY, SOON, serve_handler};

#[tokio::test]
async fn the_page_as_written_logs_the_greeting_the_reply_and_its_end() {
    let (browser, (server, address)) = tokio::join!(Browser::start(), serve_handler());
    browser.goto(&format!("http://{address}/")).await;
    assert_eq!(browser.console_until(GREETING, SOON).await, ["开始...", "onpen", GREETING]);
    until_online(&server, 1).await;

    browser.fill("#text", "\"1\" < 2").await;
    browser.click("button").await;
    assert_eq!(browser.console_until(REPLY, SOON).await, [REPLY]);

    browser.click("button + button").await;
    assert_eq!(browser.console_until("onclose", SOON).await, ["onclose"]);
    until_online(&server, 0).await;
}

#[tokio::test]
async fn the_page_as_written_closes_its_connection_when_it_is_left() {
    const WITNESS: &str = "const { close } = WebSocket.prototype;
        WebSocket.prototype.close = function () { localStorage.closed = 'by the page'; close.call(this); };";
    let (browser, (server, address)) = tokio::join!(Browser::start(), serve_handler());
    browser.run_before_pages(WITNESS).await;
    browser.goto(&format!("http://{address}/")).await;
    browser.console_until(GREETING, SOON).await;
    until_online(&server, 1).await;

    browser.goto(&format!("http://{address}/desk")).await;
    until_online(&server, 0).await;
    assert_eq!(browser.run("return localStorage.closed").await, "by the page");
}
