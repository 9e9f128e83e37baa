//! The desk: several users' pages, and a back end that is told what arrived.

use std::net::SocketAddr;

use staywire_tests::{Browser, FaultProxy, until_online};

use crate::site::{SOON, serve_handler, user};

#[tokio::test]
async fn the_desk_sends_to_one_user_and_to_all_and_is_told_whether_it_arrived() {
    let (ann, ben, (server, address)) = tokio::join!(Browser::start(), Browser::start(), serve_handler());
    connect(&ann, address, "888").await;
    connect(&ben, address, "张三").await;
    until_online(&server, 2).await;
    ann.run("document.querySelector('#user').dispatchEvent(new Event('pointerenter'))").await;
    ann.wait_for("document.querySelector('#online').textContent === '2 online'", SOON).await;
    ann.wait_for(
        "[...document.querySelector('#user').options].some((option) => option.value === '张三')",
        SOON,
    )
    .await;

    notify(&ann, "张三", "<b>for you</b>").await;
    ann.wait_for(&shows("#outcomes", "张三: <b>for you</b> (on its way)"), SOON).await;
    ben.wait_for(&shows("#log", "<b>for you</b>"), SOON).await;
    notify(&ann, "", "for all").await;
    for page in [&ann, &ben] {
        page.wait_for(&shows("#log", "for all"), SOON).await;
    }

    ben.run("location.reload()").await;
    until_online(&server, 1).await;
    notify(&ann, "张三", "too late").await;
    ann.wait_for(&shows("#outcomes", "张三: too late (not here)"), SOON).await;
}

#[tokio::test]
async fn what_is_sent_to_a_user_whose_wire_is_cut_arrives_when_they_are_back() {
    let (page, (server, address)) = tokio::join!(Browser::start(), serve_handler());
    let proxy = FaultProxy::to(address).await;
    connect(&page, proxy.address(), "888").await;
    proxy.refuse();
    proxy.cut_all();
    page.wait_for("document.body.dataset.status === 'reconnecting'", SOON).await;
    assert!(s3_spring::Users::new(server.helper()).send_message_to_user("888", "while you were away"));
    proxy.admit();
    page.wait_for(&shows("#log", "while you were away"), 3 * SOON).await;
}

#[tokio::test]
async fn a_foreign_page_cannot_have_the_desk_send_something() {
    let (page, (_server, address)) = tokio::join!(Browser::start(), serve_handler());
    let (_other, foreign) = serve_handler().await;
    let mut victim = user(address, "888").await;
    page.goto(&format!("http://{foreign}/desk")).await;
    let attempt = |headers: &str| {
        format!(
            "return fetch('http://{address}/messages', {{ method: 'POST', {headers} body: '{{\"message\":\"spam\"}}' }})
               .then(() => 'sent', (error) => error.name)"
        )
    };
    assert_eq!(page.run(&attempt("headers: { 'Content-Type': 'application/json' },")).await, "TypeError");
    page.run(&attempt("mode: 'no-cors',")).await;
    victim.send(r#"{"id":"888","message":"anything else?"}"#).await;
    assert_eq!(victim.text(SOON).await, crate::site::REPLY);
}

async fn connect(page: &Browser, address: SocketAddr, id: &str) {
    page.goto(&format!("http://{address}/desk")).await;
    page.fill("#id", id).await;
    page.click("#connect button").await;
    page.wait_for(&shows("#log", crate::site::GREETING), SOON).await;
}

/// An option that the list does not have (any more) is chosen as by a page that was not told yet.
async fn notify(page: &Browser, user: &str, text: &str) {
    page.run(&format!(
        "const option = new Option('{user}');
         option.value = '{user}';
         document.querySelector('#user').append(option);
         option.selected = true;"
    ))
    .await;
    page.fill("#text", text).await;
    page.click("#notify button").await;
}

/// Whether the newest line of `list` reads `text`.
fn shows(list: &str, text: &str) -> String {
    let text = serde_json::to_string(text).expect("a text is JSON");
    format!("document.querySelector('{list} li').textContent === {text}")
}
