//! What names a session is the page's own: it is in no address, no storage and no console.

use serde_json::json;
use staywire_tests::{BrowserKind, open_session_page};

use crate::site::{SOON, Site};

/// Keeps what the page sends and draws, where tests can read it and the page does not.
const SPY: &str = "
    window.sent = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) { sent.push(data); return send.call(this, data); };
    window.logged = [];
    for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = (...what) => logged.push(what.join());
";

#[tokio::test]
async fn a_token_is_in_no_storage_no_address_and_no_console() {
    let site = Site::open().await;
    let page = open_session_page(BrowserKind::Chromium).await;
    page.run(SPY).await;
    site.begin(&page, "{}").await;
    site.proxy.cut_all();
    page.wait_for("outcomes().length === 1", SOON).await;

    let tokens = page.run("return sent.join(' ').match(/(?<![\\w-])[\\w-]{43}(?![\\w-])/g)").await;
    let tokens = tokens.as_array().expect("a hello and a resume were sent").clone();
    assert_eq!(tokens.len(), 3, "one in hello, two in resume: {tokens:?}");
    let places =
        "JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie, location.href, name,
        history.state, socket.url, logged, performance.getEntries(), document.documentElement.outerHTML])";
    let places = page.run(&format!("return {places}")).await;
    let places = places.as_str().expect("text");
    for token in &tokens {
        assert!(!places.contains(token.as_str().expect("text")), "{token} is in {places}");
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_duplicated_tab_begins_a_session_of_its_own() {
    let site = Site::open().await;
    let page = open_session_page(BrowserKind::Chromium).await;
    site.begin(&page, "{}").await;
    // What `window.open` gives the new tab is a copy of sessionStorage, as duplicating does.
    page.run("window.twin = window.open(location.href)").await;
    page.wait_for("twin.isReady", SOON).await;
    page.run(&format!("twin.begin('{}')", site.proxy.url("/ws"))).await;
    page.wait_for("twin.count('open') === 1", SOON).await;
    assert_eq!(site.helper.online(), 2);

    page.run("send(1, 1); twin.send(2, 2)").await;
    page.wait_for("acknowledged.length === 1 && twin.acknowledged.length === 1", SOON).await;
    assert_eq!(page.run("return [texts(), twin.texts()]").await, json!([["1"], ["2"]]));
    assert_eq!(page.run("return count('close') + twin.count('close')").await, json!(0));
}
