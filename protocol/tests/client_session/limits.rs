//! What the server takes, learnt after something was sent.

use staywire_protocol::client::session::Event;
use staywire_protocol::message::{LaneMessage, RequestError, ToServer};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driven::Driven;

fn lane(number: u64, message: LaneMessage<&'static str>) -> ToServer<&'static str, u32> {
    ToServer::Lane { number, message }
}

#[test]
fn a_message_that_was_sent_before_the_limit_was_known_is_refused_alone() {
    let mut driven = Driven::with_room_for(1_000_000);
    let sent = [("small", 5), ("huge", 100_000), ("after", 5)];
    for (index, (payload, bytes)) in sent.into_iter().enumerate() {
        assert_eq!(driven.session.send(payload, bytes), Ok(index as u64 + 1));
    }
    driven.welcome();
    let (said, told) = driven.take();
    let left = [
        lane(1, LaneMessage::Message("small")),
        lane(2, LaneMessage::Cancel { to: 2 }),
        lane(3, LaneMessage::Message("after")),
    ];
    assert!(said.ends_with(&left), "{said:?}");
    assert!(told.contains(&Event::TooLarge { number: 2 }), "{told:?}");
}

#[test]
fn a_request_that_was_too_large_is_settled() {
    let mut driven = Driven::with_room_for(1_000_000);
    assert_eq!(driven.session.request("huge", 100_000, None, "who asked"), Ok(1));
    driven.welcome();
    let (_, told) = driven.take();
    let settled = Event::Settled { who: "who asked", result: Err(RequestError::Undelivered) };
    assert!(told.contains(&settled), "{told:?}");
}
