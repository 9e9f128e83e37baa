//! The picture of the room in the documentation, taken when it is asked for.

use std::path::Path;

use staywire_client_native::Client;
use staywire_tests::{Browser, FaultProxy};

use crate::site::{SOON, enter_room, member, serve_chat, wait_until_listed};

/// `STAYWIRE_SCREENSHOTS=1` writes it into the documentation; any other run writes it where nobody looks.
#[tokio::test]
async fn the_room_in_a_conversation() {
    let (page, address) = tokio::join!(Browser::start(), serve_chat());
    enter_room(&page, address, "ann").await;
    let mut zoe = member(address, "Zo%C3%AB").await;
    let mut noor = member(address, "Noor").await;
    let proxy = FaultProxy::to(address).await;
    let (_liv, _events) =
        Client::builder(proxy.url("/1901/ws/room/Liv")).connect().expect("the address is one");
    wait_until_listed(&page, &["Liv", "Noor", "Zoë", "ann"], SOON).await;

    zoe.send("Good morning! Is the kettle on?").await;
    noor.texts_until("Zoë>Good morning! Is the kettle on?", SOON).await;
    noor.send("For ten minutes already. Oolong or <b>green</b>?").await;
    zoe.texts_until("Noor>For ten minutes already. Oolong or <b>green</b>?", SOON).await;
    say(&page, "Green, please. My train is in the tunnel, this may arrive late.").await;
    zoe.texts_until("ann>Green, please. My train is in the tunnel, this may arrive late.", SOON).await;
    zoe.send("It arrived. Nothing said here gets lost in a tunnel.").await;
    noor.texts_until("Zoë>It arrived. Nothing said here gets lost in a tunnel.", SOON).await;
    proxy.refuse();
    proxy.cut_all();
    wait_until_listed(&page, &["Liv (away)", "Noor", "Zoë", "ann"], SOON).await;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let is_asked_for = std::env::var_os("STAYWIRE_SCREENSHOTS").is_some();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let picture = if is_asked_for { &docs } else { folder.path() }.join("s4-chat.png");
    page.screenshot(&picture, 1200, 760).await;
    assert!(std::fs::metadata(&picture).expect("it was written").len() > 10_000);
}

async fn say(page: &Browser, text: &str) {
    page.fill("#text", text).await;
    page.click("#composer button").await;
}
