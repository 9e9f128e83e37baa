//! Today's back office: what was ordered while it was not there, each order once.

use std::ops::RangeInclusive;

use serde_json::json;
use staywire_tests::{Browser, BrowserKind};

use crate::site::{SOON, Site, order_by_jsonp};

const OFFICE: &str = "/s5/office";

/// The numbers that the dialog lists, in its order.
pub(crate) const LISTED: &str =
    "[...document.querySelectorAll('dialog[open] [data-number]')].map((item) => Number(item.dataset.number))";

/// Waits until the dialog counts and lists those orders and nothing else.
pub(crate) async fn dialog_lists(office: &Browser, numbers: RangeInclusive<u64>) {
    let numbers = json!(numbers.collect::<Vec<_>>());
    let count = numbers.as_array().map_or(0, Vec::len);
    office
        .wait_for(&format!("document.querySelector('dialog[open] #count').textContent === '{count}'"), SOON)
        .await;
    assert_eq!(office.run(&format!("return {LISTED}")).await, numbers);
}

async fn orders_that_came_meanwhile_are_listed_once(kind: BrowserKind) {
    let site = Site::open().await;
    let (office, shop) = tokio::join!(Browser::start_as(kind), Browser::start());
    let url = format!("{}{OFFICE}", site.origin());
    shop.goto(&format!("{}/s5/shop", site.origin())).await;
    office.goto(&url).await;
    office.wait_for("document.querySelector('.status').dataset.status === 'open'", SOON).await;
    assert_eq!(order_by_jsonp(&shop).await, 1);
    dialog_lists(&office, 1..=1).await;

    // Offline: the wire breaks, and orders come while nobody can tell this page.
    site.proxy.cut_all();
    site.proxy.refuse();
    office.wait_for("document.querySelector('.status').dataset.status === 'reconnecting'", SOON).await;
    site.proxy.admit();
    for number in 2..=4 {
        assert_eq!(order_by_jsonp(&shop).await, number);
    }
    dialog_lists(&office, 1..=4).await;

    // Reloading.
    office.goto(&url).await;
    assert_eq!(order_by_jsonp(&shop).await, 5);
    dialog_lists(&office, 1..=5).await;

    // Closed.
    office.goto("about:blank").await;
    assert_eq!(order_by_jsonp(&shop).await, 6);
    office.goto(&url).await;
    dialog_lists(&office, 1..=6).await;

    // Accepted orders do not come again, and later ones do.
    office.click("#accept").await;
    office.wait_for("!document.querySelector('dialog').open", SOON).await;
    office.goto(&url).await;
    assert_eq!(order_by_jsonp(&shop).await, 7);
    dialog_lists(&office, 7..=7).await;
    assert_eq!(office.run("return document.title").await, "(1) Back office");
}

#[tokio::test]
async fn orders_that_came_meanwhile_are_listed_once_in_chromium() {
    orders_that_came_meanwhile_are_listed_once(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn orders_that_came_meanwhile_are_listed_once_in_firefox() {
    orders_that_came_meanwhile_are_listed_once(BrowserKind::Firefox).await;
}

#[tokio::test]
async fn more_orders_than_are_told_at_once_are_all_listed() {
    let site = Site::with_orders(1_234).await;
    let page = Browser::start().await;
    page.goto(&format!("{}{OFFICE}", site.origin())).await;
    dialog_lists(&page, 1..=1_234).await;
    assert_eq!(order_by_jsonp(&page).await, 1_235);
    dialog_lists(&page, 1..=1_235).await;
}

#[tokio::test]
async fn a_dialog_that_was_put_off_comes_back_when_asked_for_and_with_the_next_order() {
    let site = Site::with_orders(2).await;
    let page = Browser::start().await;
    page.goto(&format!("{}{OFFICE}", site.origin())).await;
    dialog_lists(&page, 1..=2).await;
    page.click("dialog .quiet").await;
    page.wait_for("!document.querySelector('dialog').open", SOON).await;
    page.click(".board button").await;
    dialog_lists(&page, 1..=2).await;
    page.click("dialog .quiet").await;
    assert_eq!(order_by_jsonp(&page).await, 3);
    dialog_lists(&page, 1..=3).await;
}

#[tokio::test]
async fn what_one_tab_accepts_is_accepted_in_the_other() {
    let site = Site::open().await;
    let page = Browser::start().await;
    page.goto(&format!("{}{OFFICE}", site.origin())).await;
    // A frame is another page of the same browser, and hears of what is stored as another tab does.
    page.run(&format!(
        "const frame = document.createElement('iframe');
         frame.src = '{OFFICE}';
         document.body.append(frame);
         window.other = () => frame.contentDocument;"
    ))
    .await;
    order_by_jsonp(&page).await;
    dialog_lists(&page, 1..=1).await;
    page.wait_for("other().querySelector('dialog[open] #count').textContent === '1'", SOON).await;
    page.click("#accept").await;
    page.wait_for("!other().querySelector('dialog').open", SOON).await;
    assert_eq!(
        page.run("return other().querySelector('.board').innerText.replace(/\\s+/g, ' ')").await,
        "0 waiting 1 accepted"
    );
}

/// A tab that has its connection is ahead of one that has none, and accepts what the other was not told yet.
#[tokio::test]
async fn what_another_tab_accepts_meanwhile_does_not_pop_up_when_this_one_is_back() {
    const ACCEPT_ELSEWHERE: &str = "
        const frame = document.createElement('iframe');
        document.body.append(frame);
        frame.contentWindow.localStorage.setItem('s5-accepted', JSON.stringify({ journal: 'written', after: 2 }));";
    for known in [0, 1] {
        let site = Site::with_orders(known).await;
        let page = Browser::start().await;
        page.goto(&format!("{}{OFFICE}", site.origin())).await;
        page.wait_for("document.querySelector('.status').dataset.status === 'open'", SOON).await;
        if known > 0 {
            dialog_lists(&page, 1..=known).await;
        }
        site.proxy.refuse();
        site.proxy.cut_all();
        page.wait_for("document.querySelector('.status').dataset.status === 'reconnecting'", SOON).await;
        page.run(ACCEPT_ELSEWHERE).await;
        page.wait_for("document.querySelector('.board').textContent.includes('2 accepted')", SOON).await;
        site.proxy.admit();
        for number in known + 1..=3 {
            assert_eq!(order_by_jsonp(&page).await, number);
        }
        dialog_lists(&page, 3..=3).await;
    }
}

/// An order that is placed while a back office begins to follow may be told from both sides of its position.
#[tokio::test]
async fn what_is_told_twice_is_listed_once() {
    const TELL_TWICE: &str = "
        const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
        Object.defineProperty(WebSocket.prototype, 'onmessage', {
          set(hear) { set.call(this, (event) => { hear(event); hear(event); }); },
        });";
    let site = Site::with_orders(2).await;
    let page = Browser::start().await;
    page.goto_recorded(&format!("{}/s5/style.css", site.origin()), OFFICE, TELL_TWICE).await;
    dialog_lists(&page, 1..=2).await;
    assert_eq!(order_by_jsonp(&page).await, 3);
    dialog_lists(&page, 1..=3).await;
}

/// Numbers of another journal mean nothing in this one: nothing is skipped for them.
#[tokio::test]
async fn a_back_office_that_knows_another_journal_begins_anew() {
    let site = Site::open().await;
    let page = Browser::start().await;
    page.goto(&format!("{}/s5/style.css", site.origin())).await;
    page.run("localStorage.setItem('s5-accepted', JSON.stringify({ journal: 'older', after: 40 }))").await;
    page.goto(&format!("{}{OFFICE}", site.origin())).await;
    assert_eq!(order_by_jsonp(&page).await, 1);
    dialog_lists(&page, 1..=1).await;
}
