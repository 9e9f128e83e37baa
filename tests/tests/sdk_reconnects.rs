//! The SDK in Chromium while servers stop, networks go and connections close.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, BrowserKind, PeerProcess, RawPeer, SOON, open_page, open_sdk_page};

/// Several attempts of the default backoff.
const A_FEW_ATTEMPTS: Duration = Duration::from_secs(20);

fn peer(port: u16) -> PeerProcess {
    PeerProcess::start(Path::new(env!("CARGO_BIN_EXE_peer")), port)
}

#[tokio::test]
async fn a_server_that_was_killed_and_started_again_is_found_and_gets_what_was_sent_meanwhile() {
    let server = peer(0);
    let address = server.address();
    let page = open_sdk_page().await;
    page.run(&format!("record(new StayWire('ws://{address}/echo'))")).await;
    page.wait_for("count('open') === 1", SOON).await;
    page.run("socket.send('before')").await;
    page.wait_for("texts().includes('before')", SOON).await;

    server.kill();
    page.wait_for("socket.status === 'reconnecting' && socket.readyState === 0", SOON).await;
    page.run("socket.send('while it was down')").await;
    let _server = peer(address.port());
    page.wait_for("texts().includes('while it was down')", A_FEW_ATTEMPTS).await;

    assert_eq!(page.run("return count('open')").await, json!(2));
    assert_eq!(page.run("return count('error') + count('close')").await, json!(0), "the drop was retried");
}

/// Chromium's emulation fires `offline` and `online` and sets `navigator.onLine`, but leaves
/// connections alone, new ones too; so the peer does what the dead network would do, and cuts.
#[tokio::test]
async fn the_network_coming_back_ends_the_wait_for_the_next_attempt() {
    let set_offline = async |page: &Browser, is_offline| page.set_offline(is_offline).await;
    network_goes_and_comes(BrowserKind::Chromium, set_offline).await;
}

#[tokio::test]
async fn an_online_event_alone_ends_the_wait_for_the_next_attempt() {
    network_goes_and_comes(BrowserKind::Chromium, dispatch).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn an_online_event_alone_ends_the_wait_for_the_next_attempt_in_webkit() {
    network_goes_and_comes(BrowserKind::WebKit, dispatch).await;
}

async fn dispatch(page: &Browser, is_offline: bool) {
    let event = if is_offline { "offline" } else { "online" };
    page.run(&format!("dispatchEvent(new Event('{event}'))")).await;
}

async fn network_goes_and_comes(kind: BrowserKind, set_offline: impl AsyncFn(&Browser, bool)) {
    let peer = RawPeer::listen().await;
    let page = open_page(kind, include_str!("../pages/sdk.html")).await;
    page.run(&format!("record(new StayWire('{}'))", peer.url())).await;
    let first = peer.accept(SOON).await;
    page.wait_for("count('open') === 1", SOON).await;

    set_offline(&page, true).await;
    first.cut();
    page.wait_for("socket.status === 'reconnecting'", SOON).await;
    peer.expect_no_connection(Duration::from_secs(3)).await;
    set_offline(&page, false).await;
    let _second = peer.accept(Duration::from_secs(2)).await;
    page.wait_for("count('open') === 2", SOON).await;
}

#[tokio::test]
async fn the_url_is_asked_for_again_on_each_attempt() {
    let peer = RawPeer::listen().await;
    let page = open_sdk_page().await;
    page.run(&format!("let token = 0; record(new StayWire(async () => '{}?token=' + ++token))", peer.url()))
        .await;
    for token in 1..=3 {
        let connection = peer.accept(A_FEW_ATTEMPTS).await;
        assert_eq!(connection.path(), format!("/?token={token}"));
        page.wait_for(&format!("count('open') === {token}"), SOON).await;
        connection.cut();
    }
}

#[tokio::test]
async fn after_max_attempts_it_gives_up_with_one_error_and_one_close() {
    let page = open_sdk_page().await;
    let nobody = RawPeer::listen().await;
    let url = nobody.url();
    drop(nobody);
    let options = "{ maxAttempts: 2, minReconnectDelay: 50, maxReconnectDelay: 100 }";
    page.run(&format!("record(new StayWire('{url}', {options}))")).await;
    page.wait_for("socket.status === 'closed'", SOON).await;
    page.wait_for("count('close') === 1", SOON).await;

    let kinds = page.run("return told.socket.map((event) => event.kind)").await;
    assert_eq!(kinds, json!(["reconnecting", "reconnecting", "error", "close"]));
    let close = page.run("return told.socket.at(-1)").await;
    assert_eq!(close["readyState"], json!(3));
    assert_eq!(close["data"]["code"], json!(1006));
}

#[tokio::test]
async fn the_close_code_says_whether_to_come_back() {
    let page = open_sdk_page().await;
    for code in [1001, 1011, 1012, 3000, 4000] {
        let peer = RawPeer::listen().await;
        page.run(&format!("record(new StayWire('{}'), 'returning{code}')", peer.url())).await;
        peer.accept(SOON).await.close(code).await;
        let _second = peer.accept(SOON).await;
        page.wait_for(&format!("returning{code}.status === 'open'"), SOON).await;
        let ends = page
            .run(&format!("return count('close', 'returning{code}') + count('error', 'returning{code}')"))
            .await;
        assert_eq!(ends, json!(0), "{code}");
    }
    for code in [1000, 1008, 3500, 4500] {
        let peer = RawPeer::listen().await;
        page.run(&format!("record(new StayWire('{}'), 'stopping{code}')", peer.url())).await;
        peer.accept(SOON).await.close(code).await;
        page.wait_for(&format!("count('close', 'stopping{code}') === 1"), SOON).await;
        let close = page.run(&format!("return told.stopping{code}.at(-1)")).await;
        assert_eq!(close["data"]["code"], json!(code));
        assert_eq!(close["status"], json!("closed"), "{code}");
        assert_eq!(
            page.run(&format!("return count('reconnecting', 'stopping{code}')")).await,
            json!(0),
            "{code}"
        );
    }
}

#[tokio::test]
async fn what_was_sent_without_a_connection_follows_in_order_what_the_open_handlers_send() {
    let peer = RawPeer::listen().await;
    let page = open_sdk_page().await;
    page.run(&format!(
        "record(new StayWire('{}'));
         socket.addEventListener('open', () => socket.send('who I am'));
         for (const number of [1, 2, 3]) socket.send('early ' + number);",
        peer.url()
    ))
    .await;
    let mut first = peer.accept(SOON).await;
    for expected in ["who I am", "early 1", "early 2", "early 3"] {
        assert_eq!(first.text(SOON).await, expected);
    }

    first.cut();
    page.wait_for("socket.status === 'reconnecting'", SOON).await;
    page.run("for (const number of [1, 2, 3]) socket.send('late ' + number)").await;
    assert_ne!(page.run("return socket.bufferedAmount").await, json!(0), "waiting bytes are counted");
    let mut second = peer.accept(SOON).await;
    for expected in ["who I am", "late 1", "late 2", "late 3"] {
        assert_eq!(second.text(SOON).await, expected);
    }
}

#[tokio::test]
async fn a_message_that_the_server_refuses_as_too_big_is_not_sent_again_and_again() {
    let server = peer(0);
    let page = open_sdk_page().await;
    page.run(&format!("record(new StayWire('ws://{}/echo'))", server.address())).await;
    page.wait_for("count('open') === 1", SOON).await;
    page.run("socket.send('x'.repeat(64 * 1024 + 1))").await;
    page.wait_for("count('close') === 1", SOON).await;

    assert_eq!(page.run("return told.socket.at(-1).data.code").await, json!(1009));
    assert_eq!(page.run("return count('reconnecting')").await, json!(0));
}
