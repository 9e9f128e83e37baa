//! The SDK in Chromium and a real server, with a wire between them that breaks in ways which neither side sees.

use std::path::Path;

use serde_json::json;
use staywire_tests::{Browser, ConnectionEnd, Direction, FaultProxy, PeerProcess, SOON, open_sdk_page};

/// A server that echoes, a proxy before it, and a page that is yet to dial.
struct Wire {
    proxy: FaultProxy,
    page: Browser,
    _server: PeerProcess,
}

async fn wire() -> Wire {
    let server = PeerProcess::start(Path::new(env!("CARGO_BIN_EXE_peer")), 0);
    let proxy = FaultProxy::to(server.address()).await;
    let page = open_sdk_page().await;
    Wire { proxy, page, _server: server }
}

impl Wire {
    /// Has the page dial with `options`.
    async fn dial(&self, options: &str) {
        self.page.run(&format!("record(new StayWire('{}', {options}))", self.proxy.url("/echo"))).await;
    }

    async fn echo(&self, text: &str) {
        self.page.run(&format!("socket.send('{text}')")).await;
        self.page.wait_for(&format!("texts().includes('{text}')"), SOON).await;
    }

    async fn expect_no_end(&self) {
        assert_eq!(self.page.run("return count('error') + count('close')").await, json!(0));
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_within_its_opening_handshake_is_dialled_again() {
    let wire = wire().await;
    wire.proxy.prepare_connections(|connection| match connection.number() {
        1 => connection.cut_after(Direction::Up, 20),
        2 => connection.cut_after(Direction::Down, 20),
        3 => connection.close(),
        _ => {}
    });
    wire.dial("{ minReconnectDelay: 20, maxReconnectDelay: 200 }").await;
    wire.page.wait_for("count('open') === 1", SOON).await;
    wire.echo("at last").await;
    assert_eq!(wire.page.run("return count('reconnecting')").await, json!(3));
    wire.expect_no_end().await;
}

#[tokio::test]
async fn a_connection_that_is_half_open_is_replaced_by_its_heartbeat() {
    for silent in [&[Direction::Up, Direction::Down][..], &[Direction::Up], &[Direction::Down]] {
        let wire = wire().await;
        wire.dial("{ heartbeat: { interval: 500, timeout: 500 } }").await;
        let first = wire.proxy.next_connection(SOON).await;
        wire.echo("PING").await;
        silent.iter().for_each(|direction| first.silence(*direction));

        let second = wire.proxy.next_connection(SOON).await;
        wire.page.wait_for("count('open') === 2", SOON).await;
        wire.echo("on the second").await;
        assert!(second.is_open());
        assert_eq!(wire.page.run("return count('stale')").await, json!(1), "{silent:?}");
        wire.expect_no_end().await;
    }
}

#[tokio::test]
async fn a_message_that_is_cut_in_its_middle_reaches_nobody_in_part() {
    let wire = wire().await;
    wire.dial("{}").await;
    let first = wire.proxy.next_connection(SOON).await;
    wire.page.wait_for("count('open') === 1", SOON).await;
    first.cut_after(Direction::Up, 1_000);
    wire.page.run("socket.send('x'.repeat(10_000))").await;
    assert_eq!(first.ended(SOON).await, ConnectionEnd::Cut);

    wire.page.wait_for("count('open') === 2", SOON).await;
    wire.echo("whole").await;
    assert_eq!(wire.page.run("return texts()").await, json!(["whole"]));
}

#[tokio::test]
async fn an_attempt_that_nobody_answers_is_given_up_after_its_time() {
    let wire = wire().await;
    wire.proxy.hang();
    wire.dial("{ connectTimeout: 500, minReconnectDelay: 20 }").await;
    wire.page.wait_for("count('reconnecting') === 2", SOON).await;
    assert_eq!(wire.page.run("return count('open')").await, json!(0));
    wire.proxy.admit();
    wire.page.wait_for("count('open') === 1", SOON).await;
    wire.echo("awake").await;
}

#[tokio::test]
async fn what_a_close_code_means_does_not_depend_on_who_sends_it() {
    let wire = wire().await;
    wire.dial("{ minReconnectDelay: 20 }").await;
    for (opened, code) in [(1, 1001), (2, 1012), (3, 4000)] {
        let connection = wire.proxy.next_connection(SOON).await;
        wire.page.wait_for(&format!("count('open') === {opened}"), SOON).await;
        connection.close_with(Direction::Down, code, "by a balancer");
        wire.page.wait_for(&format!("count('reconnecting') === {opened}"), SOON).await;
        let told =
            wire.page.run("return told.socket.findLast((event) => event.kind === 'reconnecting').data").await;
        assert_eq!((&told["code"], &told["reason"]), (&json!(code), &json!("by a balancer")));
    }
    let last = wire.proxy.next_connection(SOON).await;
    wire.page.wait_for("count('open') === 4", SOON).await;
    last.close_with(Direction::Down, 3500, "");
    wire.page.wait_for("count('close') === 1", SOON).await;
    assert_eq!(wire.page.run("return told.socket.at(-1).data.code").await, json!(3500));
}
