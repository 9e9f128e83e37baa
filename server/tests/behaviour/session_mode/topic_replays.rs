//! Histories that are larger than what may wait to be written.

use std::time::Duration;

use staywire_server::{Retention, TopicSettings};

use super::client::Visitor;
use super::topics::builder;
use crate::support::serve;

/// Messages of 16 KiB.
const MESSAGES: u64 = 40;

#[tokio::test]
async fn a_subscriber_gets_more_of_the_past_than_the_queue_has_room_for() {
    let history = TopicSettings::new().history(Retention::new(100, Duration::from_secs(60)));
    let running = serve(builder().topics("large", history).max_queue_bytes(128 * 1024)).await;
    let helper = running.server.helper();
    let topics = ["large/1", "large/2", "large/3"];
    for number in 1..=MESSAGES {
        for topic in topics {
            helper.publish(topic, format!("{number:>16384}")).await.unwrap();
        }
    }
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for topic in topics {
        visitor.tell("t", &format!("* {MESSAGES} {topic}")).await;
    }
    let mut lines = 0;
    let mut read = 0;
    while read < MESSAGES * topics.len() as u64 {
        let told = visitor.next_told().await;
        lines += u64::from(told.starts_with("recovered "));
        if told.starts_with('s') {
            read += 1;
        }
    }
    assert_eq!(lines, topics.len() as u64);
    assert_eq!(running.server.counters().connections.slow_reader, 0);
}
