//! The gallery in Chromium: its page, its live panel and its scissors.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, RawClient, serve_gallery, serve_gallery_with};

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn the_live_panel_opens_and_after_a_cut_opens_again() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.goto(&format!("http://{address}/")).await;
    browser.wait_for("document.querySelector('#status').textContent === 'open'", SOON).await;
    browser.wait_for("document.querySelector('#round-trip').textContent.endsWith(' ms')", SOON).await;

    browser.click("#cut:enabled").await;
    browser.wait_for("document.querySelector('#log').textContent.includes('reconnecting')", SOON).await;
    browser.wait_for("document.querySelector('#connections').textContent === '2'", SOON).await;
    browser.wait_for("document.querySelector('#status').textContent === 'open'", SOON).await;
    browser.wait_for("!document.querySelector('#cut').disabled", SOON).await;

    assert_eq!(browser.console_errors().await, Vec::<String>::new());
}

#[tokio::test]
async fn without_the_sdk_the_page_names_the_command_that_builds_it() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery_with(Path::new("not-built")));
    browser.goto(&format!("http://{address}/")).await;
    browser
        .wait_for("document.querySelector('[role=alert]').textContent.includes('cargo xtask demo')", SOON)
        .await;
}

#[tokio::test]
async fn every_demo_that_is_listed_answers() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.goto(&format!("http://{address}/")).await;
    let links = "[...document.querySelectorAll('.demo a')].map((link) => link.pathname)";
    let listed = browser.run(&format!("return {links}")).await;
    assert_eq!(
        listed,
        json!([
            "/session",
            "/s1",
            "/s1/sdk",
            "/s2",
            "/s3",
            "/s3/desk",
            "/s4",
            "/s4/room",
            "/s5/as-written/checkout",
            "/s5/as-written/back-office",
            "/s5/office",
            "/s5/shop",
            "/s6",
            "/s6/inbox",
            "/s7"
        ])
    );
    browser
        .run(&format!(
            "Promise.all({links}.map(async (path) => (await fetch(path)).status))
               .then((statuses) => {{ window.statuses = statuses; }});"
        ))
        .await;
    let statuses = browser.wait_for("window.statuses", SOON).await;
    assert!(statuses.as_array().is_some_and(|all| all.iter().all(|status| status == 200)), "{statuses}");
}

#[tokio::test]
async fn nobody_cuts_a_session_whose_id_he_does_not_know() {
    let address = serve_gallery().await;
    for id in ["0", "00000000000000000000000000000000", "%00"] {
        let mut client = RawClient::connect(address).await;
        client
            .write(
                format!("POST /gallery/cut/{id} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n")
                    .as_bytes(),
            )
            .await;
        let head = client.response_head(SOON).await;
        assert!(head.starts_with("HTTP/1.1 404 "), "{id}: {head}");
    }
}
