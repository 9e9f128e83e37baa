//! The gallery in Chromium: its page, its live panel and its scissors.

use std::path::Path;

use serde_json::json;
use staywire_tests::{Browser, RawClient, SOON, serve_gallery, serve_gallery_with};

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
async fn every_demo_that_is_listed_answers_and_so_does_what_its_page_loads() {
    const VISIT: &str = r"
        const status = async (url) => [new URL(url).pathname, (await fetch(url)).status];
        const visit = async ({ href }) => {
          const page = new DOMParser().parseFromString(await (await fetch(href)).text(), 'text/html');
          const loaded = [...page.querySelectorAll('script[src], link[rel=stylesheet]')];
          const urls = loaded.map((tag) => new URL(tag.getAttribute('src') ?? tag.getAttribute('href'), href));
          return Promise.all([href, ...urls].map(status));
        };
        return Promise.all([...document.querySelectorAll('.demo a')].map(visit)).then((visited) => visited.flat());";
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.goto(&format!("http://{address}/")).await;
    let rows =
        "return [...document.querySelectorAll('.demo .row')].map((row) => row.textContent.slice(0, 2))";
    assert_eq!(
        browser.run(rows).await,
        json!(["Se", "To", "To", "S1", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"])
    );

    let visited = browser.run(VISIT).await;
    let visited: Vec<(String, u16)> = serde_json::from_value(visited).expect("paths and statuses");
    assert!(visited.len() > 20, "{visited:?}");
    for (path, status) in visited {
        assert_eq!(status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_examples_pages_on_the_sdk_connect_in_the_gallery() {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    for (path, waits_for_a_click) in [
        ("/s3/desk", true),
        ("/s4/room?nick=ann", false),
        ("/s6/inbox", false),
        ("/s7/tester", true),
        ("/s9/talk", false),
    ] {
        browser.goto(&format!("http://{address}{path}")).await;
        if waits_for_a_click {
            browser.click("#connect button").await;
        }
        browser.wait_for("document.body.dataset.status === 'open'", SOON).await;
    }
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
