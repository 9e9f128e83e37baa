//! A reader of topics misses nothing and gets nothing twice, over cut connections and in one session after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use staywire_client_native::{Client, Event, Events, Name, Stream, SubscribeFrom};
use staywire_server::{
    ListenerError, Message, Retention, Server, ServerBuilder, Session, TopicError, TopicName, TopicSettings,
    WsHelper, WsListener,
};

use super::served::{Served, next, serve, wait_for};

/// Lets everybody read and publish.
struct Open;

impl WsListener for Open {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
        Ok(())
    }

    async fn publish(&self, _: &Session, _: &TopicName, _: &Message) -> Result<(), TopicError> {
        Ok(())
    }
}

fn builder() -> ServerBuilder {
    let kept = TopicSettings::new().history(Retention::new(100_000, Duration::from_secs(3600)));
    Server::builder().endpoint("/topics", Open).topics("kept", kept)
}

async fn open(served: &Served) -> (Client, Events) {
    let (client, mut events) = served.client_of("/topics").connect().expect("it is right");
    assert!(matches!(next(&mut events).await, Event::Open));
    (client, events)
}

fn name(topic: &str) -> Name<'static> {
    Name::new(topic.to_owned()).expect("it is a name")
}

/// Publishes the numbers 1 to `count` to `topic`, a few each millisecond.
async fn publish_numbers(helper: WsHelper, topic: &'static str, count: u64) {
    for number in 1..=count {
        let publication = helper.publish(topic, number.to_string()).await.expect("it is published");
        assert_eq!(publication.position.offset, number);
        if number % 4 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The next message of a topic and the number in it; the connections come and go, and nothing may be lost.
async fn next_number(events: &mut Events) -> (String, u64) {
    wait_for(events, |event| match event {
        Event::StreamMessage { stream: Stream::Topic(topic), position, message } => {
            let number = message.as_text().and_then(|text| text.parse().ok()).expect("it is a number");
            assert_eq!(position.offset, number);
            Some((topic.as_str().to_owned(), number))
        }
        Event::Subscribed { .. } | Event::Reconnecting { .. } | Event::Resumed => None,
        other => panic!("nothing else happens: {other:?}"),
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_are_read_in_order_over_connections_that_are_cut() {
    const COUNT: u64 = 2_000;
    const TOPICS: [&str; 3] = ["bids", "asks", "news"];
    let served = serve(builder()).await;
    let (client, mut events) = open(&served).await;
    for topic in TOPICS {
        client.subscribe(name(topic), SubscribeFrom::Last(0)).expect("there is room");
        wait_for(&mut events, |event| matches!(event, Event::Subscribed { .. }).then_some(())).await;
    }
    let publishing = TOPICS.map(|topic| tokio::spawn(publish_numbers(served.helper.clone(), topic, COUNT)));
    let mut last = BTreeMap::new();
    for received in 1..=COUNT * TOPICS.len() as u64 {
        let (topic, number) = next_number(&mut events).await;
        let before = last.insert(topic.clone(), number).unwrap_or_default();
        assert_eq!(number, before + 1, "{topic}");
        if received % 250 == 0 {
            served.relay.cut();
        }
    }
    for publishing in publishing {
        publishing.await.expect("all of it was published");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_clients_publish_over_cut_connections_is_published_once_and_in_their_order() {
    const COUNT: usize = 300;
    let served = serve(builder()).await;
    let (reader, mut events) = open(&served).await;
    reader.subscribe(name("room"), SubscribeFrom::Last(0)).expect("there is room");
    wait_for(&mut events, |event| matches!(event, Event::Subscribed { .. }).then_some(())).await;
    let mut writers = Vec::new();
    for writer in 0..3 {
        let (client, _events) = open(&served).await;
        for number in 0..COUNT {
            client.publish(name("room"), format!("{writer} {number}")).expect("there is room");
        }
        writers.push((client, _events));
    }
    let mut next_of = [0; 3];
    for received in 0..COUNT * next_of.len() {
        let text = wait_for(&mut events, |event| match event {
            Event::StreamMessage { message, .. } => message.as_text().map(str::to_owned),
            Event::StreamGap { .. } | Event::StreamReset { .. } => panic!("nothing is lost: {event:?}"),
            _ => None,
        })
        .await;
        let (writer, number) = text.split_once(' ').expect("it has two parts");
        let writer: usize = writer.parse().expect("it is a number");
        assert_eq!(number, next_of[writer].to_string());
        next_of[writer] += 1;
        if received % 60 == 0 {
            served.relay.cut();
        }
    }
    assert_eq!(next_of, [COUNT; 3]);
}

/// As a page does that is reloaded: each session continues where the one before has stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_session_after_the_other_continues_a_topic_from_the_position_that_was_stored() {
    const SESSIONS: u64 = 20;
    const EACH: u64 = 100;
    let served = serve(builder()).await;
    let publishing = tokio::spawn(publish_numbers(served.helper.clone(), "kept", SESSIONS * EACH));
    let (mut from, mut last) = (SubscribeFrom::Last(100_000), 0);
    for _ in 0..SESSIONS {
        let (client, mut events) = open(&served).await;
        client.subscribe(name("kept"), from).expect("there is room");
        for _ in 0..EACH {
            let (position, number) = wait_for(&mut events, |event| match event {
                Event::StreamMessage { position, message, .. } => {
                    Some((position, message.as_text().and_then(|text| text.parse::<u64>().ok())))
                }
                Event::StreamGap { .. } | Event::StreamReset { .. } => panic!("nothing is lost: {event:?}"),
                _ => None,
            })
            .await;
            assert_eq!(number, Some(last + 1));
            last += 1;
            from = SubscribeFrom::Position(position);
        }
        client.close();
        wait_for(&mut events, |event| matches!(event, Event::Closed { .. }).then_some(())).await;
    }
    assert_eq!(last, SESSIONS * EACH);
    publishing.await.expect("all of it was published");
}
