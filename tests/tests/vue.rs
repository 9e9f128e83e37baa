//! `staywire/vue` in pages with the real Vue, against a real server.

use std::path::Path;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;
use staywire_server::{CloseCode, ListenerError, Message, Server, Session, WsHelper, WsListener};
use staywire_tests::{Browser, BrowserKind, SOON, folder_routes, serve, until};

struct Deaf;

impl WsListener for Deaf {
    async fn message(&self, _session: &Session, _message: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

/// A page that has Vue and the composable, and the hands of its server.
async fn visit(kind: BrowserKind) -> (Browser, WsHelper) {
    let npm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../npm");
    let pages = Router::new()
        .route("/", get(async || Html(include_str!("../pages/vue.html"))))
        .merge(folder_routes("staywire", npm.join("dist")))
        .merge(folder_routes("modules", npm.join("node_modules")));
    let server = Server::builder().endpoint("/ws", Deaf).build().expect("the settings fit each other");
    let helper = server.helper();
    let router = pages.merge(server.router());
    let (page, address) = tokio::join!(Browser::start_as(kind), serve(server, router));
    page.goto(&format!("http://{address}/")).await;
    page.wait_for("isReady", SOON).await;
    (page, helper)
}

/// Waits until the server has no session any more.
async fn all_left(server: &WsHelper) {
    until(|| server.online() + server.suspended(), 0).await;
}

async fn ten_thousand_in_one_tick(kind: BrowserKind) {
    let (page, _server) = visit(kind).await;
    page.run("mount(list())").await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    // Vue has no chance to run in between, as it has none in a long task of the page's own.
    page.run(
        "for (let number = 0; number < 10000; number++) {
           sockets[0].dispatchEvent(new MessageEvent('message', { data: String(number) }));
         }",
    )
    .await;
    page.wait_for("isWhole(10000) && shown() === 'open 10000'", SOON).await;
}

#[tokio::test]
async fn no_message_of_ten_thousand_within_one_tick_is_lost() {
    ten_thousand_in_one_tick(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn no_message_of_ten_thousand_within_one_tick_is_lost_in_firefox() {
    ten_thousand_in_one_tick(BrowserKind::Firefox).await;
}

async fn ten_thousand_from_the_server(kind: BrowserKind) {
    let (page, server) = visit(kind).await;
    page.run("mount(list({ session: true }))").await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    for number in 0..10_000 {
        assert_eq!(server.broadcast(number.to_string()).queued, 1);
    }
    page.wait_for("isWhole(10000)", SOON).await;
    // The list itself is kept short.
    assert_eq!(page.run("return shown()").await, json!("open 1000"));
}

#[tokio::test]
async fn ten_thousand_messages_as_fast_as_the_server_sends_are_all_seen() {
    ten_thousand_from_the_server(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn ten_thousand_messages_as_fast_as_the_server_sends_are_all_seen_in_firefox() {
    ten_thousand_from_the_server(BrowserKind::Firefox).await;
}

#[tokio::test]
async fn a_component_that_goes_takes_its_conversation_with_it() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    page.run("mount(list({ session: true }))").await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    page.run("unmount()").await;
    all_left(&server).await;
    page.wait_for("open() === 0", SOON).await;
}

#[tokio::test]
async fn a_component_shows_a_lost_connection_and_the_next_one() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    page.run("mount(list())").await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    server.close_all_with(CloseCode::SERVICE_RESTART, "");
    page.wait_for("shown() === 'reconnecting 0' && conversation.error.value.code === 1012", SOON).await;
    page.wait_for("shown() === 'open 0' && !conversation.error.value", SOON).await;
    assert_eq!(page.run("return sockets.length").await, json!(2));
}

#[tokio::test]
async fn a_component_that_is_put_away_goes_on_listening() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    page.run("mountKept(list())").await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    page.run("isShown.value = false").await;
    page.wait_for("shown() === 'other'", SOON).await;
    assert_eq!(server.broadcast("0").queued, 1);
    page.wait_for("isWhole(1)", SOON).await;
    page.run("isShown.value = true").await;
    page.wait_for("shown() === 'open 1'", SOON).await;
    assert_eq!(page.run("return sockets.length").await, json!(1));
}

#[tokio::test]
async fn a_component_that_was_asked_to_leaves_while_it_is_put_away() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    page.run("mountKept(list({ whenDeactivated: 'close' }))").await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    page.run("isShown.value = false").await;
    all_left(&server).await;
    page.run("isShown.value = true").await;
    page.wait_for("shown() === 'open 0' && sockets.length === 2", SOON).await;

    page.run("conversation.close()").await;
    page.wait_for("shown() === 'closed 0'", SOON).await;
    page.run("isShown.value = false").await;
    page.wait_for("shown() === 'other'", SOON).await;
    page.run("isShown.value = true").await;
    page.wait_for("shown() === 'closed 0'", SOON).await;
    assert_eq!(page.run("return sockets.length").await, json!(2), "what was closed by hand stays closed");
}

#[tokio::test]
async fn a_component_that_is_put_away_waits_with_another_url_until_it_is_shown() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    page.run("window.url = ref(null); mountKept(list({ whenDeactivated: 'close' }, url))").await;
    page.wait_for("shown() === 'closed 0'", SOON).await;
    page.run("isShown.value = false").await;
    page.wait_for("shown() === 'other'", SOON).await;
    page.run("url.value = '/ws'; return nextTick()").await;
    assert_eq!(page.run("return sockets.length").await, json!(0));
    page.run("isShown.value = true").await;
    page.wait_for("shown() === 'open 0'", SOON).await;

    page.run("isShown.value = false").await;
    all_left(&server).await;
    page.run("url.value = '/ws?other'; return nextTick()").await;
    page.run("isShown.value = true").await;
    page.wait_for("shown() === 'open 0' && sockets.at(-1).url.endsWith('?other')", SOON).await;
    assert_eq!(page.run("return sockets.length").await, json!(2));
}

#[tokio::test]
async fn hot_module_replacement_leaves_one_connection() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    // As a bundler's plugin for Vue does it.
    page.run(
        "window.version = () => Object.assign(list(), { __hmrId: 'list' });
         const first = version();
         __VUE_HMR_RUNTIME__.createRecord('list', first);
         mount({ render: () => h(first) });",
    )
    .await;
    page.wait_for("shown() === 'open 0'", SOON).await;
    page.run("__VUE_HMR_RUNTIME__.reload('list', version())").await;
    page.wait_for("sockets.length === 2 && shown() === 'open 0' && open() === 1", SOON).await;
    page.wait_for("sockets[0].readyState === WebSocket.CLOSED", SOON).await;
    assert_eq!(server.online(), 1);
}

#[tokio::test]
async fn the_components_of_an_application_share_its_conversation_which_ends_with_it() {
    let (page, server) = visit(BrowserKind::Chromium).await;
    page.run(
        "const shared = list(undefined, null);
         mount({ render: () => [h(shared), h(shared)] }, createStayWire('/ws', { session: true }));",
    )
    .await;
    page.wait_for("shown() === 'open 0open 0'", SOON).await;
    assert_eq!(server.broadcast("0").queued, 1);
    page.wait_for("shown() === 'open 1open 1'", SOON).await;
    assert_eq!(page.run("return sockets.length").await, json!(1));
    page.run("unmount()").await;
    all_left(&server).await;
}
