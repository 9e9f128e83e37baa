//! What a session does when its client asks for topics.

use staywire_protocol::message::{LaneMessage, ToClient, ToServer};
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::server::{Event, Output, Resume, Session, SessionConfig, SharedStream, StreamAnswer};
use staywire_protocol::wire::{Epoch, FailureCode, Name, Stream, SubscribeFrom};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::served::*;

const ORDERS: u64 = 7;

fn name(topic: &'static str) -> Name<'static> {
    Name::new(topic).expect("it is short")
}

/// A topic that has published `one`.
fn topic(alias: u64, topic: &'static str) -> SharedStream<&'static str> {
    let epoch = Epoch::new("life1").expect("letters and digits");
    let mut stream = SharedStream::new(alias, Stream::Topic(name(topic)), epoch, 1_000);
    stream.publish("one", 3);
    stream
}

fn last_one() -> StreamAnswer<&'static str> {
    topic(ORDERS, "orders").subscribe(SubscribeFrom::Last(1))
}

fn subscribe(number: u64, topic: &'static str) -> ToServer<&'static str, char> {
    let message = LaneMessage::Subscribe { topic: name(topic), from: SubscribeFrom::Last(1) };
    ToServer::Lane { number, message }
}

fn unsubscribe(number: u64, topic: &'static str) -> ToServer<&'static str, char> {
    ToServer::Lane { number, message: LaneMessage::Unsubscribe { topic: name(topic) } }
}

fn publish(number: u64, payload: &'static str) -> ToServer<&'static str, char> {
    ToServer::Lane { number, message: LaneMessage::Publish { topic: name("orders"), payload } }
}

/// A session whose client reads the topic `orders`.
fn reader() -> TestSession {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    assert!(session.subscribed(1, last_one()));
    outputs(&mut session);
    session
}

fn transmitted(outputs: &[TestOutput]) -> Vec<&ToClient<&'static str>> {
    let transmitted = outputs.iter().filter_map(|output| match output {
        Output::Transmit { message, .. } => Some(message),
        _ => None,
    });
    transmitted.collect()
}

fn refusal(number: u64, to: u64, code: FailureCode, payload: &'static str) -> ToClient<&'static str> {
    ToClient::Lane { number, message: LaneMessage::Failure { to, code, payload } }
}

#[test]
fn a_subscription_is_done_at_once_and_answered_by_a_line_before_its_messages() {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    let asked = Event::Subscribe { number: 1, topic: name("orders"), from: SubscribeFrom::Last(1) };
    assert_eq!(
        outputs(&mut session),
        [Output::Event(asked), Output::Transmit { connection: FIRST, message: ToClient::Ack(1) }]
    );
    assert!(session.subscribed(1, last_one()));
    session.forward(ORDERS, 2, "two");
    let told = outputs(&mut session);
    let stream = |offset, payload| ToClient::Stream { alias: ORDERS, offset, payload };
    let expected = [ToClient::Added(last_one().line), stream(1, "one"), stream(2, "two")];
    assert_eq!(transmitted(&told), expected.iter().collect::<Vec<_>>());
}

#[test]
fn what_is_published_before_the_line_is_not_sent_by_itself() {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    outputs(&mut session);
    session.forward(ORDERS, 1, "one");
    assert_eq!(outputs(&mut session), []);
}

#[test]
fn a_subscription_is_answered_once() {
    let mut session = reader();
    assert!(!session.subscribed(1, last_one()));
    assert_eq!(outputs(&mut session), []);
}

#[test]
fn a_subscription_is_not_answered_on_another_connection() {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    let _ = session.resume(at(1), SECOND, resume('a', 'b', 2, 0));
    outputs(&mut session);
    assert!(!session.subscribed(1, last_one()), "the client asks again");
    assert_eq!(outputs(&mut session), []);
    receive(&mut session, SECOND, subscribe(2, "orders"));
    assert!(session.subscribed(2, last_one()));
}

#[test]
fn a_topic_that_a_resume_does_not_name_is_not_sent() {
    let mut session = reader();
    let _ = session.resume(at(1), SECOND, resume('a', 'b', 2, 0));
    outputs(&mut session);
    session.forward(ORDERS, 2, "two");
    assert_eq!(outputs(&mut session), []);
}

#[test]
fn nothing_is_sent_after_the_client_has_unsubscribed() {
    let mut session = reader();
    receive(&mut session, FIRST, unsubscribe(2, "orders"));
    session.forward(ORDERS, 2, "two");
    let told = outputs(&mut session);
    assert!(told.contains(&Output::Event(Event::Unsubscribe { topic: name("orders") })));
    assert_eq!(transmitted(&told), [&ToClient::Ack(2)]);
}

#[test]
fn a_subscription_that_was_given_up_is_answered_by_its_line_alone() {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    receive(&mut session, FIRST, unsubscribe(2, "orders"));
    outputs(&mut session);
    assert!(!session.subscribed(1, last_one()));
    session.forward(ORDERS, 2, "two");
    assert_eq!(transmitted(&outputs(&mut session)), [&ToClient::Added(last_one().line)]);
}

#[test]
fn a_refusal_is_a_message_of_the_inbox_and_survives_its_connection() {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    session.refuse(1, FailureCode::NOT_ALLOWED, "no", 2);
    let refused = refusal(1, 1, FailureCode::NOT_ALLOWED, "no");
    assert!(transmitted(&outputs(&mut session)).contains(&&refused));
    let _ = session.resume(at(1), SECOND, resume('a', 'b', 2, 0));
    assert!(transmitted(&outputs(&mut session)).contains(&&refused));
}

#[test]
fn there_is_a_bound_on_topics_and_those_that_are_asked_for_count() {
    let mut config = SessionConfig::default();
    config.max_subscriptions = 2;
    let mut session: TestSession = Session::open(config, at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    receive(&mut session, FIRST, subscribe(1, "orders"));
    assert!(session.subscribed(1, last_one()));
    receive(&mut session, FIRST, subscribe(2, "prices"));
    outputs(&mut session);
    receive(&mut session, FIRST, subscribe(3, "news"));
    assert_eq!(outputs(&mut session)[0], Output::Event(Event::TooManySubscriptions { number: 3 }));
    session.refuse(3, FailureCode::TOO_MANY, "why", 3);
    assert_eq!(transmitted(&outputs(&mut session)), [&refusal(1, 3, FailureCode::TOO_MANY, "why")]);
    receive(&mut session, FIRST, unsubscribe(4, "orders"));
    outputs(&mut session);
    receive(&mut session, FIRST, subscribe(5, "news"));
    assert!(matches!(outputs(&mut session)[0], Output::Event(Event::Subscribe { number: 5, .. })));
}

#[test]
fn what_was_given_up_before_its_answer_takes_no_topics_place() {
    let mut config = SessionConfig::default();
    config.max_subscriptions = 2;
    let mut session: TestSession = Session::open(config, at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    receive(&mut session, FIRST, subscribe(1, "orders"));
    assert!(session.subscribed(1, last_one()));
    receive(&mut session, FIRST, subscribe(2, "prices"));
    receive(&mut session, FIRST, unsubscribe(3, "prices"));
    outputs(&mut session);
    receive(&mut session, FIRST, subscribe(4, "prices"));
    assert!(matches!(outputs(&mut session)[0], Output::Event(Event::Subscribe { number: 4, .. })));
    // But nobody may have any number of them worked on.
    receive(&mut session, FIRST, unsubscribe(5, "prices"));
    outputs(&mut session);
    receive(&mut session, FIRST, subscribe(6, "prices"));
    assert_eq!(outputs(&mut session)[0], Output::Event(Event::TooManySubscriptions { number: 6 }));
}

#[test]
fn a_resume_that_names_too_many_topics_is_answered_without_the_last() {
    let mut config = SessionConfig::default();
    config.max_subscriptions = 1;
    let mut session: TestSession = Session::open(config, at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    receive(&mut session, FIRST, ToServer::Pong(0));
    outputs(&mut session);
    let streams = vec![last_one(), topic(8, "prices").join()];
    let _ = session.resume(at(1), SECOND, Resume { streams, ..resume('a', 'b', 2, 0) });
    let told = outputs(&mut session);
    let ToClient::Answer { streams, .. } = transmitted(&told)[0] else { panic!("{told:?}") };
    assert_eq!(*streams, [last_one().line]);
    session.forward(8, 2, "two");
    assert_eq!(outputs(&mut session), []);
}

#[test]
fn an_ended_subscription_is_told_and_nothing_follows() {
    let mut session = reader();
    session.gone(ORDERS, FailureCode::NOT_ALLOWED);
    session.forward(ORDERS, 2, "two");
    session.gone(ORDERS, FailureCode::NOT_ALLOWED);
    let gone = ToClient::Gone { alias: ORDERS, code: FailureCode::NOT_ALLOWED };
    assert_eq!(transmitted(&outputs(&mut session)), [&gone]);
}

#[test]
fn what_is_left_out_of_a_topic_is_told_to_who_reads_it() {
    let mut session = reader();
    let gap = Gap { from: 2, to: 8 };
    session.skip(ORDERS, gap);
    session.skip(ORDERS + 1, gap);
    assert_eq!(transmitted(&outputs(&mut session)), [&ToClient::Skip { alias: ORDERS, gap }]);
}

#[test]
fn what_an_answer_leaves_out_is_told_in_its_place() {
    let mut session = session();
    receive(&mut session, FIRST, subscribe(1, "orders"));
    outputs(&mut session);
    let StreamAnswer { line, .. } = topic(ORDERS, "orders").subscribe(SubscribeFrom::Last(1));
    assert!(session.subscribed(
        1,
        StreamAnswer { line: line.clone(), replay: vec![(3, "three"), (4, "four"), (9, "nine")] }
    ));
    let skip = |from, to| ToClient::Skip { alias: ORDERS, gap: Gap { from, to } };
    let message = |offset, payload| ToClient::Stream { alias: ORDERS, offset, payload };
    assert_eq!(
        transmitted(&outputs(&mut session)),
        [
            &ToClient::Added(line),
            &skip(1, 2),
            &message(3, "three"),
            &message(4, "four"),
            &skip(5, 8),
            &message(9, "nine"),
        ]
    );
}

#[test]
fn a_publication_is_done_when_it_is_finished_and_refused_before_that() {
    let mut session = session();
    receive(&mut session, FIRST, publish(1, "news"));
    let topic = name("orders");
    let asked = Event::Publish { number: 1, topic, payload: "news", bytes: 1, redelivered: false };
    assert_eq!(outputs(&mut session), [Output::Event(asked)]);
    session.refuse(1, FailureCode::NOT_ALLOWED, "no", 2);
    session.finished(at(0), 1);
    let refused = refusal(1, 1, FailureCode::NOT_ALLOWED, "no");
    assert_eq!(transmitted(&outputs(&mut session)), [&refused, &ToClient::Ack(1)]);
}

#[test]
fn a_subscription_that_is_sent_again_is_answered_again_also_where_it_was_done() {
    let mut session = session();
    receive(&mut session, FIRST, lane(1, "the listener is still at it"));
    receive(&mut session, FIRST, subscribe(2, "orders"));
    assert!(session.subscribed(2, last_one()));
    let snapshot = session.snapshot();
    assert_eq!((snapshot.done, &*snapshot.finished_ahead), (0, &[2][..]));
    let mut restored: TestSession = Session::restore(SessionConfig::default(), at(50), snapshot);
    let _ = restored.resume(at(51), SECOND, Resume { sent: 2, ..resume('a', 'b', 2, 0) });
    receive(&mut restored, SECOND, lane(1, "again"));
    receive(&mut restored, SECOND, subscribe(2, "orders"));
    assert!(restored.subscribed(2, last_one()));
}
