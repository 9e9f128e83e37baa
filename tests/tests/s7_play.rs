//! S7: Play's channels, by programs and by the tester's page.

use std::net::SocketAddr;

use staywire_server::Server;
use staywire_tests::{Browser, FaultProxy, PlainClient, RawClient, SOON, handshake_request, serve};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::http::header::COOKIE;

/// What the samples print.
struct Console(UnboundedReceiver<String>);

impl Console {
    async fn line(&mut self) -> String {
        timeout(SOON, self.0.recv()).await.expect("a line is printed soon").expect("the server goes on")
    }
}

async fn serve_play() -> (Server, SocketAddr, Console) {
    let (printer, printed) = unbounded_channel();
    // A test that is over reads no more.
    let (server, routes) =
        s7_play::app(move |line| drop(printer.send(line.to_owned()))).expect("the paths differ");
    let app = routes.merge(demo_pages::shared()).merge(demo_pages::sdk(&demo_pages::default_npm_dist()));
    let address = serve(server.clone(), app).await;
    (server, address, Console(printed))
}

#[tokio::test]
async fn the_first_sample_says_hello_once_and_prints_each_message_and_the_end() {
    let (server, address, mut console) = serve_play().await;
    let mut client = PlainClient::connect(address, "/hello").await;
    assert_eq!(client.text(SOON).await, "Hello!");
    for number in 0..100 {
        client.send(format!("event {number}")).await;
    }
    for number in 0..100 {
        assert_eq!(console.line().await, format!("event {number}"));
    }
    // Had it said anything else, that would come before this.
    assert!(server.helper().broadcast("that was all").is_complete());
    assert_eq!(client.text(SOON).await, "that was all");
    client.close().await;
    assert_eq!(console.line().await, "Disconnected");
}

#[tokio::test]
async fn a_message_that_comes_with_the_handshake_is_not_missed() {
    let (_server, address, mut console) = serve_play().await;
    let mut client = RawClient::connect(address).await;
    let mut bytes = handshake_request("/hello", &address.to_string(), "").into_bytes();
    // "hi" in a masked frame (RFC 6455 §5.7), under a mask of zeros.
    bytes.extend(b"\x81\x82\0\0\0\0hi");
    client.write(&bytes).await;
    assert_eq!(console.line().await, "hi");
}

#[tokio::test]
async fn the_end_of_a_wire_that_is_cut_is_printed_too() {
    let (_server, address, mut console) = serve_play().await;
    let proxy = FaultProxy::to(address).await;
    let mut client = PlainClient::connect(proxy.address(), "/hello").await;
    client.text(SOON).await;
    proxy.cut_all();
    assert_eq!(console.line().await, "Disconnected");
}

#[tokio::test]
async fn the_second_sample_discards_what_comes_says_hello_and_closes() {
    let (_server, address, mut console) = serve_play().await;
    let mut raw = RawClient::connect(address).await;
    let mut bytes = handshake_request("/goodbye", &address.to_string(), "").into_bytes();
    bytes.extend(b"\x81\x82\0\0\0\0hi");
    raw.write(&bytes).await;
    let head = raw.response_head(SOON).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let mut client = PlainClient::connect(address, "/goodbye").await;
    assert_eq!(client.text(SOON).await, "Hello!");
    assert_eq!(client.closed(SOON).await, Some((1000, String::new())));

    // Nothing of it was printed: the first line is another sample's.
    let mut client = PlainClient::connect(address, "/hello").await;
    client.send("first").await;
    assert_eq!(console.line().await, "first");
}

#[tokio::test]
async fn without_a_session_cookie_that_is_known_the_handshake_is_rejected() {
    let (server, address, _console) = serve_play().await;
    for cookie in ["", "PLAY_SESSION=", "PLAY_SESSION=guessed", "OTHER=1"] {
        let refused = PlainClient::try_connect(address, "/account", &[(COOKIE, cookie)]).await;
        assert_eq!(refused.err(), Some(403), "{cookie:?}");
    }
    assert_eq!(server.helper().online(), 0);
}

#[tokio::test]
async fn the_user_of_the_session_cookie_is_greeted() {
    let (_server, address, mut console) = serve_play().await;
    let ann = log_in(address, "ann").await;
    let ben = log_in(address, "ben").await;
    for (cookie, greeting) in [(&ann, "Hello, ann!"), (&ben, "Hello, ben!")] {
        let cookies = format!("theme=dark; {cookie}");
        let mut client = PlainClient::try_connect(address, "/account", &[(COOKIE, &cookies)])
            .await
            .expect("who has logged in is accepted");
        assert_eq!(client.text(SOON).await, greeting);
        client.send("thank you").await;
        assert_eq!(console.line().await, "thank you");
        client.close().await;
        assert_eq!(console.line().await, "Disconnected");
    }
}

#[tokio::test]
async fn the_tester_shows_each_controller_as_its_document_says() {
    let (page, (_server, address, mut console)) = tokio::join!(Browser::start(), serve_play());
    page.goto(&format!("http://{address}/tester")).await;
    let shown = "[...document.querySelectorAll('#log li')].map((line) => line.textContent).join('|')";
    let choose = async |controller: &str| {
        page.run(&format!("document.querySelector('#controller').value = '{controller}'")).await;
        page.click("#connect button").await;
    };

    assert_eq!(page.run("return document.querySelector('#send button').disabled").await, true);
    choose("hello").await;
    page.wait_for(&format!("{shown} === 'connected|Hello!'"), SOON).await;
    page.fill("#message", "<b>你好</b>").await;
    page.click("#send button").await;
    assert_eq!(console.line().await, "<b>你好</b>");
    page.click("#disconnect").await;
    assert_eq!(console.line().await, "Disconnected");
    page.wait_for(&format!("{shown} === 'connected|Hello!|<b>你好</b>|disconnected: 1000'"), SOON).await;

    page.run("document.querySelector('#log').replaceChildren()").await;
    choose("goodbye").await;
    page.wait_for(&format!("{shown} === 'connected|Hello!|disconnected: 1000'"), SOON).await;
    // Nothing can be sent there any more.
    page.wait_for("document.querySelector('#send button').disabled", SOON).await;

    page.run("document.querySelector('#log').replaceChildren()").await;
    choose("account").await;
    page.wait_for(&format!("{shown} === 'disconnected: log in first'"), SOON).await;
    page.fill("#name", "张三").await;
    page.click("#login button").await;
    page.wait_for(&format!("{shown}.endsWith('logged in as 张三')"), SOON).await;
    choose("account").await;
    page.wait_for(&format!("{shown}.endsWith('|connected|Hello, 张三!')"), SOON).await;
}

/// Logs in over HTTP; returns the cookie that was given.
async fn log_in(address: SocketAddr, name: &str) -> String {
    let body = format!("{{\"name\":\"{name}\"}}");
    let mut client = RawClient::connect(address).await;
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client.write(request.as_bytes()).await;
    let head = client.response_head(SOON).await;
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie is given");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict"), "{cookie}");
    cookie.split(';').next().expect("a cookie has a value").to_owned()
}
