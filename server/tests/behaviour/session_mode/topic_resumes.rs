//! Topics across connections, and what is kept of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use staywire_server::{
    Delivery, ListenerError, Memory, Message, Retention, Server, Session, SubscribeFrom, TopicError,
    TopicName, TopicSettings, WsListener,
};

use super::client::{Visitor, Wire, token};
use super::cut;
use super::topics::{builder, builder_with, publish};
use crate::support::{serve, until};

#[tokio::test]
async fn a_topic_is_continued_in_the_answer_without_asking_the_listener_again() {
    /// Allows one subscription.
    struct Once(AtomicUsize);

    impl WsListener for Once {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }

        async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 => Ok(()),
                _ => Err(TopicError::not_allowed("once is enough")),
            }
        }
    }

    let running = serve(Server::builder().endpoint("/ws", Once(AtomicUsize::new(0)))).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let line = visitor.subscribe("* 0 room").await;
    publish(&running, "room", "1").await;
    assert_eq!(visitor.hear().await, "1");
    cut(&running, &visitor.session).await;
    let delivery = running.server.helper().publish("room", "2").await.unwrap().delivery;
    assert_eq!((delivery.queued, delivery.kept), (0, 1));
    visitor.held.push(line.held_at(1));
    let answer = visitor.come_back(&running).await;
    assert_eq!((answer.kind(), answer.stream("t")), ("resumed", "recovered 1".into()));
    assert_eq!(visitor.hear().await, "2");
    publish(&running, "room", "3").await;
    assert_eq!(visitor.hear().await, "3");
}

#[tokio::test]
async fn what_fell_out_of_the_ring_is_told_exactly() {
    let running = serve(builder().max_ring_bytes(160)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let line = visitor.subscribe("* 0 room").await;
    cut(&running, &visitor.session).await;
    for number in 1..=30 {
        publish(&running, "room", &number.to_string()).await;
    }
    visitor.held.push(line.held_at(0));
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.stream("t"), "gap 1 20");
    for number in 21..=30 {
        assert_eq!(visitor.hear().await, number.to_string());
    }
}

#[tokio::test]
async fn what_fell_out_of_the_ring_comes_from_the_history() {
    let running = serve(builder().max_ring_bytes(160)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let line = visitor.subscribe("* 0 kept").await;
    cut(&running, &visitor.session).await;
    for number in 1..=130 {
        publish(&running, "kept", &number.to_string()).await;
    }
    visitor.held.push(line.held_at(10));
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.stream("t"), "gap 11 30", "the last hundred are kept");
    for number in 31..=130 {
        assert_eq!(visitor.hear().await, number.to_string());
    }
}

#[tokio::test]
async fn a_topic_that_is_not_named_or_not_read_has_no_line() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let mut other = Visitor::arrive(&running, "/ws", 20).await;
    visitor.subscribe("* 0 forgotten").await;
    let line = other.subscribe("* 0 unread").await;
    visitor.held.push(line.held_at(0));
    let answer = visitor.come_back(&running).await;
    assert!(!answer.streams.iter().any(|line| line.contains(" t ")), "{answer:?}");
    let delivery = running.server.helper().publish("forgotten", "x").await.unwrap().delivery;
    assert_eq!(delivery, Delivery::default(), "its client has not named it, and reads it no more");
    let line = visitor.subscribe(&format!("{} unread", line.position())).await;
    assert_eq!(line.outcome(), "recovered 0");
}

#[tokio::test]
async fn what_was_asked_on_a_lost_connection_is_asked_again() {
    let (builder, permits) = builder_with(0);
    let running = serve(builder).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.tell("t", "* 0 slow").await;
    visitor.say("taken in").await;
    assert_eq!(visitor.hear().await, "taken in");
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "resumed 2 2 2");
    permits.add_permits(1);
    let line = visitor.subscribe("* 0 slow").await;
    assert_eq!(line.outcome(), "recovered 0", "the first one was not answered, and took no permit");
}

#[tokio::test]
async fn a_late_joiner_gets_the_last_messages_and_then_what_comes() {
    let running = serve(builder()).await;
    for number in 1..=5 {
        publish(&running, "kept", &number.to_string()).await;
    }
    for (first, count, expected) in [(1, 0, 5), (10, 2, 3), (20, 5, 0), (30, 1_000, 0)] {
        let mut visitor = Visitor::arrive(&running, "/ws", first).await;
        let line = visitor.subscribe(&format!("* {count} kept")).await;
        assert_eq!(line.outcome(), format!("recovered {expected}"), "the last {count}");
        for number in expected + 1..=5 {
            assert_eq!(visitor.hear().await, number.to_string());
        }
    }
}

#[tokio::test]
async fn without_history_the_last_messages_are_not_to_be_had() {
    let running = serve(builder()).await;
    let mut reader = Visitor::arrive(&running, "/ws", 1).await;
    reader.subscribe("* 0 room").await;
    publish(&running, "room", "1").await;
    let mut joiner = Visitor::arrive(&running, "/ws", 10).await;
    assert_eq!(joiner.subscribe("* 5 room").await.outcome(), "recovered 1");
}

#[tokio::test]
async fn a_position_that_the_application_stored_is_continued_by_another_session() {
    let running = serve(builder()).await;
    let mut first = Visitor::arrive(&running, "/ws", 1).await;
    let line = first.subscribe("* 0 kept").await;
    first.wire.send("goodbye").await;
    assert_eq!(first.wire.next_close().await.0, 1000);
    for number in 1..=3 {
        publish(&running, "kept", &number.to_string()).await;
    }
    let mut second = Visitor::arrive(&running, "/ws", 10).await;
    let (epoch, _) =
        line.position().split_once(' ').map(|(epoch, offset)| (epoch.to_owned(), offset.len())).unwrap();
    assert_eq!(second.subscribe(&format!("{epoch} 1 kept")).await.outcome(), "recovered 1");
    assert_eq!((second.hear().await, second.hear().await), ("2".into(), "3".into()));
    let mut third = Visitor::arrive(&running, "/ws", 20).await;
    assert_eq!(third.subscribe("another 7 kept").await.outcome(), "reset 7 0");
    assert_eq!(third.hear().await, "1", "all that is kept follows");
}

#[tokio::test]
async fn positions_of_broadcasts_and_of_a_user_are_continued_by_a_new_session() {
    let keep = Retention::new(100, Duration::from_secs(3600));
    let builder = builder().user_history(keep).broadcast_history(keep).authenticate(super::streams::ByName);
    let running = serve(builder.max_ring_bytes(32)).await;
    let helper = running.server.helper();
    let mut first = Wire::open(&running, "/ws").await;
    let answer = first.ask(format!("hello {} 1\ncredential ann", token(1))).await;
    let (broadcast, user) = (answer.held("b"), answer.held("u"));
    first.send("goodbye").await;
    assert_eq!(first.next_close().await.0, 1000);
    until(|| helper.users().is_empty()).await;
    for number in 1..=5 {
        assert_eq!(helper.broadcast(format!("all {number}")), Delivery::default());
        assert_eq!(helper.send_to_user("ann", format!("ann {number}")), staywire_server::UserDelivery::Kept);
    }
    let mut second = Wire::open(&running, "/ws").await;
    let hello = format!("hello {} 1\ncredential ann\n{broadcast}\n{user}", token(9));
    let answer = second.ask(hello).await;
    assert_eq!(answer.kind(), "welcome");
    assert_eq!((answer.stream("b"), answer.stream("u")), ("recovered 0".into(), "recovered 0".into()));
    for kind in ["all", "ann"] {
        for number in 1..=5 {
            let data = second.next_data().await;
            assert!(data.ends_with(&format!(" {number}\n{kind} {number}")), "{data}");
        }
    }
}

#[tokio::test]
async fn the_topics_of_a_session_are_limited() {
    let running = serve(builder().max_subscriptions(2)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for topic in ["a", "b"] {
        visitor.subscribe(&format!("* 0 {topic}")).await;
    }
    visitor.tell("t", "* 0 c").await;
    assert!(visitor.next_told().await.starts_with("e1 3 4\n"));
    visitor.tell("u", "a").await;
    assert_eq!(visitor.subscribe("* 0 c").await.name(), "c");
}

#[tokio::test]
async fn the_topics_of_a_user_are_limited_in_all_sessions_together() {
    let builder = builder().max_user_subscriptions(2).authenticate(super::streams::ByName);
    let running = serve(builder).await;
    let mut sessions = Vec::new();
    for (first, user) in [(1, "ann"), (10, "ann"), (20, "bob")] {
        let mut wire = Wire::open(&running, "/ws").await;
        wire.ask(format!("hello {} 1\ncredential {user}", token(first))).await;
        sessions.push(wire);
    }
    let [one, two, other] = &mut sessions[..] else { unreachable!("there are three") };
    let told = async |wire: &mut Wire, message: &str| {
        wire.send(message).await;
        loop {
            let text = wire.next().await;
            if text.contains(' ') {
                return text;
            }
        }
    };
    assert!(told(one, "t1 * 0 a").await.starts_with("recovered"));
    assert!(told(two, "t1 * 0 a").await.starts_with("recovered"));
    assert!(told(two, "t2 * 0 b").await.starts_with("e1 2 4\n"));
    assert!(told(other, "t1 * 0 b").await.starts_with("recovered"));
    one.send("goodbye").await;
    assert_eq!(one.next_close().await.0, 1000);
    assert!(told(two, "t3 * 0 b").await.starts_with("recovered"), "another session has made room");
}

#[tokio::test]
async fn where_the_engine_has_no_room_it_is_unavailable() {
    let running = serve(builder().engine(Memory::new().max_streams(2))).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.subscribe("* 0 a").await;
    visitor.tell("t", "* 0 b").await;
    assert!(visitor.next_told().await.starts_with("e1 2 7\n"));
    visitor.tell("w", "b\nhello").await;
    assert!(visitor.next_told().await.starts_with("e2 3 7\n"));
    assert_eq!(publish(&running, "a", "hello").await, 1);
    assert_eq!(visitor.hear().await, "hello");
}

/// Publishing and subscribing exclude each other: history is followed by what comes, without a gap or a repeat.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_late_joiners_among_heavy_traffic_miss_nothing_and_get_nothing_twice() {
    const JOINERS: u32 = 1_000;
    const HISTORY: u64 = 50;
    let history = TopicSettings::new().history(Retention::new(HISTORY as usize, Duration::from_secs(60)));
    // The ring is smaller than what they ask for, so that the rest comes from the engine.
    let running = Arc::new(serve(builder().topics("busy", history).max_ring_bytes(16 * 20)).await);
    for number in 1..=HISTORY {
        assert_eq!(publish(&running, "busy", &number.to_string()).await, number);
    }
    let publishing = tokio::spawn({
        let running = Arc::clone(&running);
        async move {
            for number in HISTORY + 1.. {
                assert_eq!(publish(&running, "busy", &number.to_string()).await, number);
                tokio::time::sleep(Duration::from_micros(500)).await;
            }
        }
    });
    let mut joiners = tokio::task::JoinSet::new();
    for joiner in 0..4 {
        let running = Arc::clone(&running);
        joiners.spawn(async move {
            let mut visitor = Visitor::arrive(&running, "/ws", 1 + joiner * 10).await;
            let helper = running.server.helper();
            let last = async || helper.history("busy", SubscribeFrom::Last(0)).await.unwrap().position.offset;
            for _ in 0..JOINERS / 4 {
                let earliest = last().await;
                let line = visitor.subscribe(&format!("* {HISTORY} busy")).await;
                let outcome = line.outcome();
                let before: u64 = outcome.strip_prefix("recovered ").unwrap().parse().unwrap();
                assert!(
                    (earliest..=last().await).contains(&(before + HISTORY)),
                    "{before} from {earliest} on"
                );
                for number in before + 1..=before + HISTORY + 5 {
                    let expected = format!("s{} {number}\n{number}", line.alias());
                    assert_eq!(visitor.next_told().await, expected);
                }
                visitor.tell("u", "busy").await;
                // What was under way is dropped until the next answer, which comes after the last of it.
                visitor.say("settled").await;
                while visitor.next_told().await.starts_with('s') {}
            }
        });
    }
    joiners.join_all().await;
    publishing.abort();
}
