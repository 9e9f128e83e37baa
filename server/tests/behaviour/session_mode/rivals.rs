//! Connections that want the same session.

use futures_util::SinkExt;
use staywire_server::Server;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message as WsMessage;

use super::client::{Visitor, Wire, token};
use crate::support::{Echo, serve, told};

#[tokio::test]
async fn a_resume_fences_the_connection_before_it() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let mut older = Wire::open(&running, "/ws").await;
    std::mem::swap(&mut older, &mut visitor.wire);
    let resume = visitor.next_resume();
    assert_eq!(visitor.wire.ask(resume).await.kind(), "resumed");
    assert_eq!(older.next_close().await.0, 3502);
    visitor.say("on the newer one").await;
    assert_eq!(visitor.hear().await, "on the newer one");
}

#[tokio::test]
async fn a_superseded_token_opens_nothing() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.come_back(&running).await;
    // Its first message proves that the answer arrived.
    visitor.say("proof").await;
    assert_eq!(visitor.hear().await, "proof");
    let mut thief = Wire::open(&running, "/ws").await;
    thief.send(format!("resume {} {} {} 9 0 0", visitor.session, token(1), token(9))).await;
    assert_eq!(thief.next_close().await.0, 3502);
    visitor.say("still mine").await;
    assert_eq!(visitor.hear().await, "still mine");
}

#[tokio::test]
async fn a_lower_attempt_changes_nothing() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let late = visitor.next_resume();
    visitor.come_back(&running).await;
    let mut older = Wire::open(&running, "/ws").await;
    older.send(late).await;
    assert_eq!(older.next_close().await.0, 3502);
    visitor.say("still mine").await;
    assert_eq!(visitor.hear().await, "still mine");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_simultaneous_resumes_leave_one_owner() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    for round in 0..50 {
        let first = round * 100;
        let visitor = Visitor::arrive(&running, "/ws", first).await;
        // Every other time, one of them is a later attempt.
        let attempts = [2, 2 + u64::from(round % 2)];
        let mut resuming = JoinSet::new();
        for (attempt, next) in attempts.into_iter().zip(first + 1..) {
            let mut wire = Wire::open(&running, "/ws").await;
            let (session, current, next) = (visitor.session.clone(), token(first), token(next));
            resuming.spawn(async move {
                wire.send(format!("resume {session} {current} {next} {attempt} 0 0")).await;
                // Answered or closed: what this one does to the other is done.
                wire.next_or_close().await.map(|_| wire)
            });
        }
        let mut owners = 0;
        for mut wire in resuming.join_all().await.into_iter().flatten() {
            wire.0.stream.send(WsMessage::text("p0")).await.ok();
            owners += u32::from(wire.next_or_close().await.is_ok_and(|text| text == "o0"));
        }
        assert_eq!(owners, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_hello_whose_answer_was_lost_is_the_same_session() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut first = Wire::open(&running, "/ws/x").await;
    let session = first.hello(1, 1).await.words[1].clone();
    let mut second = Wire::open(&running, "/ws/x").await;
    let answer = second.hello(1, 2).await;
    assert_eq!((answer.kind(), &answer.words[1]), ("welcome", &session));
    assert_eq!(first.next_close().await.0, 3502);
    second.send("d1\nhello").await;
    assert_eq!(second.next_data().await, "d1\nhello");
    assert_eq!(heard.next().await, "open");
    assert_eq!(heard.next().await, "message hello");
    assert_eq!(running.server.helper().online(), 1);
}

#[tokio::test]
async fn an_older_hello_that_comes_late_is_refused() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut second = Wire::open(&running, "/ws").await;
    assert_eq!(second.hello(1, 2).await.kind(), "welcome");
    let mut first = Wire::open(&running, "/ws").await;
    first.send(format!("hello {} 1", token(1))).await;
    assert_eq!(first.next_close().await.0, 3502);
}

#[tokio::test]
async fn a_session_in_use_is_not_opened_by_its_first_token_again() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.say("in use").await;
    assert_eq!(visitor.hear().await, "in use");
    let mut copy = Wire::open(&running, "/ws").await;
    copy.send(format!("hello {} 2", token(1))).await;
    assert_eq!(copy.next_close().await.0, 3510, "a violation of that connection alone");
    visitor.say("still in use").await;
    assert_eq!(visitor.hear().await, "still in use");
}

#[tokio::test]
async fn a_duplicated_tab_has_a_session_of_its_own() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let original = Visitor::arrive(&running, "/ws", 1).await;
    // Tokens live in memory: the duplicate has none, and makes its own.
    let duplicate = Visitor::arrive(&running, "/ws", 50).await;
    assert_ne!(original.session, duplicate.session);
    assert_eq!(running.server.helper().online(), 2);
}

#[tokio::test]
async fn a_fresh_answer_that_was_lost_is_given_again() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let unknown = "0123456789abcdef0123456789abcdef";
    let resume = |attempt| format!("resume {unknown} {} {} {attempt} 0 0", token(1), token(2));
    let mut first = Wire::open(&running, "/ws").await;
    let lost = first.ask(resume(2)).await;
    let mut second = Wire::open(&running, "/ws").await;
    let again = second.ask(resume(3)).await;
    assert_eq!((again.kind(), &again.words[1..3]), ("fresh", &lost.words[1..3]));
    assert_eq!(running.server.helper().online(), 1);
}
