//! The document's pages and components, as written but for their host and port.

use serde_json::Value;
use staywire_tests::{Browser, BrowserKind};

use crate::site::{SOON, Site, order_by_jsonp};

const DIALOG: &str = "getComputedStyle(document.querySelector('#myModal')).display";

async fn the_cart_orders_and_the_dialog_pops_up(kind: BrowserKind) {
    let site = Site::open().await;
    let (shop, office) = tokio::join!(Browser::start_as(kind), Browser::start_as(kind));
    site.open_as_written(&office, "back-office").await;
    let open = "客户端已经打开了websocket连接，可以进行实时通信了";
    assert_eq!(office.logged_until(open, SOON).await, ["websocket", open]);
    assert_eq!(office.run(&format!("return {DIALOG}")).await, "none");

    site.open_as_written(&shop, "component?name=checkout").await;
    shop.wait_for("document.querySelector('.pay')", SOON).await;
    assert_eq!(
        shop.run("return document.querySelector('.left').innerText.replace(/\\s+/g, ' ')").await,
        "总计（不含运费） 已勾选商品 2 件，总价 ￥76"
    );
    shop.logged_until("连接服务器成功", SOON).await;
    shop.click(".pay button").await;
    let answer = r#"{"number":1}"#;
    assert_eq!(shop.logged_until(answer, SOON).await, ["连接服务器成功", answer]);

    office.wait_for(&format!("{DIALOG} === 'block'"), SOON).await;
    let line = office.run("return logged.at(-1)").await;
    let told =
        line.as_str().and_then(|line| line.strip_prefix("客户端接受到的数据:")).expect("what it was told");
    assert_eq!(serde_json::from_str::<Value>(told).expect("JSON")["number"], 1);
    office.click("[data-dismiss=modal]").await;
    office.wait_for(&format!("{DIALOG} === 'none'"), SOON).await;
}

#[tokio::test]
async fn the_cart_orders_and_the_dialog_pops_up_in_chromium() {
    the_cart_orders_and_the_dialog_pops_up(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_cart_orders_and_the_dialog_pops_up_in_firefox() {
    the_cart_orders_and_the_dialog_pops_up(BrowserKind::Firefox).await;
}

async fn components_speak_when_they_open_and_when_told_to_and_leave_with_their_route(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;

    site.open_as_written(&page, "component?name=first").await;
    page.wait_for("window.route?.$children[0].websock.readyState === 1", SOON).await;
    site.until_heard(1).await;
    page.run("route.leave()").await;
    assert_eq!(
        page.logged_until("断开连接 [object CloseEvent]", SOON).await,
        ["断开连接 [object CloseEvent]"]
    );
    site.until_online(0).await;

    site.open_as_written(&page, "component?name=cart").await;
    page.logged_until("连接服务器成功", SOON).await;
    page.click(".pay button").await;
    site.until_heard(2).await;
    page.run("route.leave()").await;
    assert_eq!(
        page.logged_until("断开连接 [object CloseEvent]", SOON).await,
        ["连接服务器成功", "断开连接 [object CloseEvent]"]
    );
    site.until_online(0).await;
}

#[tokio::test]
async fn components_speak_when_they_open_and_when_told_to_and_leave_with_their_route_in_chromium() {
    components_speak_when_they_open_and_when_told_to_and_leave_with_their_route(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn components_speak_when_they_open_and_when_told_to_and_leave_with_their_route_in_firefox() {
    components_speak_when_they_open_and_when_told_to_and_leave_with_their_route(BrowserKind::Firefox).await;
}

async fn the_third_way_never_runs_and_mended_it_does(kind: BrowserKind) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_as_written(&page, "third-way").await;
    assert_eq!(page.accept_alert(SOON).await, "浏览器不支持websocket");
    assert_eq!(page.logged_until("uncaught TypeError", SOON).await, ["uncaught TypeError"]);

    site.open_as_written(&page, "third-way-mended").await;
    assert_eq!(page.logged_until("建立连接", SOON).await, ["建立连接"]);
    page.run("setTimeout(() => fetch('/user/order?callback=nobody'))").await;
    assert_eq!(page.accept_alert(SOON).await, "您有一条新的订单！");
    let line = page.run("return logged.at(-1)").await;
    let told = line.as_str().and_then(|line| line.strip_prefix("收到消息")).expect("what it was told");
    assert_eq!(serde_json::from_str::<Value>(told).expect("JSON")["number"], 1);
}

#[tokio::test]
async fn the_third_way_never_runs_and_mended_it_does_in_chromium() {
    the_third_way_never_runs_and_mended_it_does(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_third_way_never_runs_and_mended_it_does_in_firefox() {
    the_third_way_never_runs_and_mended_it_does(BrowserKind::Firefox).await;
}

/// The component's error handler dials again; the class dials by itself and tells of no error while it does.
async fn on_staywire_the_component_has_one_socket_however_often_its_wire_breaks(
    kind: BrowserKind,
    cuts: usize,
) {
    let site = Site::open().await;
    let page = Browser::start_as(kind).await;
    site.open_as_written(&page, "component?name=checkout-on-staywire").await;
    page.logged_until("连接服务器成功", SOON).await;
    page.run("window.first = route.$children[0].websock").await;

    for reconnected in 1..=cuts {
        // Some attempts fail, which is what calls the error handler of a plain WebSocket.
        site.proxy.refuse();
        site.proxy.cut_all();
        page.wait_for("first.status === 'reconnecting'", SOON).await;
        site.proxy.admit();
        page.wait_for(
            &format!("logged.filter((line) => line === '连接服务器成功').length > {reconnected}"),
            2 * SOON,
        )
        .await;
    }
    site.until_online(1).await;
    assert_eq!(page.run("return route.$children[0].websock === first").await, true);
    assert_eq!(order_by_jsonp(&page).await, 1);
    assert_eq!(page.logged_until("连接服务器成功", SOON).await, vec!["连接服务器成功"; cuts + 1]);

    page.run("route.leave()").await;
    site.until_online(0).await;
    page.logged_until("断开连接 [object CloseEvent]", SOON).await;
}

#[tokio::test]
async fn on_staywire_the_component_has_one_socket_however_often_its_wire_breaks_in_chromium() {
    on_staywire_the_component_has_one_socket_however_often_its_wire_breaks(BrowserKind::Chromium, 10).await;
}

#[tokio::test]
async fn on_staywire_the_component_has_one_socket_however_often_its_wire_breaks_in_firefox() {
    // Ten take a minute, since no connection lasts and the delays grow; in one browser that is enough.
    on_staywire_the_component_has_one_socket_however_often_its_wire_breaks(BrowserKind::Firefox, 3).await;
}
