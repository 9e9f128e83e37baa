//! S9: both ways to define an endpoint, and the opening handshake.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use staywire_server::Server;
use staywire_tests::{Browser, RawClient, SOON, serve, until_online};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const WAYS: [&str; 2] = ["/char", "/handlers"];

async fn serve_both() -> (Server, SocketAddr) {
    let server = s9_annotated::server().expect("the paths differ");
    let app = s9_annotated::pages()
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());
    let address = serve(server.clone(), app).await;
    (server, address)
}

#[tokio::test]
async fn the_opening_handshake_is_answered_as_the_document_and_the_rfc_describe_it() {
    let (_server, address) = serve_both().await;
    let rfcs_own = ("dGhlIHNhbXBsZSBub25jZQ==".to_owned(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned());
    let random = (0..20).map(|_| generate_key()).map(|key| (key.clone(), derive_accept_key(key.as_bytes())));
    for (number, (key, accept)) in [rfcs_own].into_iter().chain(random).enumerate() {
        let head = answer(address, WAYS[number % 2], &[("Sec-WebSocket-Key", &key)]).await;
        let mut lines: Vec<String> = head.trim_end().lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("date: "));
        lines[1..].sort();
        assert_eq!(
            lines,
            [
                "HTTP/1.1 101 Switching Protocols".to_owned(),
                "connection: upgrade".to_owned(),
                format!("sec-websocket-accept: {accept}"),
                "upgrade: websocket".to_owned(),
            ]
        );
    }
}

#[tokio::test]
async fn a_request_that_is_no_opening_handshake_is_told_what_it_lacks() {
    let (_server, address) = serve_both().await;
    for (header, status, line) in [
        (("Connection", "keep-alive"), "426 Upgrade Required", "upgrade: websocket"),
        (("Upgrade", "h2c"), "426 Upgrade Required", "upgrade: websocket"),
        (("Sec-WebSocket-Version", "8"), "426 Upgrade Required", "sec-websocket-version: 13"),
        // 24 characters and no base64, then base64 of another length.
        (("Sec-WebSocket-Key", "########################"), "400 Bad Request", ""),
        (("Sec-WebSocket-Key", "c2hvcnQ="), "400 Bad Request", ""),
    ] {
        for way in WAYS {
            let head = answer(address, way, &[header]).await;
            assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{way} {header:?}: {head}");
            assert!(head.contains(line), "{way} {header:?}: {head}");
        }
    }
}

#[tokio::test]
async fn the_sub_protocol_is_agreed_on_where_it_is_offered() {
    let (_server, address) = serve_both().await;
    for way in WAYS {
        let head = answer(address, way, &[("Sec-WebSocket-Protocol", "char.v2, char.v1")]).await;
        assert!(head.contains("\r\nsec-websocket-protocol: char.v1\r\n"), "{way}: {head}");
        let head = answer(address, way, &[("Sec-WebSocket-Protocol", "char.v2")]).await;
        assert!(!head.contains("sec-websocket-protocol"), "{way}: {head}");
    }
}

#[tokio::test]
async fn both_ways_lead_to_the_same_conversation() {
    let (server, address) = serve_both().await;
    for way in WAYS {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        let connected = client_async(format!("ws://{address}{way}"), stream).await;
        let (mut client, _) = connected.expect("the server accepts");
        let mut received = Vec::new();
        for message in ["你好".into(), Message::binary(vec![0xff; 3]), "".into(), Message::binary(vec![])] {
            client.send(message).await.expect("the connection is open");
        }
        while received.len() < 5 {
            let message = timeout(SOON, client.next()).await.expect("an answer comes soon");
            received.push(message.expect("the connection is open").expect("the server speaks WebSocket"));
        }
        let greeting = received.remove(0).into_text().expect("the greeting is text");
        assert!(
            greeting.starts_with("connection: Upgrade\nupgrade: websocket\nsec-websocket-key: "),
            "{greeting}"
        );
        assert_eq!(received, ["你好".into(), "3 bytes".into(), "".into(), Message::from("0 bytes")], "{way}");

        client.close(None).await.expect("the connection is open");
        while client.next().await.is_some() {}
        until_online(&server, 0).await;
    }
}

#[tokio::test]
async fn the_page_is_online_with_either_and_again_after_a_cut_and_shows_each_handshake() {
    let (page, (server, address)) = tokio::join!(Browser::start(), serve_both());
    page.goto(&format!("http://{address}/talk")).await;
    let mut keys = vec![checked_key(&page, "").await];
    for way in ["char", "handlers"] {
        page.run(&format!("document.querySelector('#endpoint').value = '{way}'")).await;
        page.click("#choose button").await;
        keys.push(checked_key(&page, keys.last().map_or("", String::as_str)).await);
        page.run("document.querySelector('#log').replaceChildren()").await;
        page.fill("#message", "<i>你好</i>").await;
        page.click("#send button").await;
        page.click("#send [name=binary]").await;
        page.wait_for(
            "[...document.querySelectorAll('#log .in')].map((line) => line.textContent).join()
               === '<i>你好</i>,13 bytes'",
            SOON,
        )
        .await;
    }

    page.run(
        "window.seen = [];
         new MutationObserver(() => seen.push(document.querySelector('#status').textContent))
           .observe(document.querySelector('#status'), { childList: true });",
    )
    .await;
    server
        .helper()
        .at("/handlers")
        .expect("it is served")
        .close_all_with(staywire_server::CloseCode::SERVICE_RESTART, "");
    page.wait_for("seen.join() === 'offline,online'", 2 * SOON).await;
    keys.push(checked_key(&page, keys.last().map_or("", String::as_str)).await);
    let distinct = keys.iter().collect::<std::collections::HashSet<_>>().len();
    assert_eq!(distinct, 4, "each connection has a key of its own: {keys:?}");
}

/// Waits for a handshake with another key than `before`, and checks what the page made of it.
async fn checked_key(page: &Browser, before: &str) -> String {
    let shown = "Object.fromEntries([...document.querySelectorAll('#handshake dt')]
        .map((name) => [name.textContent, name.nextSibling.textContent]))";
    page.wait_for(
        &format!(
            "document.querySelector('#status').textContent === 'online'
                    && {shown}['sec-websocket-key'] && {shown}['sec-websocket-key'] !== '{before}'"
        ),
        SOON,
    )
    .await;
    let handshake: Value = page.run(&format!("return {shown}")).await;
    let key = handshake["sec-websocket-key"].as_str().expect("the key is text");
    assert_eq!(key.len(), 24, "{key}");
    assert_eq!(handshake["sec-websocket-accept"], derive_accept_key(key.as_bytes()));
    assert_eq!(handshake["connection"], "Upgrade");
    assert_eq!(handshake["upgrade"], "websocket");
    assert_eq!(handshake["sec-websocket-version"], "13");
    key.to_owned()
}

/// The head of what the server answers to an opening handshake in which `changes` are made or added.
async fn answer(address: SocketAddr, path: &str, changes: &[(&str, &str)]) -> String {
    let host = address.to_string();
    let mut headers = vec![
        ("Host", host.as_str()),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    headers.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    headers.extend(changes);
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut client = RawClient::connect(address).await;
    client.write(format!("GET {path} HTTP/1.1\r\n{lines}\r\n").as_bytes()).await;
    client.response_head(SOON).await
}
