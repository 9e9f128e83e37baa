//! Who gets which session.

use staywire_server::Server;
use tokio::io::AsyncWriteExt;

use super::client::{Visitor, Wire, token};
use crate::support::{Echo, Running, frame, serve, told, until};

#[tokio::test]
async fn a_hello_is_answered_by_a_session_with_its_limits() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut wire = Wire::open(&running, "/ws").await;
    let answer = wire.hello(1, 1).await;
    assert_eq!(answer.summary(), "welcome 1");
    assert_eq!(answer.limits, "limits 65536 120000 15000 5000 262144 1000 262144");
    assert_eq!((answer.streams.len(), answer.stream("b")), (1, "recovered 0".to_owned()));
}

#[tokio::test]
async fn messages_go_both_ways_and_are_acknowledged_when_the_listener_is_done() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut wire = Wire::open(&running, "/ws").await;
    wire.hello(1, 1).await;
    wire.send("d1\n张三").await;
    assert_eq!(wire.next().await, "d1\n张三");
    assert_eq!(wire.next().await, "a1");
    wire.0.send(vec![b'd', b'2', b'\n', 0xFF]).await;
    assert_eq!(wire.0.next().await.into_data().as_ref(), [b'd', b'2', b'\n', 0xFF]);
    assert_eq!(wire.next().await, "a2");
    wire.send("p2").await;
    assert_eq!(wire.next().await, "o2");
}

#[tokio::test]
async fn a_session_is_resumed_fifty_times_without_a_loss_or_a_repeat() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    for round in 0..50 {
        let answer = visitor.come_back(&running).await;
        assert_eq!(answer.kind(), "resumed", "{answer:?}");
        visitor.say(&format!("round {round}")).await;
        assert_eq!(visitor.hear().await, format!("round {round}"));
    }
    assert_eq!(heard.next().await, "open");
    for round in 0..50 {
        assert!(heard.until("resume").await.ends_with("Reconnected"));
        assert_eq!(heard.next().await, format!("message round {round}"));
    }
}

#[tokio::test]
async fn a_session_cut_before_its_first_message_is_resumed() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let answer = visitor.come_back(&running).await;
    assert_eq!(answer.summary(), "resumed 0 0 1");
    assert_eq!(answer.stream("b"), "recovered 0");
}

#[tokio::test]
async fn a_cut_loses_what_was_on_the_way_to_neither_side() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.say("before").await;
    assert_eq!(visitor.hear().await, "before");
    // Sent, and cut before the answer is read.
    visitor.say("during").await;
    let answer = visitor.come_back(&running).await;
    let accepted: u64 = answer.words[2].parse().unwrap();
    if accepted < 2 {
        visitor.wire.send("d2\nduring").await;
    }
    assert_eq!(visitor.hear().await, "during");
    visitor.say("after").await;
    assert_eq!(visitor.hear().await, "after");
}

#[tokio::test]
async fn what_was_sent_while_the_client_was_away_comes_with_the_resume() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let id = visitor.session.parse().unwrap();
    helper.session(id).unwrap().terminate();
    until(|| helper.suspended() == 1).await;
    assert_eq!(helper.send(id, "to you"), Ok(staywire_server::Sent::Kept));
    let delivery = helper.broadcast("to all");
    assert_eq!((delivery.queued, delivery.kept), (0, 1));
    visitor.come_back(&running).await;
    let mut got = [visitor.hear().await, visitor.hear().await];
    got.sort();
    assert_eq!(got, ["to all", "to you"]);
    assert_eq!((helper.online(), helper.suspended()), (1, 0));
}

#[tokio::test]
async fn tokens_are_no_secrets_of_another_session() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let visitor = Visitor::arrive(&running, "/ws", 1).await;
    let mut thief = Wire::open(&running, "/ws").await;
    thief.send(format!("resume {} {} {} 9 0 0", visitor.session, token(77), token(78))).await;
    assert_eq!(thief.next_close().await.0, 3502);
}

#[tokio::test]
async fn the_applications_sub_protocol_is_agreed_on_in_the_first_message() {
    let endpoint = staywire_server::Endpoint::new(Echo).protocols(["chat.v2", "chat.v1"]);
    let running = serve(Server::builder().endpoint("/ws", endpoint)).await;
    let mut wire = Wire::open(&running, "/ws").await;
    let answer = wire.ask(format!("hello {} 1\nprotocol chat.v9\nprotocol chat.v1", token(1))).await;
    assert_eq!(answer.protocol.as_deref(), Some("protocol chat.v1"));
    let session = running.server.helper().session(answer.words[1].parse().unwrap()).unwrap();
    assert_eq!(session.protocol(), Some("chat.v1"));
}

/// How far an opening gets before its connection is cut.
#[derive(Clone, Copy, Debug)]
enum CutAfter {
    Handshake,
    HalfTheOpening,
    TheOpening,
    TheAnswer,
}

const CUTS: [CutAfter; 4] =
    [CutAfter::Handshake, CutAfter::HalfTheOpening, CutAfter::TheOpening, CutAfter::TheAnswer];

/// Begins `opening`, and is cut.
async fn open_and_be_cut(running: &Running, opening: &str, cut: CutAfter) {
    let mut wire = Wire::open(running, "/ws/x").await;
    match cut {
        CutAfter::Handshake => {}
        CutAfter::HalfTheOpening => {
            let frame = frame(0x81, opening.as_bytes());
            let half = &frame[..frame.len() / 2];
            wire.0.stream.get_mut().write_all(half).await.unwrap();
        }
        CutAfter::TheOpening => wire.send(opening).await,
        CutAfter::TheAnswer => drop(wire.ask(opening.to_owned()).await),
    }
}

#[tokio::test]
async fn a_hello_that_is_cut_at_any_step_leaves_one_session() {
    for cut in CUTS {
        let (listener, mut heard) = told();
        let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
        for attempt in 1..=3 {
            open_and_be_cut(&running, &format!("hello {} {attempt}", token(1)), cut).await;
        }
        let mut wire = Wire::open(&running, "/ws/x").await;
        assert_eq!(wire.hello(1, 4).await.kind(), "welcome", "{cut:?}");
        wire.send("d1\nhello").await;
        assert_eq!(wire.next_data().await, "d1\nhello", "{cut:?}");
        let helper = running.server.helper();
        assert_eq!((helper.online(), helper.suspended()), (1, 0), "{cut:?}");
        assert_eq!(
            (heard.next().await, heard.until("message").await),
            ("open".into(), "message hello".into())
        );
    }
}

#[tokio::test]
async fn a_resume_that_is_cut_at_any_step_loses_nothing() {
    for cut in CUTS {
        let (listener, _heard) = told();
        let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
        let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
        visitor.say("before").await;
        assert_eq!(visitor.hear().await, "before");
        let id = visitor.session.parse().unwrap();
        for number in 1..=3 {
            let resume = visitor.next_resume();
            open_and_be_cut(&running, &resume, cut).await;
            running.server.helper().send(id, format!("meanwhile {number}")).unwrap();
        }
        assert_eq!(visitor.come_back(&running).await.kind(), "resumed", "{cut:?}");
        for number in 1..=3 {
            assert_eq!(visitor.hear().await, format!("meanwhile {number}"), "{cut:?}");
        }
        visitor.say("after").await;
        assert_eq!(visitor.hear().await, "after", "{cut:?}");
    }
}
