//! S2: the HTML5 page, as written, and what its document says of a `WebSocket`.

use serde_json::json;
use staywire_server::{CloseCode, Server};
use staywire_tests::{Browser, BrowserKind, SOON, serve, until_online};

/// The page's link, which is all there is to click.
const LINK: &str = "#sse a";

/// What the page alerts while its connection is there.
const ALERTS: [&str; 3] = ["您的浏览器支持 WebSocket!", "数据发送中...", "数据已接收..."];

/// Notes what the document's table says of the page's socket: in `states` its `readyState` at each moment, before
/// the page's own handlers run, and in `unsent` its `bufferedAmount` before and after a message.
///
/// The socket itself is in a variable of the page's function.
const WITNESS: &str = "
    window.states = [];
    window.WebSocket = class extends WebSocket {
        constructor(...given) {
            super(...given);
            window.socket = this;
            this.note('new');
            for (const type of ['open', 'message', 'close']) this.addEventListener(type, () => this.note(type));
        }
        send(data) {
            window.unsent = [this.bufferedAmount];
            super.send(data);
            unsent.push(this.bufferedAmount);
        }
        close() { super.close(); this.note('closing'); }
        note(moment) { states.push([moment, this.readyState]); }
    };";

async fn serve_s2() -> (Server, String) {
    let server = s2_html5::server().expect("the description is sound");
    let address = serve(server.clone(), s2_html5::pages().merge(server.router())).await;
    (server, format!("http://{address}/"))
}

#[tokio::test]
async fn the_page_as_written_alerts_that_it_sends_and_receives_and_when_the_server_closes() {
    alerts_in(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_page_as_written_alerts_the_same_in_firefox() {
    alerts_in(BrowserKind::Firefox).await;
}

async fn alerts_in(kind: BrowserKind) {
    let (browser, (server, url)) = tokio::join!(Browser::start_as(kind), serve_s2());
    browser.goto(&url).await;
    browser.click(LINK).await;
    for expected in ALERTS {
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

#[tokio::test]
async fn the_pages_socket_goes_through_all_four_ready_states_and_counts_what_is_not_sent_yet() {
    let (browser, (server, url)) = tokio::join!(Browser::start(), serve_s2());
    browser.run_before_pages(WITNESS).await;
    browser.goto(&url).await;
    browser.click(LINK).await;
    for expected in ALERTS {
        assert_eq!(browser.accept_alert(SOON).await, expected);
    }
    assert_eq!(browser.run("return unsent").await, json!([0, "发送数据".len()]));
    browser.wait_for("socket.bufferedAmount === 0", SOON).await;
    browser.run("socket.close()").await;
    assert_eq!(browser.accept_alert(SOON).await, "连接已关闭...");
    let expected = json!([["new", 0], ["open", 1], ["message", 1], ["closing", 2], ["close", 3]]);
    assert_eq!(browser.run("return states").await, expected);
    until_online(&server, 0).await;
}

#[tokio::test]
async fn a_page_may_ask_for_the_sub_protocol_and_one_that_is_not_spoken_fails_its_connection() {
    const TALK: &str = "return new Promise((resolve) => {
        const socket = new WebSocket(location.href.replace('http', 'ws') + 'echo', ...ASKED);
        const events = [];
        socket.onopen = () => socket.send('hello');
        socket.onerror = () => events.push('error');
        socket.onmessage = ({ data }) => { events.push(data, socket.protocol); socket.close(); };
        socket.onclose = ({ code }) => resolve([...events, code]);
    })";
    let (browser, (_server, url)) = tokio::join!(Browser::start(), serve_s2());
    browser.goto(&url).await;
    for (asked, expected) in [
        ("[]", json!(["hello", "", 1005])),
        ("['echo']", json!(["hello", "echo", 1005])),
        ("[['newer', 'echo']]", json!(["hello", "echo", 1005])),
        ("['newer']", json!(["error", 1006])),
    ] {
        assert_eq!(browser.run(&TALK.replace("ASKED", asked)).await, expected, "{asked}");
    }
}
