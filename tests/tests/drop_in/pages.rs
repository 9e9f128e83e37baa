//! Pages as their authors wrote them, on a `WebSocket` that is `StayWire`.

use std::path::Path;
use std::time::Duration;

use staywire_server::CloseCode;
use staywire_tests::{Browser, serve, serve_gallery};

const SOON: Duration = Duration::from_secs(5);

/// Ten messages a second apart, and a start.
const A_RUN: Duration = Duration::from_secs(20);

/// A browser in which each page begins with `window.WebSocket = StayWire`.
async fn start() -> Browser {
    let browser = Browser::start().await;
    let sdk = demo_pages::default_npm_dist().join("staywire.global.js");
    let sdk = read(&sdk);
    browser.run_before_pages(&format!("{sdk}\nwindow.WebSocket = staywire.StayWire;")).await;
    browser
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[tokio::test]
async fn the_tephra_page_logs_what_its_author_saw() {
    let (browser, address) = tokio::join!(start(), serve_gallery());
    browser.goto(&format!("http://{address}/s1")).await;

    let mut expected = vec!["open".to_owned(), "receive:hello".to_owned()];
    expected.extend((0..=8).map(|number| format!("receive:receive:hello ws {number}")));
    expected.push("close".to_owned());
    assert_eq!(browser.console_until("close", A_RUN).await, expected);
    assert_eq!(browser.run("return ws instanceof staywire.StayWire").await, true);
}

#[tokio::test]
async fn the_html5_page_alerts_that_it_sends_and_receives_and_when_the_server_closes() {
    let server = s2_html5::server().expect("the description is sound");
    let address = serve(server.clone(), s2_html5::pages().merge(server.router())).await;
    let browser = start().await;
    browser.goto(&format!("http://{address}/")).await;
    browser.click("#sse a").await;
    for expected in ["您的浏览器支持 WebSocket!", "数据发送中...", "数据已接收..."] {
        assert_eq!(browser.accept_alert(SOON).await, expected);
    }
    // 1001 would only be the end of a connection; this is the server's word that it is over.
    server.helper().close_all_with(CloseCode::NORMAL, "");
    assert_eq!(browser.accept_alert(SOON).await, "连接已关闭...");
}
