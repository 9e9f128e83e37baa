//! The checkout: an order is placed once, however often it is asked for; and what is no order is refused.

use serde_json::{Value, json};
use staywire_tests::{Browser, BrowserKind, RawClient};

use crate::site::{SOON, Site};

async fn a_shop_whose_answer_was_lost_asks_again_and_has_ordered_once(kind: BrowserKind) {
    let site = Site::open().await;
    let shop = Browser::start_as(kind).await;
    shop.goto(&format!("{}/s5/shop", site.origin())).await;
    shop.wait_for("document.querySelector('[data-product=keemun] button')", SOON).await;
    // The first answer comes and is thrown away; the second request finds nobody.
    shop.run(
        "window.asked = [];
         const real = window.fetch;
         window.fetch = async (...request) => {
           asked.push(request[1].headers['Idempotency-Key']);
           if (asked.length === 2) throw new TypeError('nobody there');
           const answer = await real(...request);
           if (asked.length === 1) throw new TypeError('lost');
           return answer;
         };",
    )
    .await;
    shop.click("[data-product=keemun] button").await;
    shop.click("[data-product=keemun] button").await;
    shop.click("#checkout").await;
    shop.wait_for("document.querySelector('.placed b').textContent === 'No. 1'", SOON).await;
    assert_eq!(shop.run("return document.querySelector('.placed .figure').textContent").await, "¥58.00");
    assert_eq!(shop.run("return asked.length === 3 && new Set(asked).size === 1").await, true);

    shop.click("[data-product=oolong] button").await;
    shop.click("#checkout").await;
    shop.wait_for("document.querySelector('.placed b').textContent === 'No. 2'", SOON).await;
}

#[tokio::test]
async fn a_shop_whose_answer_was_lost_asks_again_and_has_ordered_once_in_chromium() {
    a_shop_whose_answer_was_lost_asks_again_and_has_ordered_once(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_shop_whose_answer_was_lost_asks_again_and_has_ordered_once_in_firefox() {
    a_shop_whose_answer_was_lost_asks_again_and_has_ordered_once(BrowserKind::Firefox).await;
}

#[tokio::test]
async fn what_is_put_into_the_basket_while_an_order_is_placed_stays_there_for_the_next_one() {
    let site = Site::open().await;
    let shop = Browser::start().await;
    shop.goto(&format!("{}/s5/shop", site.origin())).await;
    shop.wait_for("document.querySelector('[data-product=keemun] button')", SOON).await;
    shop.run(
        "const real = window.fetch;
         const released = new Promise((resolve) => { window.release = resolve; });
         window.fetch = async (...request) => { await released; return real(...request); };",
    )
    .await;
    shop.click("[data-product=keemun] button").await;
    shop.click("#checkout").await;
    shop.wait_for("document.querySelector('#checkout').disabled", SOON).await;
    shop.click("[data-product=keemun] button").await;
    shop.click("[data-product=oolong] button").await;
    shop.run("release()").await;
    shop.wait_for("document.querySelector('.placed b')?.textContent === 'No. 1'", SOON).await;
    shop.wait_for("document.querySelector('.count').textContent === '2 in the basket'", SOON).await;
    assert_eq!(shop.run("return document.querySelector('.placed .figure').textContent").await, "¥29.00");
}

#[tokio::test]
async fn what_is_no_order_is_refused() {
    let site = Site::open().await;
    let key = "Idempotency-Key: a\r\n";
    for (headers, wishes, status) in [
        (key, json!([{ "product": "keemun", "quantity": 1 }]), 201),
        (key, json!([{ "product": "keemun", "quantity": 1 }]), 200),
        ("", json!([{ "product": "keemun", "quantity": 1 }]), 400),
        (key, json!([]), 422),
        (key, json!([{ "product": "coffee", "quantity": 1 }]), 422),
        (key, json!({ "product": "keemun" }), 422),
    ] {
        let head = site.post("/s5/orders", headers, &wishes).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{wishes}: {head}");
    }
    for (callback, status) in [("took", 200), ("alert(1)//", 400), ("", 400)] {
        let head = site.get(&format!("/user/order?callback={callback}")).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{callback}: {head}");
    }
}

impl Site {
    async fn get(&self, target: &str) -> String {
        self.head_of(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.proxy.address())).await
    }

    async fn post(&self, target: &str, headers: &str, body: &Value) -> String {
        let (host, body) = (self.proxy.address(), body.to_string());
        let head =
            format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{headers}");
        self.head_of(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
    }

    async fn head_of(&self, request: &str) -> String {
        let mut client = RawClient::connect(self.proxy.address()).await;
        client.write(request.as_bytes()).await;
        client.response_head(SOON).await
    }
}
