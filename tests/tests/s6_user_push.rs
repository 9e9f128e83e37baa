//! S6: push to a user, the page as written and the inbox.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use staywire_server::{
    Endpoint, Handshake, ListenerError, Message, Server, Session, UserId, WsHelper, WsListener,
    interceptor_fn,
};
use staywire_tests::{Browser, FaultProxy, PlainClient, RawClient, SOON, serve, until, until_online};

async fn serve_push() -> (Server, SocketAddr) {
    let server = s6_user_push::server().expect("the settings are sound");
    let app = s6_user_push::pages()
        .merge(s6_user_push::endpoints(&server))
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()));
    let address = serve(server.clone(), app).await;
    (server, address)
}

#[tokio::test]
async fn the_page_as_written_logs_its_states_and_closes_after_its_first_message() {
    let (browser, (server, address)) = tokio::join!(Browser::start(), serve_push());
    browser.goto(&format!("http://{address}/")).await;
    assert_eq!(browser.console_until("ws连接状态：1", SOON).await, ["ws连接状态：0", "ws连接状态：1"]);
    assert_eq!(get(address, "/socket/online").await, (200, "1".to_owned()));

    let answer = get(address, "/socket/publish?userId=10086&message=hello").await;
    assert_eq!(answer, (200, "sent to 1, kept for 0".to_owned()));
    assert_eq!(
        browser.console_until("ws连接状态：3", SOON).await,
        ["接收到来自服务器的消息：", "MessageEvent", "ws连接状态：3"]
    );
    until_online(&server, 0).await;
}

/// The page's script does not encode what it puts into the URL, and adds two parameters that nobody reads.
#[tokio::test]
async fn the_pages_script_publishes_as_it_is_and_loses_what_follows_an_ampersand() {
    let (browser, (server, address)) = tokio::join!(Browser::start(), serve_push());
    browser.goto(&format!("http://{address}/")).await;
    browser.console_until("ws连接状态：1", SOON).await;
    // The page closes after its first message, so a second client reads on.
    let mut client = PlainClient::connect(address, "/websocket/10086").await;
    for (typed, arrived, answer) in [
        ("你好", "你好", "sent to 2, kept for 0"),
        ("one&two=3", "one", "sent to 1, kept for 0"),
        ("50%+1 #4", "50% 1 ", "sent to 1, kept for 0"),
    ] {
        browser.fill("#message", typed).await;
        browser.click("button").await;
        browser.console_until(answer, SOON).await;
        assert_eq!(client.text(SOON).await, arrived);
        until_online(&server, 1).await;
    }
}

#[tokio::test]
async fn a_user_who_is_not_here_is_404_and_a_missing_parameter_400() {
    let (_server, address) = serve_push().await;
    for (query, status, names) in [
        ("?userId=10087&message=hello", 404, "10087 is not here"),
        ("?message=hello", 400, "`userId`"),
        ("?userId=10086", 400, "`message`"),
    ] {
        let (answered, body) = get(address, &format!("/socket/publish{query}")).await;
        assert_eq!(answered, status, "{query}: {body}");
        assert!(body.contains(names), "{query}: {body}");
    }
}

#[tokio::test]
async fn a_message_reaches_the_user_in_all_tabs_and_nobody_else() {
    let (_server, address) = serve_push().await;
    let mut tabs = [
        PlainClient::connect(address, "/websocket/10086").await,
        PlainClient::connect(address, "/webSocket/10086").await,
        PlainClient::connect(address, "/websocket/1008%36").await,
    ];
    let mut other = PlainClient::connect(address, "/webSocket/%E5%BC%A0%E4%B8%89").await;
    let answer = get(address, "/socket/publish?userId=10086&message=hello&id=7777&content=hello").await;
    assert_eq!(answer, (200, "sent to 3, kept for 0".to_owned()));
    let answer = get(address, "/socket/publish?userId=%E5%BC%A0%E4%B8%89&message=a%26b").await;
    assert_eq!(answer, (200, "sent to 1, kept for 0".to_owned()));
    for tab in &mut tabs {
        assert_eq!(tab.text(SOON).await, "hello");
    }
    assert_eq!(other.text(SOON).await, "a&b");
}

/// Counts the coming and going of users.
#[derive(Default)]
struct Gate {
    joins: AtomicUsize,
    leaves: AtomicUsize,
}

impl WsListener for Gate {
    async fn message(&self, _session: &Session, _message: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn join(&self, _user: &UserId, _helper: &WsHelper) {
        self.joins.fetch_add(1, Ordering::Relaxed);
    }

    async fn leave(&self, _user: &UserId, _helper: &WsHelper) {
        self.leaves.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn a_user_at_both_spellings_joins_once_and_leaves_once() {
    let gate = Arc::new(Gate::default());
    let by_path = interceptor_fn(|handshake: &mut Handshake| {
        let user = handshake.path_param("userId").unwrap_or_default().to_owned();
        handshake.set_user(user)
    });
    let endpoint = Endpoint::new(Arc::clone(&gate)).intercept(by_path);
    let server = Server::builder().endpoint(s6_user_push::PATH, endpoint).build().expect("the path is one");
    let both: Router = server.router().merge(s6_user_push::as_the_page_spells_it(server.router()));
    let address = serve(server.clone(), both).await;

    let one = PlainClient::connect(address, "/websocket/10086").await;
    let other = PlainClient::connect(address, "/webSocket/10086").await;
    until_online(&server, 2).await;
    assert_eq!(server.helper().users().len(), 1);
    one.close().await;
    until_online(&server, 1).await;
    assert_eq!((gate.joins.load(Ordering::Relaxed), gate.leaves.load(Ordering::Relaxed)), (1, 0));
    other.cut();
    until(|| gate.leaves.load(Ordering::Relaxed), 1).await;
    assert_eq!(gate.joins.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn the_inbox_gets_what_was_published_while_its_wire_was_cut_and_shows_it_as_text() {
    let (page, (_server, address)) = tokio::join!(Browser::start(), serve_push());
    let proxy = FaultProxy::to(address).await;
    page.goto(&format!("http://{}/inbox", proxy.address())).await;
    page.wait_for("document.body.dataset.status === 'open'", SOON).await;
    proxy.refuse();
    proxy.cut_all();
    page.wait_for("document.body.dataset.status === 'reconnecting'", SOON).await;
    for message in ["first", "%3Cimg+src=x+onerror=alert(1)%3E"] {
        let answer = get(address, &format!("/socket/publish?userId=10086&message={message}")).await;
        assert_eq!(answer, (200, "sent to 0, kept for 1".to_owned()));
    }
    proxy.admit();
    let inbox = "[...document.querySelectorAll('#inbox li')].map((line) => line.textContent).join()";
    page.wait_for(&format!("{inbox} === '<img src=x onerror=alert(1)>,first'"), 3 * SOON).await;
}

#[tokio::test]
async fn several_inboxes_get_each_what_is_theirs() {
    let (ann, ben, (_server, address)) = tokio::join!(Browser::start(), Browser::start(), serve_push());
    for (page, user) in [(&ann, "10086"), (&ben, "10010")] {
        page.goto(&format!("http://{address}/inbox?user={user}")).await;
        page.wait_for("document.body.dataset.status === 'open'", SOON).await;
    }
    for (to, text) in [("10010", "for Ben & friends"), ("10086", "for Ann"), ("10000", "for nobody")] {
        ann.fill("#to", to).await;
        ann.fill("#message", text).await;
        ann.click("#publish button").await;
        ann.wait_for("document.querySelector('#answers li')", SOON).await;
    }
    let newest = |list: &str| format!("document.querySelector('#{list} li').textContent");
    ann.wait_for(&format!("{} === '404: 10000 is not here'", newest("answers")), SOON).await;
    ann.wait_for(&format!("{} === 'for Ann'", newest("inbox")), SOON).await;
    ben.wait_for(&format!("{} === 'for Ben & friends'", newest("inbox")), SOON).await;
    let counts = "return document.querySelectorAll('#inbox li').length";
    assert_eq!((ann.run(counts).await, ben.run(counts).await), (1.into(), 1.into()));
}

/// Status and body of the answer to `GET path`.
async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let mut client = RawClient::connect(address).await;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    client.write(request.as_bytes()).await;
    let answer = String::from_utf8(client.read_to_end(SOON).await).expect("the answer is text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("the answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status is a number"), body.to_owned())
}
