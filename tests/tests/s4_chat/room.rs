//! The room of today: its members stay through what would end the page as written.

use std::time::Duration;

use serde_json::json;
use staywire_tests::{Browser, FaultProxy};

use crate::site::{SOON, enter_room, member, serve_chat, serve_chat_with, wait_until_listed};

/// Two beats and what follows are all that tests want to wait.
const BEAT: Duration = Duration::from_millis(500);
const AWAY: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_member_whose_wire_is_cut_has_not_left_and_what_was_said_meanwhile_arrives() {
    let (ann, ben, address) = tokio::join!(Browser::start(), Browser::start(), serve_chat());
    let proxy = FaultProxy::to(address).await;
    enter_room(&ann, address, "ann").await;
    enter_room(&ben, proxy.address(), "ben").await;
    wait_until_listed(&ann, &["ann", "ben"], SOON).await;

    proxy.refuse();
    proxy.cut_all();
    wait_until_listed(&ann, &["ann", "ben (away)"], SOON).await;
    for (page, text) in [(&ann, "are you there?"), (&ben, "I will be")] {
        page.fill("#text", text).await;
        page.click("#composer button").await;
    }
    ben.wait_for("document.querySelector('.said.waiting p').textContent === 'I will be'", SOON).await;
    proxy.admit();

    wait_until_listed(&ann, &["ann", "ben"], Duration::from_secs(10)).await;
    for page in [&ann, &ben] {
        page.wait_for("document.querySelectorAll('.said').length === 2", SOON).await;
    }
    let shown =
        "return [...document.querySelectorAll('.told, .said :is(b, p)')].map((part) => part.textContent)";
    assert_eq!(
        ann.run(shown).await,
        json!(["ann joined", "ben joined", "ann", "are you there?", "ben", "I will be"])
    );
    assert_eq!(ben.run(shown).await, json!(["ben joined", "ann", "are you there?", "ben", "I will be"]));
}

#[tokio::test]
async fn a_member_who_does_not_come_back_is_away_and_then_lost() {
    let served = serve_chat_with(|builder| builder.heartbeat(BEAT, BEAT).session_window(AWAY));
    let (ann, ben, (_server, address)) = tokio::join!(Browser::start(), Browser::start(), served);
    let proxy = FaultProxy::to(address).await;
    enter_room(&ann, address, "ann").await;
    enter_room(&ben, proxy.address(), "ben").await;
    proxy.refuse();
    proxy.cut_all();
    wait_until_listed(&ann, &["ann", "ben (away)"], SOON).await;
    wait_until_listed(&ann, &["ann"], SOON).await;
    ann.wait_for("document.querySelector('#messages').lastElementChild.textContent === 'ben was lost'", SOON)
        .await;
}

#[tokio::test]
async fn a_member_whose_page_ends_has_left() {
    let (ann, ben, address) = tokio::join!(Browser::start(), Browser::start(), serve_chat());
    enter_room(&ann, address, "ann").await;
    enter_room(&ben, address, "a/b").await;
    wait_until_listed(&ann, &["a/b", "ann"], SOON).await;
    // A page that is merely navigated away from may come back: browsers keep it for their back button.
    ben.run("location.reload()").await;
    wait_until_listed(&ann, &["ann"], SOON).await;
    ann.wait_for("document.querySelector('#messages').lastElementChild.textContent === 'a/b left'", SOON)
        .await;
}

#[tokio::test]
async fn both_pages_are_in_one_room() {
    let (room, address) = tokio::join!(Browser::start(), serve_chat());
    enter_room(&room, address, "ann").await;
    let mut plain = member(address, "ben").await;
    room.fill("#text", "good morning").await;
    room.click("#composer button").await;
    plain.texts_until("ann>good morning", SOON).await;
    plain.send("and to you").await;
    room.wait_for("document.querySelector('.said:not(.mine) p').textContent === 'and to you'", SOON).await;
}
