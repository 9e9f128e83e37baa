//! Every outcome is counted, with its reason.

use std::time::Duration;

use staywire_server::{OpeningCounters, Server};

use super::client::{Visitor, Wire, token};
use super::cut;
use crate::support::{Echo, serve, until};

#[tokio::test]
async fn each_opening_is_counted_by_what_became_of_it() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_sessions(4)).await;
    let openings = || running.server.counters().openings;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.come_back(&running).await;
    visitor.say("proof").await;
    assert_eq!(visitor.hear().await, "proof");
    let session = visitor.session.clone();

    let unknown = "0123456789abcdef0123456789abcdef";
    let (lost, again) = (format!("hello {} 1", token(50)), format!("hello {} 2", token(50)));
    let answered = [lost, again, format!("resume {unknown} {} {} 2 0 0", token(60), token(61))];
    let refused = [
        format!("resume {session} {} {} 1 0 0", token(2), token(3)),
        format!("resume {session} {} {} 9 0 0", token(77), token(3)),
        format!("hello {} 9", token(1)),
        "d1\nno opening".to_owned(),
    ];
    let mut wires = Vec::new();
    for opening in answered {
        let mut wire = Wire::open(&running, "/ws").await;
        wire.ask(opening).await;
        wires.push(wire);
    }
    for opening in refused {
        let mut wire = Wire::open(&running, "/ws").await;
        wire.send(opening).await;
        wire.next_close().await;
    }
    drop(Wire::open(&running, "/ws").await);
    until(|| openings().abandoned == 1).await;
    wires.push(Wire::open(&running, "/ws").await);
    wires.last_mut().unwrap().hello(80, 1).await;
    let mut beyond = Wire::open(&running, "/ws").await;
    beyond.send(format!("hello {} 1", token(90))).await;
    beyond.next_close().await;

    let mut expected = OpeningCounters::default();
    (expected.hello_new, expected.hello_repeated, expected.resumed) = (3, 1, 1);
    expected.fresh_restarted = 1;
    (expected.refused_superseded, expected.refused_unknown_token) = (1, 1);
    expected.refused_violation = 2;
    (expected.refused_capacity, expected.abandoned) = (1, 1);
    assert_eq!(openings(), expected);
}

#[tokio::test]
async fn sessions_messages_and_gaps_are_counted() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_ring_bytes(160)).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.say("12345").await;
    assert_eq!(visitor.hear().await, "12345");
    visitor.wire.send("d1\n12345").await;
    until(|| running.server.counters().messages.repeated == 1).await;
    cut(&running, &visitor.session).await;
    for _ in 0..25 {
        helper.send(visitor.session.parse().unwrap(), "own").unwrap();
    }
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "resumed 1 1 17");
    visitor.wire.send("goodbye").await;
    visitor.wire.next_close().await;
    until(|| running.server.counters().connections.closed == 2).await;

    let counters = running.server.counters();
    assert_eq!((counters.messages.received, counters.messages.received_bytes), (1, 5));
    assert_eq!((counters.messages.gaps, counters.messages.gap_messages), (1, 15));
    assert_eq!((counters.messages.sent, counters.messages.sent_bytes), (11, 35));
    let sessions = counters.sessions;
    assert_eq!((sessions.began, sessions.suspended, sessions.ended_by_client), (1, 1, 1));
    assert_eq!(counters.connections.opened_session, 2);
}

#[tokio::test]
async fn silence_and_refused_handshakes_are_counted() {
    let fast = Duration::from_millis(40);
    let running = serve(Server::builder().endpoint("/ws", Echo).heartbeat(fast, fast)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    assert_eq!(visitor.wire.next_close().await.0, 3012);
    running.request("/ws", "Origin: https://evil.example\r\n").await;
    until(|| running.server.counters().connections.closed == 1).await;
    let connections = running.server.counters().connections;
    assert_eq!((connections.silent, connections.refused_origin), (1, 1));
}
