//! The demo of sessions in Chromium: what a visitor does to the wire and the server leaves no trace in the numbers.

use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, RawClient, SOON, serve_gallery};

/// The heartbeat's interval and timeout, and two seconds to come back.
const NOTICED: Duration = Duration::from_secs(10);

#[tokio::test]
async fn cuts_a_move_and_a_restart_leave_four_zeros() {
    let page = open_demo().await;
    for (deed, replaced) in [("cut", 1), ("cut", 2), ("cut", 3), ("move", 4), ("restart", 5)] {
        page.click(&format!("[data-deed={deed}]")).await;
        page.wait_for(&format!("shown('resumes') === {replaced}"), SOON).await;
    }
    goes_on_without_fault(&page).await;
}

#[tokio::test]
async fn a_silent_wire_is_noticed_and_replaced_without_loss() {
    let page = open_demo().await;
    page.click("[data-deed=silence]").await;
    page.wait_for("shown('queue') > 20", SOON).await;
    page.wait_for("shown('resumes') === 1", NOTICED).await;
    goes_on_without_fault(&page).await;
}

#[tokio::test]
async fn a_session_that_was_closed_is_followed_by_another() {
    let page = open_demo().await;
    page.click("#close").await;
    page.wait_for("document.body.dataset.status === 'closed'", SOON).await;
    page.click("#close").await;
    page.wait_for("document.body.dataset.status === 'open'", SOON).await;
    page.run("window.before = shown('received')").await;
    page.wait_for("shown('received') > before + 20", SOON).await;
    assert_eq!(
        page.run("return ['lost', 'twice', 'disordered'].map((what) => shown('in-' + what))").await,
        json!([0, 0, 0])
    );
}

/// Zeros prove nothing where nobody could count to one.
#[tokio::test]
async fn the_page_sees_what_is_lost_comes_twice_or_out_of_order() {
    let page = open_demo().await;
    page.run(
        "import('/session/ledger.js').then(({ Ledger }) => {
           const ledger = new Ledger();
           for (const number of [1, 2, 2, 5, 4]) ledger.note(number);
           ledger.excuse(2);
           ledger.note(9);
           ledger.excuse();
           ledger.note(20);
           const { lost, twice, disordered, told } = ledger;
           window.judged = { lost, twice, disordered, told };
         });",
    )
    .await;
    let judged = page.wait_for("window.judged", SOON).await;
    assert_eq!(judged, json!({ "lost": 2, "twice": 1, "disordered": 1, "told": 12 }));
}

#[tokio::test]
async fn nobody_breaks_the_wire_of_a_visitor_whose_name_he_does_not_know() {
    let address = serve_gallery().await;
    for path in ["cut/00000000000000000000000000000000", "restart/x", "restart/%00"] {
        let mut client = RawClient::connect(address).await;
        let request =
            format!("POST /session/{path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n");
        client.write(request.as_bytes()).await;
        let head = client.response_head(SOON).await;
        assert!(head.starts_with("HTTP/1.1 404 "), "{path}: {head}");
    }
}

/// The demo, when numbers go both ways; `shown` reads a number from the page.
async fn open_demo() -> Browser {
    let (browser, address) = tokio::join!(Browser::start(), serve_gallery());
    browser.goto(&format!("http://{address}/session")).await;
    browser.run("window.shown = (id) => Number(document.getElementById(id).textContent)").await;
    browser.wait_for("shown('received') > 20 && shown('queue') < 20", SOON).await;
    browser
}

async fn goes_on_without_fault(page: &Browser) {
    page.run("window.before = { sent: shown('sent'), received: shown('received') }").await;
    page.wait_for(
        "shown('received') > before.received + 20 && shown('sent') > before.sent + 20 && shown('queue') < 20",
        SOON,
    )
    .await;
    let counts =
        page.run("return [...document.querySelectorAll('td[id]')].map((cell) => cell.textContent)").await;
    assert_eq!(counts, json!(["0", "0", "0", "0", "0", "0", "0", "0"]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}
