//! The demos of topics in Chromium: a board on which each order is once, and a reader that is too slow for its quotes.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use staywire_tests::{Browser, RawClient, SOON, serve_gallery};

/// A wire stays cut for 4 s.
const MENDED: Duration = Duration::from_secs(15);

#[tokio::test]
async fn an_order_shows_once_on_every_board() {
    let (ann, bob, address) = tokio::join!(Browser::start(), Browser::start(), serve_gallery());
    open_board(&ann, address, "Ann").await;
    open_board(&bob, address, "Bob").await;

    order(&ann, 11).await;
    for page in [&ann, &bob] {
        page.wait_for("shownOrders().filter((order) => order.startsWith('11 ×')).length === 1", SOON).await;
    }
    order(&bob, 12).await;
    for page in [&ann, &bob] {
        page.wait_for("shownOrders().some((order) => order.startsWith('12 ×'))", SOON).await;
        // Walk-ins may have pushed it off the part that is shown.
        let stored = "return JSON.parse(sessionStorage.board).rows.filter(({ order }) => order?.portions === 11).length";
        assert_eq!(page.run(stored).await, json!(1));
        is_without_fault(page).await;
    }
}

#[tokio::test]
async fn who_is_cut_is_away_and_comes_back_and_who_leaves_is_gone() {
    let (ann, bob, address) = tokio::join!(Browser::start(), Browser::start(), serve_gallery());
    open_board(&ann, address, "Ann").await;
    open_board(&bob, address, "Bob").await;
    ann.wait_for("memberState('Bob') === 'connected'", SOON).await;

    let before = bob.run("return Number(document.getElementById('received').textContent)").await;
    bob.click("#cut").await;
    ann.wait_for("memberState('Bob') === 'suspended'", SOON).await;
    order(&ann, 12).await;
    ann.wait_for("memberState('Bob') === 'connected'", MENDED).await;
    bob.wait_for("shownOrders().some((order) => order.startsWith('12 ×'))", SOON).await;
    bob.wait_for("document.querySelector('#ribbon .caught')", SOON).await;
    let received = bob.run("return Number(document.getElementById('received').textContent)").await;
    assert!(received.as_u64() > before.as_u64(), "{received} after {before}");
    is_without_fault(&bob).await;

    bob.click("#leave").await;
    ann.wait_for("memberState('Bob') === undefined", SOON).await;
    let log =
        ann.run("return [...document.querySelectorAll('#log li')].map((line) => line.textContent)").await;
    assert_eq!(log.as_array().and_then(|lines| lines.first()), Some(&json!("Bob left")));
    is_without_fault(&ann).await;
}

#[tokio::test]
async fn a_reload_goes_on_from_the_stored_position() {
    let (ann, address) = tokio::join!(Browser::start(), serve_gallery());
    open_board(&ann, address, "Ann").await;
    for reload in 1..=3 {
        let last = ann.run("return JSON.parse(sessionStorage.board).rows.at(-1).number").await;
        let first = ann.run("return JSON.parse(sessionStorage.board).first").await;
        ann.goto(&format!("http://{address}/board")).await;
        prepare(&ann).await;
        let goes_on = format!("JSON.parse(sessionStorage.board).rows.at(-1).number > {last} + 1");
        ann.wait_for(&goes_on, SOON).await;
        assert_eq!(ann.run("return JSON.parse(sessionStorage.board).first").await, first, "reload {reload}");
        is_without_fault(&ann).await;
    }
}

#[tokio::test]
async fn an_order_that_is_not_on_the_menu_is_refused() {
    let (ann, address) = tokio::join!(Browser::start(), serve_gallery());
    open_board(&ann, address, "Ann").await;
    ann.run("document.querySelector('[name=dish] option').value = 'Lava'").await;
    ann.click("#order button").await;
    ann.wait_for(
        "document.getElementById('answer').textContent === 'Not taken: that is not on the menu'",
        SOON,
    )
    .await;
    is_without_fault(&ann).await;
}

/// Zeros prove nothing where nobody could count to one.
#[tokio::test]
async fn the_board_sees_what_is_missing_and_what_comes_twice() {
    let (ann, address) = tokio::join!(Browser::start(), serve_gallery());
    open_board(&ann, address, "Ann").await;
    ann.run(
        "import('/board/orders.js').then(({ Orders }) => {
           const orders = new Orders({ getItem: () => null, setItem() {} }, 'board');
           for (const number of [3, 4, 4, 7]) orders.take({}, `life-${number}`);
           const { first, last, received, missing, twice } = orders;
           window.judged = [first, last, received, missing, twice];
         });",
    )
    .await;
    assert_eq!(ann.wait_for("window.judged", SOON).await, json!([3, 7, 3, 2, 1]));
}

#[tokio::test]
async fn a_slow_reader_has_the_newest_of_each_symbol_and_knows_what_was_left_out() {
    let (page, address) = tokio::join!(Browser::start(), serve_gallery());
    page.goto(&format!("http://{address}/quotes")).await;
    page.run("window.shown = (id) => Number(document.getElementById(id).textContent.replace(/\\D/g, ''))")
        .await;
    page.wait_for("shown('slow-left-out') > 1000", Duration::from_secs(30)).await;
    page.click("#pause").await;
    page.wait_for("document.querySelector('#verdict.right')", Duration::from_secs(30)).await;

    let figures = "return Object.fromEntries(['fast-got', 'fast-left-out', 'fast-newest', 'slow-got',
        'slow-left-out', 'slow-newest'].map((id) => [id, shown(id)]))";
    let figures = page.run(figures).await;
    let figure = |id: &str| figures.get(id).and_then(Value::as_u64).expect("a number is shown");
    // The quotes are numbered by who publishes them.
    let published = figure("fast-newest");
    assert_eq!((figure("fast-got"), figure("fast-left-out")), (published, 0), "{figures}");
    assert_eq!(figure("slow-got") + figure("slow-left-out"), published, "{figures}");
    assert_eq!(figure("slow-newest"), published, "{figures}");
    assert!(figure("slow-got") < published / 2, "{figures}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());

    page.click("#pause").await;
    page.wait_for(&format!("shown('slow-newest') > {published} + 100"), SOON).await;
}

#[tokio::test]
async fn nobody_reads_another_pages_market() {
    let (page, address) = tokio::join!(Browser::start(), serve_gallery());
    page.goto(&format!("http://{address}/quotes")).await;
    page.run(
        "import('/staywire/index.js').then(({ StayWire }) => {
           const topic = new StayWire('/quotes/wire/fast/mine', { session: true }).subscribe('quotes/yours');
           topic.onerror = ({ error }) => (window.refusal = `${error.kind}: ${error.reason}`);
         });",
    )
    .await;
    let refusal = page.wait_for("window.refusal", SOON).await;
    assert_eq!(refusal, json!("notAllowed: that is another page's market"));
}

#[tokio::test]
async fn a_wire_leads_nowhere_without_an_opening_handshake() {
    let address = serve_gallery().await;
    for path in ["/board/wire/x", "/quotes/wire/slow/x"] {
        let mut client = RawClient::connect(address).await;
        client.write(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).await;
        let head = client.response_head(SOON).await;
        assert!(head.starts_with("HTTP/1.1 4"), "{path}: {head}");
    }
}

/// The board of a visitor called `name`, when orders come.
async fn open_board(page: &Browser, address: SocketAddr, name: &str) {
    page.run_before_pages(&format!("if (location.host) sessionStorage.name = '{name}'")).await;
    page.goto(&format!("http://{address}/board")).await;
    prepare(page).await;
    page.wait_for("shownOrders().length > 0", SOON).await;
    page.wait_for(&format!("memberState('{name}') === 'connected'"), SOON).await;
}

/// Gives the page what the tests ask it with.
async fn prepare(page: &Browser) {
    page.run(
        "window.shownOrders = () => [...document.querySelectorAll('#orders .what')].map((what) => what.textContent);
         window.memberState = (name) =>
           [...document.querySelectorAll('#members li')].find((line) => line.textContent === name)?.className;",
    )
    .await;
}

async fn order(page: &Browser, portions: u8) {
    page.fill("[name=portions]", &portions.to_string()).await;
    page.click("#order button").await;
    page.wait_for("document.getElementById('answer').textContent === 'The kitchen has it'", SOON).await;
}

async fn is_without_fault(page: &Browser) {
    let counts =
        page.run("return ['missing', 'twice'].map((id) => document.getElementById(id).textContent)").await;
    assert_eq!(counts, json!(["0", "0"]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}
