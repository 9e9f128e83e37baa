//! S1: the Tephra page, as written in Chromium and Firefox, and on the SDK in Chromium.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use s1_tephra::{PROPERTIES, SampleListener};
use staywire_server::{TephraConfig, WsHelper};
use staywire_tests::{
    Browser, BrowserKind, RawClient, SOON, handshake_request, serve, serve_gallery, until_online,
};

/// Ten messages a second apart, and a start.
const A_RUN: Duration = Duration::from_secs(20);

#[tokio::test]
async fn the_page_as_written_logs_what_its_author_saw() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.goto(&format!("http://{address}/s1")).await;
    assert_eq!(browser.console_until("close", A_RUN).await, what_its_author_saw());
}

#[tokio::test]
async fn the_page_as_written_logs_the_same_in_firefox() {
    let (browser, address) = tokio::join!(Browser::start_as(BrowserKind::Firefox), serve_gallery());
    browser.goto_recorded(&format!("http://{address}/gallery/gallery.css"), "/s1", "").await;
    assert_eq!(browser.logged_until("close", A_RUN).await, what_its_author_saw());
}

fn what_its_author_saw() -> Vec<String> {
    let mut lines = vec!["open".to_owned(), "receive:hello".to_owned()];
    lines.extend((0..=8).map(|number| format!("receive:receive:hello ws {number}")));
    lines.push("close".to_owned());
    lines
}

#[tokio::test]
async fn without_websocket_the_page_as_written_says_so() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.run_before_pages("delete window.WebSocket").await;
    browser.goto(&format!("http://{address}/s1")).await;
    assert_eq!(browser.accept_alert(SOON).await, "WebSocket not support !");
}

#[tokio::test]
async fn what_the_helper_sends_to_all_and_its_close_reach_the_page_as_written() {
    let server = s1_tephra::server(Some(SampleListener), &TephraConfig::default()).unwrap();
    let app = s1_tephra::pages().merge(server.router());
    let (browser, address) = tokio::join!(Browser::start(), serve(server.clone(), app));
    browser.goto(&format!("http://{address}/")).await;
    browser.console_until("receive:hello", SOON).await;
    assert!(server.helper().broadcast("to all").is_complete());
    browser.console_until("receive:to all", SOON).await;
    assert_eq!(server.helper().close_all(), 1);
    browser.console_until("close", SOON).await;
    until_online(&server, 0).await;
}

#[tokio::test]
async fn the_page_on_the_sdk_survives_a_cut_in_the_middle() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.goto(&format!("http://{address}/s1/sdk")).await;
    let lines = browser.console_until("close", A_RUN).await;

    let replies = |numbers: std::ops::RangeInclusive<u8>| {
        numbers.map(|number| format!("receive:receive:hello ws {number}")).collect::<Vec<_>>()
    };
    let greeting = ["open".to_owned(), "receive:hello".to_owned()];
    let mut expected = greeting.to_vec();
    expected.extend(replies(0..=4));
    expected.push("reconnecting".to_owned());
    expected.extend(greeting);
    expected.extend(replies(5..=8));
    expected.push("close".to_owned());
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn without_a_listener_the_endpoint_is_not_enabled() {
    let server = s1_tephra::server(None, &TephraConfig::default()).unwrap();
    let address = serve(server.clone(), server.router()).await;
    let (_client, head) = open(address).await;
    assert!(head.starts_with("HTTP/1.1 404 "), "{head}");
}

#[tokio::test]
async fn the_properties_file_says_how_many_clients_there_may_be() {
    let shipped = fs::read_to_string(PROPERTIES).unwrap();
    assert_eq!(TephraConfig::read(PROPERTIES).unwrap().max_sessions, 64);
    let changed =
        shipped.replace("#tephra.ctrl.http.web-socket.max = 64", "tephra.ctrl.http.web-socket.max = 2");
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, changed).unwrap();
    let config = TephraConfig::read(&file).unwrap();

    let server = s1_tephra::server(Some(SampleListener), &config).unwrap();
    let address = serve(server.clone(), server.router()).await;
    let mut clients = Vec::new();
    for expected in ["HTTP/1.1 101 ", "HTTP/1.1 101 ", "HTTP/1.1 503 "] {
        let (client, head) = open(address).await;
        assert!(head.starts_with(expected), "{head}");
        clients.push(client);
    }
}

/// Sends an opening handshake, and returns the head of its answer.
async fn open(address: SocketAddr) -> (RawClient, String) {
    let mut client = RawClient::connect(address).await;
    client.write(handshake_request(WsHelper::URI, &address.to_string(), "").as_bytes()).await;
    let head = client.response_head(SOON).await;
    (client, head)
}
