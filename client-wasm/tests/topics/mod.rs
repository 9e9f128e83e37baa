//! Topics and requests of Rust programs, in a real browser, against a real server.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join;
use staywire_client_wasm::{
    AcknowledgeError, FailureCode, Message, Name, PublishError, RequestError, StayWire, SubscribeError,
    SubscribeFrom, Subscription, TopicEvent,
};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::sockets::builder;

const LONG: Duration = Duration::from_secs(10);
const FROM_NOW: SubscribeFrom = SubscribeFrom::Last(0);

fn connect() -> StayWire {
    builder("/echo", true).connect().unwrap()
}

/// A name that no other test has.
fn topic() -> Name<'static> {
    Name::new(format!("orders/{}", js_sys::Math::random())).unwrap()
}

async fn next_message(subscription: &mut Subscription) -> Message {
    match subscription.next().await {
        Some(TopicEvent::Message(_, message)) => message,
        other => panic!("a message, and not {other:?}"),
    }
}

#[test]
async fn a_request_has_its_reply_text_or_binary() {
    let wire = connect();
    let replies = join(wire.request("hello", LONG), wire.request(vec![0, 255], LONG)).await;
    assert_eq!(replies, (Ok(Message::from("hello")), Ok(Message::Binary(vec![0, 255]))));
}

#[test]
async fn a_request_that_fails_says_why() {
    let wire = connect();
    let (code, reason) = (FailureCode::from_number(1_000), "as asked".to_owned());
    assert_eq!(wire.request("fail", LONG).await, Err(RequestError::Failed { code, reason }));
    let hasty = wire.request("wait", Duration::from_millis(50)).await;
    assert_eq!(hasty, Err(RequestError::Timeout));
    let plain = builder("/echo", false).connect().unwrap();
    assert_eq!(plain.request("hello", LONG).await, Err(RequestError::NoSession));
}

#[test]
async fn a_request_ends_with_the_conversation() {
    let wire = connect();
    wire.request("hello", LONG).await.unwrap();
    let close = async { wire.close() };
    let (reply, ()) = join(wire.request("wait", LONG), close).await;
    assert_eq!(reply, Err(RequestError::OutcomeUnknown));
}

#[test]
async fn what_is_published_comes_to_who_reads_over_a_reconnect() {
    let (wire, topic) = (connect(), topic());
    let mut orders = wire.subscribe(topic.clone(), FROM_NOW).unwrap();
    assert_eq!(wire.subscribe(topic.clone(), FROM_NOW).err(), Some(SubscribeError::AlreadySubscribed));
    let begin = match orders.next().await {
        Some(TopicEvent::Subscribed(position)) => position,
        other => panic!("{other:?}"),
    };
    wire.publish(&topic, "one").unwrap().acknowledged().await.unwrap();
    assert_eq!(next_message(&mut orders).await, Message::from("one"));
    wire.reconnect();
    wire.publish(&topic, vec![2]).unwrap().acknowledged().await.unwrap();
    assert_eq!(next_message(&mut orders).await, Message::Binary(vec![2]));

    let other = connect();
    let mut late = other.subscribe(topic.clone(), SubscribeFrom::Position(begin)).unwrap();
    assert_eq!(late.next().await, Some(TopicEvent::Subscribed(begin)));
    assert_eq!(next_message(&mut late).await, Message::from("one"));

    drop(orders);
    let mut again = wire.subscribe(topic, FROM_NOW).unwrap();
    assert!(matches!(again.next().await, Some(TopicEvent::Subscribed(_))));
}

#[test]
async fn what_the_server_does_not_allow_is_told_and_ends() {
    let wire = connect();
    let (code, reason) = (FailureCode::NOT_ALLOWED, "not yours".to_owned());
    let mut secrets = wire.subscribe(Name::new("secrets").unwrap(), FROM_NOW).unwrap();
    let told: Vec<_> = secrets.by_ref().collect().await;
    assert_eq!(told, [TopicEvent::Ended { code, reason }]);
    let news = wire.publish(&Name::new("news").unwrap(), "fake").unwrap();
    let refused = AcknowledgeError::Refused { code, reason: "read only".to_owned() };
    assert_eq!(news.acknowledged().await, Err(refused));
}

#[test]
async fn topics_end_with_the_conversation_and_need_a_session() {
    let (wire, topic) = (connect(), topic());
    let mut orders = wire.subscribe(topic.clone(), FROM_NOW).unwrap();
    assert!(matches!(orders.next().await, Some(TopicEvent::Subscribed(_))));
    wire.close();
    assert_eq!(orders.next().await, None);
    let plain = builder("/echo", false).connect().unwrap();
    assert_eq!(plain.subscribe(topic.clone(), FROM_NOW).err(), Some(SubscribeError::NoSession));
    assert_eq!(plain.publish(&topic, "").err(), Some(PublishError::NoSession));
}
