//! Topics of pages, and positions that outlive them.

use std::time::Duration;

use serde_json::json;
use staywire_server::{
    Handshake, HandshakeInterceptor, ListenerError, Message, Rejection, Retention, Server, Session,
    TopicError, TopicName, TopicSettings, WsHelper, WsListener,
};
use staywire_tests::{Browser, BrowserKind, FaultProxy, open_session_page, serve};
use tokio::sync::watch;

use crate::site::SOON;

/// Everybody may read and publish.
struct Board;

impl WsListener for Board {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn subscribe(&self, _: &Session, topic: &TopicName) -> Result<(), TopicError> {
        if topic.as_str() == "secrets" { Err(TopicError::not_allowed("not yours")) } else { Ok(()) }
    }

    async fn publish(&self, _: &Session, topic: &TopicName, _: &Message) -> Result<(), TopicError> {
        if topic.as_str() == "orders" { Ok(()) } else { Err(TopicError::not_allowed("read only")) }
    }
}

/// Everybody is the same user.
struct Ann;

impl HandshakeInterceptor for Ann {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        handshake.set_user("ann")
    }
}

/// A server that keeps what it publishes, behind a proxy.
async fn open() -> (WsHelper, FaultProxy) {
    let kept = Retention::new(10_000, Duration::from_secs(60));
    let server = Server::builder()
        .endpoint("/ws", staywire_server::Endpoint::new(Board).intercept(Ann))
        .topics("", TopicSettings::new().history(kept))
        .user_history(kept)
        .dev()
        .build()
        .expect("the settings fit each other");
    let (helper, router) = (server.helper(), server.router());
    let proxy = FaultProxy::to(serve(server, router).await).await;
    (helper, proxy)
}

/// Publishes numbers from 1 on to the topic `orders` and to ann, until it is told to stop; the last one.
async fn publish(helper: WsHelper, mut is_over: watch::Receiver<bool>) -> u32 {
    let mut number = 0;
    loop {
        number += 1;
        helper.publish("orders", number.to_string()).await.expect("the engine is in memory");
        let _ = helper.send_to_user("ann", number.to_string());
        let pause = tokio::time::sleep(Duration::from_millis(2));
        tokio::select! {
            () = pause => {}
            _ = is_over.wait_for(|is_over| *is_over) => return number,
        }
    }
}

/// Begins a session that goes on where the last page was. What came, and where that was, is stored in one go.
async fn visit(page: &Browser, url: &str) {
    page.run(&format!(
        "const read = (name) => JSON.parse(localStorage.getItem(name)) ?? {{ count: 0, last: 0, faults: [], position: null }};
         const keep = (name) => ({{ data, lastEventId }}) => {{
             const kept = read(name);
             if (+data !== kept.last + 1) kept.faults.push([kept.last, data]);
             Object.assign(kept, {{ count: kept.count + 1, last: +data, position: lastEventId }});
             localStorage.setItem(name, JSON.stringify(kept));
         }};
         begin('{url}', {{ since: {{ user: read('user').position }} }});
         socket.addEventListener('message', keep('user'));
         const orders = socket.subscribe('orders', {{ since: read('orders').position, last: 10000 }});
         orders.addEventListener('message', keep('orders'));
         window.read = read;
         window.lost = [];
         for (const type of ['gap', 'reset', 'error']) orders.addEventListener(type, ({{ from, to }}) => lost.push([type, from, to]));
         window.orders = orders;"
    ))
    .await;
}

async fn each_message_once_over_twenty_reloads(kind: BrowserKind) {
    let (helper, proxy) = open().await;
    let url = proxy.url("/ws");
    let page = open_session_page(kind).await;
    let address = page.run("return location.href").await.as_str().expect("an address").to_owned();
    visit(&page, &url).await;
    page.wait_for("orders.status === 'subscribed' && socket.position('user')", SOON).await;
    let (stop, is_over) = watch::channel(false);
    let publishing = tokio::spawn(publish(helper, is_over));
    for reload in 1..=20 {
        let before = page.run("return read('orders').count").await;
        page.wait_for(&format!("read('orders').count > {before}"), SOON).await;
        page.goto(&address).await;
        page.wait_for("window.isReady", SOON).await;
        visit(&page, &url).await;
        page.wait_for("orders.status === 'subscribed'", SOON).await;
        assert_eq!(page.run("return [lost, gaps()]").await, json!([[], []]), "after reload {reload}");
    }
    stop.send_replace(true);
    let last = publishing.await.expect("the publisher ends");
    for name in ["orders", "user"] {
        page.wait_for(&format!("read('{name}').last === {last}"), SOON).await;
        let kept = page
            .run(&format!("const {{ count, faults }} = read('{name}'); return {{ count, faults }}"))
            .await;
        assert_eq!(kept, json!({ "count": last, "faults": [] }), "{name}");
    }
    println!("{last} messages over 20 reloads, each once, of a topic and of a user");
}

#[tokio::test]
async fn a_page_reloaded_twenty_times_under_traffic_gets_each_message_once() {
    each_message_once_over_twenty_reloads(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_page_reloaded_twenty_times_under_traffic_gets_each_message_once_in_firefox() {
    each_message_once_over_twenty_reloads(BrowserKind::Firefox).await;
}

async fn pages_publish_to_each_other(kind: BrowserKind) {
    let (helper, proxy) = open().await;
    let page = open_session_page(kind).await;
    let begin = format!("begin('{}', {{ maxReconnectDelay: 100 }})", proxy.url("/ws"));
    page.run(&format!(
        "{begin};
         window.got = [];
         window.orders = socket.subscribe('orders');
         orders.onmessage = ({{ data }}) => got.push(data);
         socket.subscribe('secrets').onerror = ({{ error }}) => (window.refused = [error.kind, error.reason]);"
    ))
    .await;
    assert_eq!(page.wait_for("window.refused", SOON).await, json!(["notAllowed", "not yours"]));
    page.wait_for("orders.status === 'subscribed'", SOON).await;
    page.run("window.published = orders.publish('from the page').acknowledged").await;
    page.wait_for("got.length === 1", SOON).await;
    page.run("return published").await;
    proxy.cut_all();
    helper.publish("orders", "while it was away").await.expect("the engine is in memory");
    page.wait_for("got.length === 2", SOON).await;
    assert_eq!(page.run("return got").await, json!(["from the page", "while it was away"]));
    let failure =
        "return socket.publish('news', 'fake').acknowledged.catch(({ name, kind }) => [name, kind])";
    assert_eq!(page.run(failure).await, json!(["RequestError", "notAllowed"]));
}

#[tokio::test]
async fn topics_are_read_published_to_and_refused() {
    pages_publish_to_each_other(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn topics_are_read_published_to_and_refused_in_firefox() {
    pages_publish_to_each_other(BrowserKind::Firefox).await;
}
