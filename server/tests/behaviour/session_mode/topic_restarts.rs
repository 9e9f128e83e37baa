//! What a restart of the server does to topics.

use std::time::Duration;

use staywire_server::{SubscribeFrom, WsHelper};
use tempfile::TempDir;

use super::client::Visitor;
use super::cut;
use super::topics::{builder, publish};
use crate::support::{Running, serve};

async fn serve_in(dir: &TempDir) -> Running {
    let running = serve(builder().close_timeout(Duration::from_millis(100)).state_dir(dir.path())).await;
    // Nobody comes in before everything is restored.
    running.connect("/ws").await.close().await;
    running
}

async fn kept(helper: &WsHelper, topic: &str) -> Vec<u64> {
    let history = helper.history(topic, SubscribeFrom::Last(u64::MAX)).await.unwrap();
    history.messages.iter().map(|published| published.offset).collect()
}

#[tokio::test]
async fn a_session_reads_on_in_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let first = serve_in(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    let lines = [visitor.subscribe("* 0 room").await, visitor.subscribe("* 0 kept").await];
    for topic in ["room", "kept"] {
        publish(&first, topic, "read").await;
        assert_eq!(visitor.hear().await, "read");
    }
    cut(&first, &visitor.session).await;
    for topic in ["room", "kept"] {
        publish(&first, topic, &format!("{topic}, before")).await;
    }
    first.stop().await;

    let second = serve_in(&dir).await;
    for topic in ["room", "kept"] {
        assert_eq!(publish(&second, topic, &format!("{topic}, after")).await, 3, "the numbering goes on");
    }
    visitor.held.extend(lines.iter().map(|line| line.held_at(1)));
    let answer = visitor.come_back(&second).await;
    assert_eq!(answer.kind(), "resumed");
    let lines: Vec<_> = answer.streams.iter().filter(|line| line.contains(" t ")).collect();
    assert!(lines.len() == 2 && lines.iter().all(|line| line.starts_with("recovered ")), "{lines:?}");
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(visitor.hear().await);
    }
    heard.sort_unstable();
    assert_eq!(heard, ["kept, after", "kept, before", "room, after", "room, before"]);
    publish(&second, "room", "live").await;
    assert_eq!(visitor.hear().await, "live");
}

#[tokio::test]
async fn history_outlives_a_restart_though_nobody_reads() {
    let dir = tempfile::tempdir().unwrap();
    let first = serve_in(&dir).await;
    for number in 1..=3 {
        publish(&first, "kept", &number.to_string()).await;
        publish(&first, "room", &number.to_string()).await;
    }
    first.stop().await;

    let second = serve_in(&dir).await;
    let helper = second.server.helper();
    assert_eq!((kept(&helper, "kept").await, kept(&helper, "room").await), (vec![1, 2, 3], Vec::new()));
    assert_eq!((publish(&second, "kept", "4").await, publish(&second, "room", "4").await), (4, 4));
    let mut visitor = Visitor::arrive(&second, "/ws", 1).await;
    assert_eq!(visitor.subscribe("* 2 kept").await.outcome(), "recovered 2");
    assert_eq!((visitor.hear().await, visitor.hear().await), ("3".into(), "4".into()));
}

#[tokio::test]
async fn after_an_unclean_end_every_topic_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let first = serve_in(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    let line = visitor.subscribe("* 0 kept").await;
    publish(&first, "kept", "1").await;
    // As if it had crashed: nobody stops it, and nothing is left for the other one.
    let elsewhere = tempfile::tempdir().unwrap();
    let second = serve_in(&elsewhere).await;
    publish(&second, "kept", "another 1").await;
    let mut visitor = Visitor::arrive(&second, "/ws", 10).await;
    let (epoch, _) =
        line.position().split_once(' ').map(|(epoch, rest)| (epoch.to_owned(), rest.len())).unwrap();
    assert_eq!(visitor.subscribe(&format!("{epoch} 1 kept")).await.outcome(), "reset 1 0");
    assert_eq!(visitor.hear().await, "another 1");
}

#[tokio::test]
async fn a_topic_that_was_given_up_before_the_restart_is_not_read_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let first = serve_in(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    let line = visitor.subscribe("* 0 room").await;
    visitor.tell("u", "room").await;
    visitor.say("settled").await;
    assert_eq!(visitor.hear().await, "settled");
    first.stop().await;

    let second = serve_in(&dir).await;
    let delivery = second.server.helper().publish("room", "x").await.unwrap().delivery;
    assert_eq!((delivery.queued, delivery.kept), (0, 0));
    visitor.held.push(line.held_at(0));
    let answer = visitor.come_back(&second).await;
    assert!(!answer.streams.iter().any(|line| line.contains(" t ")), "{answer:?}");
}

/// What is kept for a session that is away is not history for others.
#[tokio::test]
async fn what_was_kept_for_sessions_alone_is_no_history_in_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let first = serve_in(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    visitor.subscribe("* 0 room").await;
    publish(&first, "room", "1").await;
    assert_eq!(visitor.hear().await, "1");
    first.stop().await;

    let second = serve_in(&dir).await;
    assert_eq!(kept(&second.server.helper(), "room").await, [0; 0]);
    let mut joiner = Visitor::arrive(&second, "/ws", 10).await;
    assert_eq!(joiner.subscribe("* 5 room").await.outcome(), "recovered 1");
}
