//! Histories that are larger than what may wait to be written.

use std::sync::atomic::Ordering;
use std::time::Duration;

use staywire_server::{Retention, TopicSettings};

use super::client::Visitor;
use super::inspected::Inspected;
use super::topics::builder;
use crate::support::{Running, serve};

/// Messages of 16 KiB.
const MESSAGES: u64 = 40;

const TOPICS: [&str; 3] = ["large/1", "large/2", "large/3"];

/// A server whose topics each keep more than may wait to be written.
async fn serve_large() -> Running {
    let history = TopicSettings::new().history(Retention::new(100, Duration::from_secs(60)));
    let running = serve(builder().topics("large", history).max_queue_bytes(128 * 1024)).await;
    let helper = running.server.helper();
    for number in 1..=MESSAGES {
        for topic in TOPICS {
            helper.publish(topic, format!("{number:>16384}")).await.unwrap();
        }
    }
    running
}

#[tokio::test]
async fn a_subscriber_gets_more_of_the_past_than_the_queue_has_room_for() {
    let running = serve_large().await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for topic in TOPICS {
        visitor.tell("t", &format!("* {MESSAGES} {topic}")).await;
    }
    let mut lines = 0;
    let mut read = 0;
    while read < MESSAGES * TOPICS.len() as u64 {
        let told = visitor.next_told().await;
        lines += u64::from(told.starts_with("recovered "));
        if told.starts_with('s') {
            read += 1;
        }
    }
    assert_eq!(lines, TOPICS.len() as u64);
    assert_eq!(running.server.counters().connections.slow_reader, 0);
}

#[tokio::test]
async fn a_session_that_the_server_subscribes_gets_more_of_the_past_than_the_queue_has_room_for() {
    let running = serve_large().await;
    let mut plain = running.connect("/ws").await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for topic in TOPICS {
        plain.send(format!("subscribe-all {topic}")).await;
        visitor.say(&format!("subscribe-all {topic}")).await;
    }
    for _ in TOPICS {
        for number in 1..=MESSAGES {
            let expected = format!("{number:>16384}");
            assert!(plain.next_text().await == expected, "the plain client's message {number}");
            assert!(visitor.hear().await == expected, "the session's message {number}");
        }
    }
    assert_eq!(running.server.counters().connections.slow_reader, 0);
}

#[tokio::test]
async fn what_many_histories_cost_does_not_grow_faster_than_they_do() {
    const MANY: usize = 50;
    let engine = Inspected::default();
    let running = serve(builder().engine(engine.clone())).await;
    let topics: Vec<_> = (0..MANY).map(|number| format!("kept/{number}")).collect();
    for topic in &topics {
        running.server.helper().publish(topic, "x".repeat(20_000)).await.unwrap();
    }
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for topic in &topics {
        visitor.tell("t", &format!("* 1 {topic}")).await;
    }
    for _ in &topics {
        while !visitor.next_told().await.starts_with('s') {}
    }
    let read = engine.histories.load(Ordering::SeqCst);
    assert!(read <= 2 * MANY, "{MANY} histories were read {read} times");
}
