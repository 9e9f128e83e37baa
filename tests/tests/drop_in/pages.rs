//! Pages as their authors wrote them, on a `WebSocket` that is `StayWire`.

use std::path::Path;
use std::time::Duration;

use staywire_server::{CloseCode, Server};
use staywire_tests::{Browser, SOON, serve, serve_gallery};

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

/// Serves a page as written with its server's routes; where it is.
async fn site(server: Server, routes: axum::Router) -> String {
    let address = serve(server, routes.merge(demo_pages::shared())).await;
    format!("http://{address}/")
}

#[tokio::test]
async fn the_spring_page_is_greeted_and_answered_and_closes() {
    let server = s3_spring::server().expect("the settings are sound");
    let url = site(server.clone(), s3_spring::pages(server.helper()).merge(server.router())).await;
    let browser = start().await;
    browser.goto(&url).await;
    let greeting = "成功建立socket连接";
    assert_eq!(browser.console_until(greeting, SOON).await, ["开始...", "onpen", greeting]);
    let reply = "服务器收到了，hello!";
    browser.fill("#text", "hello").await;
    browser.click("button").await;
    assert_eq!(browser.console_until(reply, SOON).await, [reply]);
    browser.click("button + button").await;
    assert_eq!(browser.console_until("onclose", SOON).await, ["onclose"]);
}

#[tokio::test]
async fn the_chat_page_joins_and_speaks() {
    let server = s4_chat::builder().build().expect("the settings are sound");
    let url = site(server.clone(), s4_chat::pages().merge(server.router())).await;
    let browser = start().await;
    browser.goto(&url).await;
    browser.fill("#yourName", "ann").await;
    browser.click("#start").await;
    assert_eq!(browser.accept_alert(SOON).await, "消息通道开启，可以发送消息了");
    browser.fill("#MessageUN", "1 < 2").await;
    browser.click("#sendMessage").await;
    browser.wait_for("document.querySelector('#messages').innerText.endsWith('ann>1 < 2')", SOON).await;
}

#[tokio::test]
async fn the_push_page_logs_its_states_and_closes_after_its_first_message() {
    let server = s6_user_push::server().expect("the settings are sound");
    let url = site(server.clone(), s6_user_push::pages().merge(s6_user_push::endpoints(&server))).await;
    let browser = start().await;
    browser.goto(&url).await;
    assert_eq!(browser.console_until("ws连接状态：1", SOON).await, ["ws连接状态：0", "ws连接状态：1"]);
    browser
        .run(&format!("return fetch('{url}socket/publish?userId=10086&message=hello').then(() => null)"))
        .await;
    assert_eq!(
        browser.console_until("ws连接状态：3", SOON).await,
        ["接收到来自服务器的消息：", "MessageEvent", "ws连接状态：3"]
    );
}
