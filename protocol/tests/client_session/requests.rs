//! Requests both ways.

use staywire_protocol::Instant;
use staywire_protocol::client::session::{Event, SendError};
use staywire_protocol::message::{LaneMessage, RequestError};
use staywire_protocol::wire::{FailureCode, FreshReason};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driven::*;

#[test]
fn a_request_is_answered_once() {
    let mut driven = Driven::open();
    driven.hear_inbox(LaneMessage::Request("question"));
    assert_eq!(driven.session.reply(1, "answer", 6), Ok(1));
    assert_eq!(driven.session.fail(1, FailureCode::PANICKED, "", 0), Err(SendError::NotWaiting));
    assert_eq!(driven.session.reply(2, "to nothing", 10), Err(SendError::NotWaiting));
}

#[test]
fn a_request_that_could_not_be_answered_for_lack_of_room_waits_on() {
    let mut driven = Driven::open();
    driven.hear_inbox(LaneMessage::Request("question"));
    let full = Err(SendError::QueueFull { max_bytes: 10_000 });
    assert_eq!(driven.session.reply(1, "a long answer", 60_000), full);
    assert_eq!(driven.session.reply(1, "a short answer", 14), Ok(1));
}

#[test]
fn a_request_that_the_server_gave_up_is_told_and_not_answered() {
    let mut driven = Driven::open();
    driven.hear_inbox(LaneMessage::Request("question"));
    driven.hear_inbox(LaneMessage::Cancel { to: 1 });
    assert_eq!(driven.take_events().last(), Some(&Event::Cancelled { number: 1 }));
    assert_eq!(driven.session.reply(1, "answer", 6), Err(SendError::NotWaiting));
}

#[test]
fn a_lost_session_gives_up_its_requests() {
    let mut driven = Driven::open();
    driven.hear_inbox(LaneMessage::Request("question"));
    driven.ask_to_resume();
    driven.fresh(vec![]);
    let told = driven.take_events();
    assert_eq!(told, [Event::Fresh(FreshReason::Restarted), Event::Cancelled { number: 1 }]);
    driven.hear_inbox(LaneMessage::Message("of the new session"));
    assert_eq!(driven.session.reply(1, "answer", 6), Err(SendError::NotWaiting));
}

#[test]
fn a_gap_may_have_swallowed_the_reply_to_whatever_was_ever_sent() {
    let mut driven = Driven::open();
    assert_eq!(driven.session.request("question", 8, None, "who"), Ok(1));
    driven.ask_to_resume();
    driven.resumed_after_a_gap(0, 5);
    let unknown = Event::Settled { who: "who", result: Err(RequestError::OutcomeUnknown) };
    assert_eq!(driven.take_events().last(), Some(&unknown));
}

#[test]
fn a_session_that_is_over_takes_no_request_and_tells_nothing_more() {
    let mut driven = Driven::open();
    driven.hear_inbox(LaneMessage::Request("question"));
    driven.session.goodbye();
    driven.take();
    assert_eq!(driven.session.request("question", 8, None, "who"), Err(SendError::Ended));
    assert_eq!(driven.session.reply(1, "answer", 6), Err(SendError::Ended));
    assert_eq!(driven.session.cancel(1), None);
    driven.session.handle_timeout(Instant::from_millis(60_000));
    let (said, told) = driven.take();
    assert_eq!((said, told), (vec![], vec![]));
}
