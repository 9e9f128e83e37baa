//! The document's two scripts, as written but for host and path, in a component of Vue 2.7.

use serde_json::json;
use staywire_tests::{Browser, BrowserKind};

use crate::site::{HASTY, LISTED, SOON, Site, WITHOUT_WEBSOCKET, raise};

async fn the_first_script_appends_and_pings_until_it_is_closed(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_component(&page, "one", HASTY).await;
    assert_eq!(page.logged_until("---连接建立成功---", SOON).await, ["---连接建立成功---"]);
    raise(&page, 1, "noon", "2026-03-01 12:00:00", 1).await;
    raise(&page, 1, "morning", "2026-03-01 08:00:00", 2).await;
    assert_eq!(page.run(&format!("return {LISTED}")).await, json!(["noon", "morning"]));
    assert_eq!(
        page.run("return logged.slice(1)").await,
        json!(["[object Object]", "[object Object],[object Object]"])
    );

    page.wait_for("sent.length >= 2 && sent.every((text) => text === 'PING')", SOON).await;
    page.run("page.webSocket.close()").await;
    page.logged_until("断开连接 [object CloseEvent]", SOON).await;
    site.until_online(0).await;
}

#[tokio::test]
async fn the_first_script_appends_and_pings_until_it_is_closed_in_chromium() {
    the_first_script_appends_and_pings_until_it_is_closed(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_first_script_appends_and_pings_until_it_is_closed_in_firefox() {
    the_first_script_appends_and_pings_until_it_is_closed(BrowserKind::Firefox).await;
}

async fn the_second_script_has_several_sockets_and_sends_to_all(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_component(&page, "several", HASTY).await;
    site.until_online(3).await;
    assert_eq!(page.run("return logged").await, json!(vec!["127.0.0.1------------"; 3]));
    raise(&page, 2, "cold", "2026-03-01 12:00:00", 1).await;
    assert_eq!(page.run("return logged.at(-1)").await, "接收到的报警信息： [object MessageEvent]");

    page.run("page.websocketsend('hello')").await;
    page.wait_for(&format!("{LISTED}.filter((text) => text === 'Heard: hello').length === 3"), SOON).await;
    page.run("page.socketClose()").await;
    site.until_online(0).await;
}

#[tokio::test]
async fn the_second_script_has_several_sockets_and_sends_to_all_in_chromium() {
    the_second_script_has_several_sockets_and_sends_to_all(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_second_script_has_several_sockets_and_sends_to_all_in_firefox() {
    the_second_script_has_several_sockets_and_sends_to_all(BrowserKind::Firefox).await;
}

/// What the README says was wrong: one variable for three timers, each of which pings on all sockets.
#[tokio::test]
async fn the_second_script_leaves_timers_behind() {
    let site = Site::open().await;
    let page = Browser::start().await;
    site.open_component(&page, "several", HASTY).await;
    site.until_online(3).await;
    page.wait_for("sent.length >= 9", SOON).await;
    page.run("page.socketClose()").await;
    site.until_online(0).await;
    page.run("sent.length = 0").await;
    page.wait_for("sent.length >= 6", SOON).await;
}

async fn without_a_websocket_both_scripts_tell_the_user(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    for (name, messages) in [("one", 1), ("several", 3)] {
        site.open_component(&page, name, WITHOUT_WEBSOCKET).await;
        page.wait_for(&format!("document.querySelectorAll('[role=alert]').length === {messages}"), SOON)
            .await;
        assert_eq!(
            page.run("return document.querySelector('[role=alert]').textContent").await,
            "当前浏览器不支持 websocket"
        );
    }
}

#[tokio::test]
async fn without_a_websocket_both_scripts_tell_the_user_in_chromium() {
    without_a_websocket_both_scripts_tell_the_user(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn without_a_websocket_both_scripts_tell_the_user_in_firefox() {
    without_a_websocket_both_scripts_tell_the_user(BrowserKind::Firefox).await;
}
