//! Topics on one connection.

use staywire_protocol::client::session::{EndReason, Event, SubscribeError};
use staywire_protocol::message::{LaneMessage, ToClient};
use staywire_protocol::wire::{
    Epoch, FailureCode, Name, Stream, StreamLine, StreamOutcome, StreamPosition, SubscribeFrom,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driven::*;

#[test]
fn a_topic_is_asked_for_as_soon_as_there_is_a_session() {
    let mut driven = Driven::new();
    driven.subscribe(SubscribeFrom::Last(3));
    driven.welcome();
    assert_eq!(driven.take_lane(), [(1, subscribe(SubscribeFrom::Last(3)))]);
}

#[test]
fn a_topic_is_subscribed_to_once() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(0));
    let again = driven.session.subscribe(name("orders"), 6, SubscribeFrom::Last(0));
    assert_eq!(again, Err(SubscribeError::AlreadySubscribed));
    driven.unsubscribe();
    assert!(!driven.session.unsubscribe(&name("orders")));
    driven.subscribe(SubscribeFrom::Last(0));
}

#[test]
fn topics_that_would_make_an_opening_too_long_are_refused() {
    let mut driven = Driven::new();
    let long = |number: u32| Name::new(format!("{number:03}{}", " ".repeat(252))).expect("255 bytes");
    let refused = (0..).find_map(|number| {
        let topic = long(number);
        let len = topic.encoded_len();
        let error = driven.session.subscribe(topic, len, SubscribeFrom::Last(0)).err()?;
        Some((number, error))
    });
    assert_eq!(refused, Some((61, SubscribeError::TooManySubscriptions)));
    assert!(driven.session.unsubscribe(&long(7)));
    assert_eq!(driven.session.subscribe(long(61), 759, SubscribeFrom::Last(0)), Ok(()));
}

#[test]
fn a_line_tells_where_a_topic_begins_and_its_messages_follow() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(2));
    driven.hear(ToClient::Added(recovered(3)));
    driven.hear_stream(4, "four");
    assert_eq!(driven.take_events(), [subscribed(3), message(4, "four")]);
}

#[test]
fn what_is_missing_is_told_after_the_subscription() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Position(at(3)));
    driven.hear(ToClient::Added(line(StreamOutcome::Gap { epoch: at(0).epoch, from: 4, to: 6 })));
    driven.hear_stream(7, "seven");
    assert_eq!(driven.take_events(), [subscribed(6), gap(4, 6), message(7, "seven")]);
}

#[test]
fn a_topic_whose_numbering_has_changed_is_told_as_a_reset() {
    let mut driven = Driven::open();
    let held = StreamPosition { epoch: Epoch::new("life0").expect("letters and digits"), offset: 90 };
    driven.subscribe(SubscribeFrom::Position(held));
    driven.hear(ToClient::Added(line(StreamOutcome::Reset { held, position: at(2) })));
    let reset = Event::StreamReset { stream: Stream::Topic(name("orders")), held, position: at(2) };
    assert_eq!(driven.take_events(), [subscribed(2), reset]);
}

#[test]
fn a_refused_subscription_is_told_and_can_be_asked_for_again() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(0));
    driven.hear_inbox(LaneMessage::Failure { to: 1, code: FailureCode::NOT_ALLOWED, payload: "no" });
    let (topic, code) = (name("orders"), FailureCode::NOT_ALLOWED);
    assert_eq!(driven.take_events(), [Event::SubscriptionRefused { topic, code, payload: "no" }]);
    driven.subscribe(SubscribeFrom::Last(0));
}

#[test]
fn a_subscription_that_the_server_ends_is_told_and_can_be_asked_for_again() {
    let mut driven = Driven::reading();
    driven.hear(ToClient::Gone { alias: ORDERS, code: FailureCode::UNAVAILABLE });
    let (stream, code) = (Stream::Topic(name("orders")), FailureCode::UNAVAILABLE);
    assert_eq!(driven.take_events(), [Event::Gone { stream, code }]);
    driven.subscribe(SubscribeFrom::Last(0));
}

#[test]
fn what_is_under_way_when_the_application_unsubscribes_is_dropped() {
    let mut driven = Driven::reading();
    driven.unsubscribe();
    driven.hear_stream(1, "late");
    driven.hear(ToClient::Gone { alias: ORDERS, code: FailureCode::UNAVAILABLE });
    assert_eq!(driven.take_events(), []);
}

#[test]
fn what_comes_after_the_server_has_stopped_sending_is_a_violation() {
    let mut driven = Driven::reading();
    driven.unsubscribe();
    driven.hear(ToClient::Ack(2));
    driven.take();
    driven.hear_stream(1, "much too late");
    assert_eq!(driven.take_events(), [Event::Ended(EndReason::Violation)]);
}

#[test]
fn only_the_newest_of_several_subscriptions_counts() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(0));
    driven.unsubscribe();
    driven.subscribe(SubscribeFrom::Last(2));
    driven.hear(ToClient::Added(recovered(5)));
    driven.hear_stream(6, "of the first");
    assert_eq!(driven.take_events(), []);
    driven.hear(ToClient::Added(recovered(4)));
    driven.hear_stream(5, "five");
    assert_eq!(driven.take_events(), [subscribed(4), message(5, "five")]);
}

#[test]
fn a_refusal_of_the_newest_of_several_subscriptions_may_come_before_the_lines_of_the_others() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(0));
    driven.unsubscribe();
    driven.subscribe(SubscribeFrom::Last(0));
    driven.hear_inbox(LaneMessage::Failure { to: 3, code: FailureCode::TOO_MANY, payload: "" });
    let (topic, code) = (name("orders"), FailureCode::TOO_MANY);
    assert_eq!(driven.take_events(), [Event::SubscriptionRefused { topic, code, payload: "" }]);
    driven.hear(ToClient::Added(recovered(5)));
    assert_eq!(driven.take_events(), []);
    driven.subscribe(SubscribeFrom::Last(0));
    driven.hear(ToClient::Added(recovered(7)));
    assert_eq!(driven.take_events(), [subscribed(7)]);
}

#[test]
fn a_line_that_nobody_asked_for_is_a_violation() {
    let unasked = [
        recovered(0),
        StreamLine { alias: 8, ..recovered(0) },
        StreamLine { stream: Stream::User, ..recovered(0) },
    ];
    for line in unasked {
        let mut driven = Driven::reading();
        driven.hear(ToClient::Added(line.clone()));
        assert_eq!(driven.take_events(), [Event::Ended(EndReason::Violation)], "{line:?}");
    }
}

#[test]
fn a_publication_that_is_refused_is_told() {
    let mut driven = Driven::open();
    assert_eq!(driven.session.publish(name("orders"), "news", 4), Ok(1));
    let (code, payload) = (FailureCode::NOT_ALLOWED, "no");
    driven.hear_inbox(LaneMessage::Failure { to: 1, code, payload });
    driven.hear(ToClient::Ack(1));
    let refused = Event::PublicationRefused { number: 1, code, payload };
    assert_eq!(driven.take_events(), [refused, Event::Acknowledged { number: 1 }]);
}

#[test]
fn a_refusal_that_comes_with_a_resume_is_told_although_the_publication_was_done() {
    let mut driven = Driven::open();
    assert_eq!(driven.session.publish(name("orders"), "news", 4), Ok(1));
    driven.ask_to_resume();
    driven.resumed(1, 1, vec![]);
    let (code, payload) = (FailureCode::NOT_ALLOWED, "no");
    driven.hear_inbox(LaneMessage::Failure { to: 1, code, payload });
    let refused = Event::PublicationRefused { number: 1, code, payload };
    assert_eq!(driven.take_events().last(), Some(&refused));
}
