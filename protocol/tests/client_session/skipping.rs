//! Messages of a stream that the server leaves out on purpose, and positions that the application has kept.

use staywire_protocol::client::session::{EndReason, Event};
use staywire_protocol::message::{Opening, ToClient, ToServer};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{FailureCode, HeldStream, Stream, StreamLine, StreamOutcome};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driven::*;

fn skip(from: u64, to: u64) -> ToClient<&'static str> {
    ToClient::Skip { alias: ORDERS, gap: Gap { from, to } }
}

#[test]
fn what_is_left_out_is_told_and_the_stream_goes_on_after_it() {
    let mut driven = Driven::reading();
    driven.hear_stream(1, "one");
    driven.hear(skip(2, 5));
    driven.hear_stream(6, "six");
    assert_eq!(driven.take_events(), [message(1, "one"), gap(2, 5), message(6, "six")]);
}

#[test]
fn what_was_read_before_is_not_left_out() {
    let mut driven = Driven::reading();
    driven.hear_stream(1, "one");
    driven.hear(skip(1, 3));
    driven.hear(skip(2, 3));
    assert_eq!(driven.take_events(), [message(1, "one"), gap(2, 3)]);
}

#[test]
fn leaving_out_more_than_is_said_is_a_violation() {
    let mut driven = Driven::reading();
    driven.hear(skip(2, 3));
    assert_eq!(driven.take_events(), [Event::Ended(EndReason::Violation)]);
}

#[test]
fn only_a_stream_that_is_read_has_messages_to_leave_out() {
    let mut driven = Driven::reading();
    driven.unsubscribe();
    driven.hear(skip(1, 3));
    assert_eq!(driven.take_events(), [], "the server has not heard yet that nobody reads it");
    driven.hear(ToClient::Skip { alias: 99, gap: Gap { from: 1, to: 3 } });
    assert_eq!(driven.take_events(), [Event::Ended(EndReason::Violation)]);
}

#[test]
fn the_position_after_what_was_left_out_is_held() {
    let mut driven = Driven::reading();
    driven.hear(skip(1, 5));
    let held = HeldStream { stream: Stream::Topic(name("orders")), position: at(5) };
    assert_eq!(driven.ask_to_resume(), [held]);
}

/// One that has read the broadcasts up to 17 and the user's stream up to 3, in another life of the page.
fn continuing() -> Driven {
    let mut driven = Driven::new();
    driven.session.continue_from(Stream::Broadcast, at(16));
    driven.session.continue_from(Stream::Broadcast, at(17));
    driven.session.continue_from(Stream::User, at(3));
    driven.session.continue_from(Stream::Topic(name("orders")), at(3));
    driven
}

fn broadcast(outcome: StreamOutcome) -> StreamLine {
    StreamLine { alias: 1, stream: Stream::Broadcast, outcome }
}

#[test]
fn a_position_that_the_application_has_kept_is_in_the_first_opening() {
    let mut driven = continuing();
    driven.connect();
    let (said, _) = driven.take();
    let [ToServer::Opening(Opening::Hello { streams, .. })] = &said[..] else { panic!("{said:?}") };
    let held = |stream, offset| HeldStream { stream, position: at(offset) };
    assert_eq!(*streams, [held(Stream::Broadcast, 17), held(Stream::User, 3)]);
}

#[test]
fn what_was_missed_since_a_kept_position_follows_or_is_told() {
    let mut driven = continuing();
    driven.connect();
    let user = StreamLine { alias: 2, stream: Stream::User, outcome: StreamOutcome::Recovered(at(3)) };
    let lost = StreamOutcome::Gap { epoch: at(0).epoch, from: 18, to: 20 };
    driven.answer_hello(vec![broadcast(lost), user]);
    driven.hear(ToClient::Stream { alias: 1, offset: 21, payload: "after the gap" });
    driven.hear(ToClient::Stream { alias: 2, offset: 4, payload: "to the user" });
    let told = [
        Event::Open,
        Event::StreamGap { stream: Stream::Broadcast, gap: Gap { from: 18, to: 20 } },
        Event::StreamMessage { stream: Stream::Broadcast, position: at(21), payload: "after the gap" },
        Event::StreamMessage { stream: Stream::User, position: at(4), payload: "to the user" },
    ];
    assert_eq!(driven.take_events(), told);
}

#[test]
fn a_kept_position_that_its_stream_never_reached_is_told_as_a_reset_and_left() {
    let mut driven = continuing();
    driven.connect();
    let user = StreamLine { alias: 2, stream: Stream::User, outcome: StreamOutcome::Recovered(at(3)) };
    driven.answer_hello(vec![broadcast(StreamOutcome::Reset { held: at(17), position: at(5) }), user]);
    driven.hear(ToClient::Stream { alias: 1, offset: 6, payload: "what follows" });
    let told = [
        Event::Open,
        Event::StreamReset { stream: Stream::Broadcast, held: at(17), position: at(5) },
        Event::StreamMessage { stream: Stream::Broadcast, position: at(6), payload: "what follows" },
    ];
    assert_eq!(driven.take_events(), told);
    assert_eq!(driven.ask_to_resume()[0], HeldStream { stream: Stream::Broadcast, position: at(6) });
}

#[test]
fn a_stream_that_the_server_does_not_have_for_this_client_is_gone() {
    let mut driven = continuing();
    driven.connect();
    driven.answer_hello(vec![broadcast(StreamOutcome::Recovered(at(17)))]);
    let gone = Event::Gone { stream: Stream::User, code: FailureCode::UNKNOWN_NAME };
    assert_eq!(driven.take_events(), [Event::Open, gone]);
    let held = HeldStream { stream: Stream::Broadcast, position: at(17) };
    assert_eq!(driven.ask_to_resume(), [held]);
}

#[test]
fn a_kept_position_is_of_no_use_once_there_is_a_session() {
    let mut driven = Driven::reading();
    driven.session.continue_from(Stream::User, at(3));
    let held = HeldStream { stream: Stream::Topic(name("orders")), position: at(0) };
    assert_eq!(driven.ask_to_resume(), [held]);
}
