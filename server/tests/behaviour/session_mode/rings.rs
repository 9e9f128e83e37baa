//! What is kept for a client that is away, and what it is told is lost.

use std::time::Duration;

use staywire_server::{SendError, Sent, Server};

use super::client::Visitor;
use super::cut;
use crate::support::{Echo, serve, soon, told, until};

#[tokio::test]
async fn what_fell_out_of_the_rings_is_told_by_its_numbers() {
    // A small message counts as 16 bytes: ten of them are kept.
    let running = serve(Server::builder().endpoint("/ws", Echo).max_ring_bytes(160)).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    cut(&running, &visitor.session).await;
    let id = visitor.session.parse().unwrap();
    for number in 1..=25 {
        assert_eq!(helper.send(id, format!("own {number}")), Ok(Sent::Kept));
        assert_eq!(helper.broadcast(format!("all {number}")).kept, 1);
    }
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "resumed 0 0 16");
    assert_eq!(answer.stream("b"), "gap 1 15");
    let alias = answer.streams[0].split(' ').nth(1).unwrap().to_owned();
    for number in 16..=25 {
        assert_eq!(visitor.wire.next_data().await, format!("s{alias} {number}\nall {number}"));
    }
    for number in 16..=25 {
        assert_eq!(visitor.wire.next_data().await, format!("d{number}\nown {number}"));
    }
}

#[tokio::test]
async fn an_acknowledged_message_is_kept_no_longer() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_ring_bytes(160)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for number in 1..=40 {
        visitor.say(&number.to_string()).await;
        assert_eq!(visitor.hear().await, number.to_string());
        visitor.wire.send(format!("a{number}")).await;
    }
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "resumed 40 40 41");
}

#[tokio::test]
async fn a_slow_reader_loses_its_connection_and_not_its_session() {
    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws/{open}", listener).max_queue_bytes(128 * 1024);
    let running = serve(builder.max_ring_bytes(64 * 1024 * 1024)).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    let id = visitor.session.parse().unwrap();
    let mut count = 0;
    // Nobody reads: the system's buffers fill, then the queue.
    soon(async {
        while helper.suspended() == 0 {
            count += 1;
            helper.send(id, format!("{count:060000}")).unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(heard.next().await, "open");
    assert_eq!(heard.next().await, "suspend");
    // More than the queue's bound waits for it, and all of it comes.
    assert_eq!(visitor.come_back(&running).await.kind(), "resumed");
    for number in 1..=count {
        assert_eq!(visitor.hear().await, format!("{number:060000}"));
    }
    assert!(heard.next().await.starts_with("resume"));
}

#[tokio::test]
async fn a_message_larger_than_the_ring_is_refused_alone() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_ring_bytes(160)).await;
    let helper = running.server.helper();
    let visitor = Visitor::arrive(&running, "/ws", 1).await;
    let refused = SendError::TooLarge { bytes: 161, limit: 160 };
    assert_eq!(helper.send(visitor.session.parse().unwrap(), "x".repeat(161)), Err(refused));
    let delivery = helper.broadcast("x".repeat(161));
    assert_eq!(delivery.refused, [(visitor.session.parse().unwrap(), refused)]);
    assert_eq!(helper.send(visitor.session.parse().unwrap(), "x".repeat(160)), Ok(Sent::Queued));
}

#[tokio::test]
async fn beyond_the_total_bound_those_silent_for_the_longest_are_dropped_first() {
    let builder = Server::builder().endpoint("/ws", Echo).max_total_ring_bytes(2_000);
    let running = serve(builder.max_ring_bytes(2_000)).await;
    let helper = running.server.helper();
    let mut visitors = Vec::new();
    for first in [100, 200, 300] {
        let visitor = Visitor::arrive(&running, "/ws", first).await;
        cut(&running, &visitor.session).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
        visitors.push(visitor);
    }
    for visitor in &visitors {
        helper.send(visitor.session.parse().unwrap(), "x".repeat(900)).unwrap();
    }
    until(|| helper.suspended() == 2).await;
    let mut outcomes = Vec::new();
    for visitor in &mut visitors {
        outcomes.push(visitor.come_back(&running).await.words[..2].join(" "));
    }
    assert_eq!(outcomes[0], "fresh expired");
    assert!(outcomes[1..].iter().all(|outcome| outcome.starts_with("resumed")), "{outcomes:?}");
}

#[tokio::test]
async fn a_client_may_send_no_more_than_its_credit() {
    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws/{open}", listener).max_inbox_bytes(1_000);
    let running = serve(builder).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    // Before the listener can be done with the first one.
    visitor.wire.send(format!("d1\n{}", "x".repeat(751))).await;
    assert_eq!(visitor.wire.next_close().await.0, 3510);
    assert_eq!(heard.next().await, "open");
    assert!(heard.next().await.starts_with("error the client broke the session protocol"));
    assert_eq!(heard.next().await, "close 3510 \"protocol violation\" unclean by Server");
}

#[tokio::test]
async fn what_is_kept_of_all_streams_together_is_bounded() {
    let builder = Server::builder().endpoint("/a", Echo).endpoint("/b", Echo);
    let running = serve(builder.max_ring_bytes(2_000).max_total_stream_bytes(3_000)).await;
    let helper = running.server.helper();
    let (a, b) = (helper.at("/a").unwrap(), helper.at("/b").unwrap());
    let mut quiet = Visitor::arrive(&running, "/a", 1).await;
    let mut loud = Visitor::arrive(&running, "/b", 10).await;
    for visitor in [&quiet, &loud] {
        cut(&running, &visitor.session).await;
    }
    for number in 0..20 {
        let _ = a.broadcast(format!("{number:0>100}"));
    }
    for number in 0..20 {
        let _ = b.broadcast(format!("{number:0>100}"));
    }
    assert_eq!(quiet.come_back(&running).await.stream("b"), "recovered 0");
    assert_eq!(loud.come_back(&running).await.stream("b"), "gap 1 10", "it has given up its own");
}
