//! Rust programs that go on from a stored position, in a real browser, against a real server.

use futures_util::StreamExt;
use staywire_client_wasm::{Epoch, Event, Message, Messages, StreamPosition};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::sockets::builder;
use crate::unique;

async fn next_text(messages: &mut Messages) -> String {
    messages.next().await.and_then(|message| message.as_text().map(str::to_owned)).expect("a text")
}

#[test]
async fn what_the_user_is_sent_goes_on_from_a_stored_position() {
    let path = unique("/tell");
    let wire = builder(&path, true).connect().unwrap();
    let mut messages = wire.messages();
    for text in ["one", "two", "three"] {
        wire.send(text).unwrap();
    }
    assert_eq!(messages.user_position(), None);
    assert_eq!(next_text(&mut messages).await, "one");
    let stored = messages.user_position().unwrap();
    assert_eq!(next_text(&mut messages).await, "two");
    assert_eq!(next_text(&mut messages).await, "three");
    assert_eq!(messages.user_position().map(|position| position.offset), Some(stored.offset + 2));
    drop(wire);

    let wire = builder(&path, true).user_since(stored).connect().unwrap();
    let mut messages = wire.messages();
    assert_eq!(messages.next().await, Some(Message::from("two")));
    assert_eq!(messages.next().await, Some(Message::from("three")));
}

#[test]
async fn what_everybody_is_sent_goes_on_from_a_stored_position() {
    let path = unique("/tell");
    let wire = builder(&path, true).connect().unwrap();
    let mut orders = wire.json_messages::<String>();
    let mut messages = wire.messages();
    wire.send("all one").unwrap();
    wire.send("all two").unwrap();
    assert_eq!(next_text(&mut messages).await, "all one");
    let stored = messages.broadcast_position().unwrap();
    orders.next().await.unwrap().unwrap_err();
    assert_eq!((orders.broadcast_position(), orders.user_position()), (Some(stored), None));
    assert_eq!(next_text(&mut messages).await, "all two");

    let other = builder(&path, true).broadcast_since(stored).connect().unwrap();
    assert_eq!(next_text(&mut other.messages()).await, "all two");
}

#[test]
async fn what_is_missing_since_a_stored_position_is_told() {
    let another_life = StreamPosition { epoch: Epoch::new("before").unwrap(), offset: 3 };
    let wire = builder(&unique("/tell"), true).user_since(another_life).connect().unwrap();
    let mut events = wire.events();
    assert_eq!(events.next().await, Some(Event::Open));
    assert_eq!(events.next().await, Some(Event::Gap { stream: "user".into(), gap: None }));
}
