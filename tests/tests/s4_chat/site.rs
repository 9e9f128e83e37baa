//! The chat under test: its server, its two pages, and members that are programs.

use std::net::SocketAddr;
use std::time::Duration;

pub(crate) use staywire_tests::SOON;

use staywire_server::{Server, ServerBuilder};
use staywire_tests::{Browser, PlainClient, serve};

pub(crate) async fn serve_chat() -> SocketAddr {
    serve_chat_with(|builder| builder).await.1
}

pub(crate) async fn serve_chat_with(
    configure: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> (Server, SocketAddr) {
    let server = configure(s4_chat::builder()).build().expect("the settings are sound");
    let app = s4_chat::pages()
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());
    let address = serve(server.clone(), app).await;
    (server, address)
}

/// A member that is a program; what it does not read, nobody reads. The name is percent-encoded already.
pub(crate) async fn member(address: SocketAddr, nick: &str) -> PlainClient {
    PlainClient::connect(address, &format!("/1901/ws/chat/{nick}")).await
}

/// Opens the page as written and joins, as its visitor does.
pub(crate) async fn join_as_written(browser: &Browser, address: SocketAddr, nick: &str) {
    browser.goto(&format!("http://{address}/")).await;
    browser.fill("#yourName", nick).await;
    browser.click("#start").await;
    assert_eq!(browser.accept_alert(SOON).await, "消息通道开启，可以发送消息了");
}

/// Speaks on the page as written.
pub(crate) async fn say_as_written(browser: &Browser, text: &str) {
    browser.fill("#MessageUN", text).await;
    browser.click("#sendMessage").await;
}

/// What the page as written shows, as soon as its last line is `last`.
pub(crate) async fn lines_until(browser: &Browser, last: &str) -> Vec<String> {
    const LINES: &str = "document.querySelector('#messages').innerText.split('\\n')";
    let last = serde_json::to_string(last).expect("a text is JSON");
    let lines = browser.wait_for(&format!("{LINES}.at(-1) === {last} && {LINES}"), SOON).await;
    serde_json::from_value(lines).expect("lines are texts")
}

/// Opens the room of today as `nick`, and returns when it lists its own visitor.
pub(crate) async fn enter_room(browser: &Browser, address: SocketAddr, nick: &str) {
    browser.goto(&format!("http://{address}/room")).await;
    browser.fill("#nick", nick).await;
    browser.click("#join button").await;
    browser.wait_for("document.querySelector('#members .me')", SOON).await;
}

/// Waits until the room lists exactly `members`, those without a connection marked by `(away)`.
pub(crate) async fn wait_until_listed(browser: &Browser, members: &[&str], limit: Duration) {
    let expected = serde_json::to_string(members).expect("names are JSON");
    browser
        .wait_for(
            &format!(
                "JSON.stringify([...document.querySelectorAll('#members li')].map((item) =>
                   item.lastChild.data + (item.matches('.away') ? ' (away)' : ''))) === '{expected}'"
            ),
            limit,
        )
        .await;
}
