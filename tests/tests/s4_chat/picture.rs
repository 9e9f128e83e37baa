//! The picture of the room in the documentation.

use staywire_client_native::Client;
use staywire_tests::{Browser, FaultProxy, picture};

use crate::site::{SOON, enter_room, member, serve_chat, wait_until_listed};

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

    picture(&page, "s4-chat", 1200, 760).await;
}

async fn say(page: &Browser, text: &str) {
    page.fill("#text", text).await;
    page.click("#composer button").await;
}
