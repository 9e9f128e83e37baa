//! Members that vanish without a word: the others are told, and go on.

use std::time::Duration;

use staywire_tests::{Browser, Direction, FaultProxy};

use crate::site::{
    SOON, enter_room, join_as_written, lines_until, member, serve_chat, serve_chat_with, wait_until_listed,
};

/// Short enough to wait for.
const BEAT: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_member_whose_process_ends_is_announced_and_removed_on_both_pages() {
    let (page, room, address) = tokio::join!(Browser::start(), Browser::start(), serve_chat());
    join_as_written(&page, address, "ann").await;
    enter_room(&room, address, "ben").await;
    let vanishing = member(address, "eve").await;
    wait_until_listed(&room, &["ann", "ben", "eve"], SOON).await;

    vanishing.cut();
    lines_until(&page, "System> eve has bean disconnection.").await;
    wait_until_listed(&room, &["ann", "ben"], SOON).await;
    assert_eq!(told(&room).await, ["ben joined", "eve joined", "eve was lost"]);
}

#[tokio::test]
async fn a_member_whose_wire_is_cut_is_announced_and_removed() {
    let (page, address) = tokio::join!(Browser::start(), serve_chat());
    let proxy = FaultProxy::to(address).await;
    join_as_written(&page, proxy.address(), "ann").await;
    let mut ben = member(address, "ben").await;
    ben.texts_until("System>ben hasjoined.", SOON).await;

    proxy.cut_all();
    assert_eq!(ben.text(SOON).await, "System> ann  has bean disconnection.");
    ben.send("still here").await;
    assert_eq!(ben.text(SOON).await, "ben>still here");
}

#[tokio::test]
async fn a_member_whose_wire_falls_silent_is_noticed_announced_and_removed() {
    let (server, address) = serve_chat_with(|builder| builder.heartbeat(BEAT, BEAT)).await;
    let proxy = FaultProxy::to(address).await;
    let mut ben = member(address, "ben").await;
    let _eve = member(proxy.address(), "eve").await;
    ben.texts_until("System>eve hasjoined.", SOON).await;

    proxy.open_connections()[0].half_open();
    assert_eq!(ben.text(SOON).await, "System> eve  has bean disconnection.");
    assert_eq!(server.helper().users().len(), 1);
}

#[tokio::test]
async fn a_member_who_does_not_read_is_closed_announced_and_removed_and_the_others_miss_nothing() {
    const SPEECHES: usize = 200;
    let (_server, address) = serve_chat_with(|builder| builder.max_queue_bytes(512 * 1024)).await;
    let proxy = FaultProxy::to(address).await;
    let mut ben = member(address, "ben").await;
    let _stalled = member(proxy.address(), "eve").await;
    ben.texts_until("System>eve hasjoined.", SOON).await;
    proxy.open_connections()[0].silence(Direction::Down);

    let mut heard = Vec::new();
    for number in 0..SPEECHES {
        let speech = format!("{number} {}", "x".repeat(60_000));
        ben.send(speech.clone()).await;
        heard.extend(ben.texts_until(&format!("ben>{speech}"), SOON).await);
    }
    if !heard.iter().any(|text| text == "System> eve  has bean disconnection.") {
        ben.texts_until("System> eve  has bean disconnection.", Duration::from_secs(10)).await;
    }
    assert_eq!(heard.iter().filter(|text| text.starts_with("ben>")).count(), SPEECHES);
}

/// What the room of today has told of comings and goings.
async fn told(room: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.told')].map((item) => item.textContent)";
    serde_json::from_value(room.run(script).await).expect("what is told is text")
}
