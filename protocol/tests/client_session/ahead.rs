//! Messages that a driver transmits by itself.

use staywire_protocol::client::session::Event;
use staywire_protocol::message::{LaneMessage, ToClient, ToServer};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driven::Driven;

#[test]
fn it_may_once_the_session_is_answered_and_nothing_waits() {
    let mut driven = Driven::new();
    assert_eq!(driven.session.next_number(16), None, "nobody has answered");
    driven.welcome();
    assert_eq!(driven.session.next_number(16), None, "there are outputs to take first");
    driven.take();
    assert_eq!(driven.session.next_number(16), Some(1));
    driven.session.send("by the machine", 14).expect("there is room");
    assert_eq!(driven.session.next_number(16), None, "it would overtake that");
    driven.take();
    assert_eq!(driven.session.next_number(16), Some(2));
}

#[test]
fn what_it_has_transmitted_is_kept_acknowledged_and_numbered_like_all_else() {
    let mut driven = Driven::open();
    driven.session.on_transmitted("first", 5);
    driven.session.on_transmitted("second", 6);
    assert_eq!(driven.session.send("third", 5), Ok(3));
    let (said, _) = driven.take();
    assert_eq!(said, [ToServer::Lane { number: 3, message: LaneMessage::Message("third") }]);
    driven.hear(ToClient::Ack(2));
    assert_eq!(driven.take().1, [Event::Acknowledged { number: 2 }]);
    assert!(!driven.session.is_acknowledged());
}

#[test]
fn it_gets_no_further_than_the_queue_and_the_credit_go() {
    let mut driven = Driven::with_room_for(1_000);
    driven.welcome();
    driven.take();
    assert_eq!(driven.session.next_number(1_000), Some(1));
    assert_eq!(driven.session.next_number(1_001), None, "the queue has 1,000 bytes");
    driven.session.on_transmitted("small", 5);
    assert_eq!(driven.session.next_number(984), Some(2));
    assert_eq!(driven.session.next_number(985), None, "a small one counts as 16");

    let mut driven = Driven::with_room_for(1_000_000);
    driven.welcome();
    driven.take();
    assert_eq!(driven.session.next_number(100_000), Some(1));
    assert_eq!(driven.session.next_number(100_001), None, "the server grants 100,000 bytes");
}

#[test]
fn it_waits_while_a_second_connection_asks_to_take_over() {
    let mut driven = Driven::open();
    driven.connect();
    driven.take();
    assert_eq!(driven.session.next_number(16), None);
}
