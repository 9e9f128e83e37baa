//! S2: the HTML5 page, as written, in Chromium.

use staywire_server::{CloseCode, Server};
use staywire_tests::{Browser, SOON, serve};

/// The page's link, which is all there is to click.
const LINK: &str = "#sse a";

async fn serve_s2() -> (Server, String) {
    let server = s2_html5::server().expect("the description is sound");
    let address = serve(server.clone(), s2_html5::pages().merge(server.router())).await;
    (server, format!("http://{address}/"))
}

#[tokio::test]
async fn the_page_as_written_alerts_that_it_sends_and_receives_and_when_the_server_closes() {
    let (browser, (server, url)) = tokio::join!(Browser::start(), serve_s2());
    browser.goto(&url).await;
    browser.click(LINK).await;
    for expected in ["您的浏览器支持 WebSocket!", "数据发送中...", "数据已接收..."] {
        assert_eq!(browser.accept_alert(SOON).await, expected);
    }

    server.helper().close_all_with(CloseCode::GOING_AWAY, "");
    assert_eq!(browser.accept_alert(SOON).await, "连接已关闭...");
}

#[tokio::test]
async fn without_websocket_the_page_as_written_says_that_it_is_not_supported() {
    let (browser, (_server, url)) = tokio::join!(Browser::start(), serve_s2());
    browser.run_before_pages("delete window.WebSocket").await;
    browser.goto(&url).await;
    browser.click(LINK).await;
    assert_eq!(browser.accept_alert(SOON).await, "您的浏览器不支持 WebSocket!");
}
