//! What others say cannot do harm: the page as written runs it where there is nothing, the room shows it as text.

use axum::http::header::ORIGIN;
use serde_json::json;
use staywire_tests::{Browser, PlainClient, serve_gallery};

use crate::site::{SOON, enter_room, join_as_written, member};

/// Says what it found in the site that serves the page, in an attribute that the test reads.
const INJECTION: &str = "<img src=none onerror=\"\
    const attempt = (deed) => { try { return String(deed()); } catch (error) { return error.name; } };\
    document.body.dataset.loot = [origin, attempt(() => localStorage.secret), attempt(() => document.cookie)]\">";

#[tokio::test]
async fn an_injected_script_reaches_nothing_of_the_gallery_from_the_page_as_written() {
    let (page, address) = tokio::join!(Browser::start(), serve_gallery());
    keep_secrets(&page, &format!("http://{address}/")).await;
    page.goto(&format!("http://{address}/s4")).await;
    page.fill("#yourName", "ann").await;
    page.click("#start").await;
    page.accept_alert(SOON).await;
    member(address, "eve").await.send(INJECTION).await;

    let loot = page.wait_for("document.body.dataset.loot", SOON).await;
    assert_eq!(loot, "null,SecurityError,SecurityError");
}

/// The same injection, where the page is not isolated: it is the walls that keep it in.
#[tokio::test]
async fn without_its_walls_the_page_as_written_would_give_everything_away() {
    let server = s4_chat::server().expect("the settings are sound");
    let bare =
        demo_pages::as_written(include_str!("../../../examples/s4-chat/as-written.html"), "localhost:8080");
    let app = axum::Router::new().route("/", bare).merge(server.router());
    let (page, address) = tokio::join!(Browser::start(), staywire_tests::serve(server.clone(), app));
    keep_secrets(&page, &format!("http://{address}/")).await;
    join_as_written(&page, address, "ann").await;
    member(address, "eve").await.send(INJECTION).await;

    let loot = page.wait_for("document.body.dataset.loot", SOON).await;
    assert_eq!(loot, format!("http://{address},gold,token=gold"));
}

/// Any site can frame a page without an origin, and the room of today does not need one.
#[tokio::test]
async fn a_page_without_an_origin_gets_into_the_chat_as_written_and_not_into_the_room() {
    let address = crate::site::serve_chat().await;
    for (path, refused) in [("/1901/ws/chat/ann", None), ("/1901/ws/room/ann", Some(403))] {
        let answer = PlainClient::try_connect(address, path, &[(ORIGIN, "null")]).await;
        assert_eq!(answer.err(), refused, "{path}");
    }
}

#[tokio::test]
async fn the_room_shows_markup_as_the_text_that_it_is() {
    let (page, address) = tokio::join!(Browser::start(), crate::site::serve_chat());
    enter_room(&page, address, "ann").await;
    let mut eve = member(address, "%3Cimg%20src=none%20onerror=alert(1)%3E").await;
    eve.send(INJECTION).await;

    let shown = "document.querySelector('.said:not(.mine) p').textContent";
    assert_eq!(page.wait_for(shown, SOON).await, INJECTION);
    let markup = "return [document.images.length, document.body.dataset.loot ?? null]";
    assert_eq!(page.run(markup).await, json!([0, null]));
}

/// Leaves something at the site of `url` for an injected script to steal.
async fn keep_secrets(page: &Browser, url: &str) {
    page.goto(url).await;
    page.run("localStorage.secret = 'gold'; document.cookie = 'token=gold'").await;
}
