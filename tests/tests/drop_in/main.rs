//! `StayWire` with `maxAttempts: 0` beside the browser's own `WebSocket`: the same scenarios, the same logs.

mod pages;
mod peer;
mod worker;

use std::time::Duration;

use staywire_tests::{BrowserKind, open_page};

/// All scenarios, on a busy machine.
const A_WHILE: Duration = Duration::from_secs(90);

async fn logs_are_the_same(kind: BrowserKind, but: &[&str]) {
    let peer = peer::serve().await;
    let page = open_page(kind, include_str!("../../pages/drop_in.html")).await;
    page.run(&format!("void play('ws://{peer}')")).await;
    page.wait_for("played.length === count", A_WHILE).await;
    let played = page.run("return played").await;
    let played: Vec<[String; 3]> = serde_json::from_value(played).expect("names and logs");
    let differences: Vec<_> = played
        .iter()
        .filter(|[name, native, ours]| native != ours && !but.contains(&name.as_str()))
        .map(|[name, native, ours]| format!("{name}\n  WebSocket {native}\n  StayWire  {ours}\n"))
        .collect();
    println!("{} scenarios", played.len());
    assert!(differences.is_empty(), "{}", differences.concat());
}

#[tokio::test]
async fn a_page_cannot_tell_it_from_the_browsers_own() {
    logs_are_the_same(BrowserKind::Chromium, &[]).await;
}

#[tokio::test]
async fn a_page_cannot_tell_it_from_the_browsers_own_in_firefox() {
    logs_are_the_same(BrowserKind::Firefox, &[]).await;
}

/// There what is sent after `close` makes the browser's own closing handshake unclean; ours hands none of it on.
#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn a_page_cannot_tell_it_from_the_browsers_own_in_webkit() {
    logs_are_the_same(BrowserKind::WebKit, &["bufferedAmount counts bytes, also of what is sent too late"])
        .await;
}
