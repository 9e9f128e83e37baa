//! Topics over more than one connection.

use staywire_protocol::client::session::{EndReason, Event};
use staywire_protocol::message::{LaneMessage, ToClient, ToServer};
use staywire_protocol::wire::{
    Epoch, FailureCode, FreshReason, HeldStream, Stream, StreamLine, StreamOutcome, StreamPosition,
    SubscribeFrom,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::driven::*;

fn held(offset: u64) -> HeldStream {
    HeldStream { stream: Stream::Topic(name("orders")), position: at(offset) }
}

#[test]
fn an_answer_with_more_topics_than_the_opening_named_is_a_violation() {
    let mut driven = Driven::reading();
    assert_eq!(driven.ask_to_resume().len(), 1);
    let other = StreamLine { alias: 8, stream: Stream::Topic(name("prices")), ..recovered(0) };
    driven.resumed(1, 1, vec![recovered(0), other]);
    assert!(driven.take_events().contains(&Event::Ended(EndReason::Violation)));
}

#[test]
fn a_topic_that_is_read_is_in_every_resume() {
    let mut driven = Driven::reading();
    driven.hear_stream(1, "one");
    assert_eq!(driven.ask_to_resume(), [held(1)]);
    driven.resumed(1, 1, vec![line(StreamOutcome::Gap { epoch: at(0).epoch, from: 2, to: 4 })]);
    driven.hear_stream(5, "five");
    let told = driven.take_events();
    assert_eq!(told[told.len() - 2..], [gap(2, 4), message(5, "five")]);
    assert_eq!(driven.take_lane(), []);
}

#[test]
fn a_reset_that_an_older_connection_has_told_is_not_told_again() {
    let mut driven = Driven::open();
    let held = StreamPosition { epoch: Epoch::new("life0").expect("letters and digits"), offset: 90 };
    driven.subscribe(SubscribeFrom::Position(held));
    driven.hear(ToClient::Added(line(StreamOutcome::Recovered(held))));
    driven.ask_to_resume();
    driven.resumed(1, 1, vec![line(StreamOutcome::Reset { held, position: at(2) })]);
    driven.take();
    driven.ask_to_resume();
    driven.resumed(1, 1, vec![line(StreamOutcome::Reset { held, position: at(4) })]);
    assert_eq!(driven.take_events(), [Event::Resumed, gap(3, 4)]);
}

#[test]
fn a_topic_that_the_answer_leaves_out_is_asked_for_again_from_where_it_was_read_to() {
    let mut driven = Driven::reading();
    driven.hear_stream(1, "one");
    driven.ask_to_resume();
    driven.resumed(1, 1, vec![]);
    assert_eq!(driven.take_lane(), [(2, subscribe(SubscribeFrom::Position(at(1))))]);
    driven.hear(ToClient::Added(recovered(1)));
    driven.hear_stream(2, "two");
    assert_eq!(driven.take_events(), [message(2, "two")]);
}

#[test]
fn a_topic_that_the_answer_leaves_out_may_be_refused_then() {
    let mut driven = Driven::reading();
    driven.ask_to_resume();
    driven.resumed(1, 1, vec![]);
    driven.take();
    driven.hear_inbox(LaneMessage::Failure { to: 2, code: FailureCode::NOT_ALLOWED, payload: "no" });
    assert!(matches!(driven.take_events()[..], [Event::SubscriptionRefused { .. }]));
    assert_eq!(driven.ask_to_resume(), []);
}

#[test]
fn a_subscription_that_was_not_taken_in_is_repeated() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(3));
    assert_eq!(driven.ask_to_resume(), []);
    driven.resumed(0, 0, vec![]);
    assert_eq!(driven.take_lane(), [(1, subscribe(SubscribeFrom::Last(3)))]);
}

#[test]
fn a_subscription_that_was_taken_in_and_whose_line_was_lost_is_asked_for_anew() {
    let mut driven = Driven::open();
    driven.subscribe(SubscribeFrom::Last(3));
    driven.ask_to_resume();
    driven.resumed(1, 0, vec![]);
    assert_eq!(driven.take_lane(), [(2, subscribe(SubscribeFrom::Last(3)))]);
    driven.hear(ToClient::Added(recovered(5)));
    assert_eq!(driven.take_events(), [subscribed(5)]);
}

#[test]
fn a_subscription_that_a_crash_makes_the_client_send_again_begins_where_it_is_by_now() {
    let mut driven = Driven::reading();
    driven.hear_stream(1, "one");
    assert_eq!(driven.ask_to_resume(), [held(1)]);
    driven.resumed(0, 0, vec![recovered(1)]);
    assert_eq!(driven.take_lane(), [(1, subscribe(SubscribeFrom::Position(at(1))))]);
    driven.hear_stream(2, "two");
    driven.hear(ToClient::Added(recovered(1)));
    driven.hear_stream(2, "two");
    driven.hear_stream(3, "three");
    assert_eq!(driven.take_events(), [message(2, "two"), message(3, "three")]);
}

#[test]
fn the_answer_to_a_subscription_that_is_sent_again_counts_more_than_what_came_before_it() {
    let mut driven = Driven::reading();
    driven.ask_to_resume();
    driven.resumed(0, 0, vec![recovered(0)]);
    driven.take();
    driven.hear(ToClient::Gone { alias: ORDERS, code: FailureCode::UNAVAILABLE });
    driven.hear(ToClient::Added(recovered(0)));
    driven.hear_stream(1, "one");
    assert_eq!(driven.take_events(), [message(1, "one")]);
}

#[test]
fn a_subscription_that_is_sent_again_and_that_nobody_holds_is_given_up_again() {
    let mut driven = Driven::reading();
    driven.hear(ToClient::Gone { alias: ORDERS, code: FailureCode::UNAVAILABLE });
    assert_eq!(driven.ask_to_resume(), []);
    driven.resumed(0, 0, vec![]);
    assert_eq!(driven.take_lane(), [(1, subscribe(SubscribeFrom::Last(0))), (2, unsubscribe())]);
    driven.hear(ToClient::Added(recovered(0)));
    driven.hear_stream(1, "one");
    assert_eq!(driven.take_events(), []);
}

#[test]
fn a_topic_that_was_given_up_while_the_answer_was_under_way_is_not_read() {
    let mut driven = Driven::reading();
    driven.ask_to_resume();
    driven.unsubscribe();
    driven.resumed(1, 1, vec![recovered(0)]);
    assert_eq!(driven.take_lane(), [(2, unsubscribe())]);
    driven.hear_stream(1, "one");
    assert_eq!(driven.take_events(), []);
}

#[test]
fn a_fresh_session_reads_on_where_it_can_and_is_asked_for_the_rest() {
    let mut driven = Driven::reading();
    let (news, len) = (name("news"), 4);
    assert_eq!(driven.session.subscribe(news.clone(), len, SubscribeFrom::Last(1)), Ok(()));
    assert_eq!(driven.ask_to_resume(), [held(0)]);
    driven.fresh(vec![recovered(0)]);
    let (said, told) = driven.take();
    assert_eq!(told, [Event::Fresh(FreshReason::Restarted)], "a subscription has no unknown outcome");
    let asked = LaneMessage::Subscribe { topic: news, from: SubscribeFrom::Last(1) };
    assert_eq!(said, [ToServer::Ack(0), ToServer::Lane { number: 1, message: asked }]);
    driven.hear_stream(1, "one");
    assert_eq!(driven.take_events(), [message(1, "one")]);
}

#[test]
fn what_was_never_sent_keeps_its_place_among_subscriptions() {
    let mut driven = Driven::open();
    driven.ask_to_resume();
    driven.subscribe(SubscribeFrom::Last(0));
    let number = driven.session.publish(name("orders"), "news", 4).expect("there is room");
    driven.fresh(vec![]);
    let (said, told) = driven.take();
    let numbers = [Event::Fresh(FreshReason::Restarted), Event::Moved { number, to: 2 }];
    assert_eq!(told, numbers);
    let publication = LaneMessage::Publish { topic: name("orders"), payload: "news" };
    let lane = |number, message| ToServer::Lane { number, message };
    let expected = [ToServer::Ack(0), lane(1, subscribe(SubscribeFrom::Last(0))), lane(2, publication)];
    assert_eq!(said, expected);
}
