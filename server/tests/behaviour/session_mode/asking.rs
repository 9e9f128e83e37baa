//! Requests of the server: answered once, or it is said why not.

use std::time::Duration;

use staywire_server::{
    FailureCode, ListenerError, Message, RequestError, SendError, Server, ServerBuilder, Session, WsListener,
};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::client::Visitor;
use super::cut;
use crate::support::{Echo, Running, serve, soon};

const PATIENCE: Duration = Duration::from_secs(60);

/// A server, its client, and the client's session.
async fn visited(builder: ServerBuilder) -> (Running, Visitor, Session) {
    let running = serve(builder.endpoint("/ws", Echo)).await;
    let visitor = Visitor::arrive(&running, "/ws", 1).await;
    let session = running.server.helper().session(visitor.session.parse().unwrap()).unwrap();
    (running, visitor, session)
}

type Asking = JoinHandle<Result<Message, RequestError>>;

fn ask(session: &Session, message: &'static str) -> Asking {
    let session = session.clone();
    tokio::spawn(async move { session.request(message, PATIENCE).await })
}

async fn outcome(asking: Asking) -> Result<Message, RequestError> {
    soon(asking).await.unwrap()
}

#[tokio::test]
async fn the_reply_of_the_client_comes_to_who_asked() {
    let (_running, mut visitor, session) = visited(Server::builder()).await;
    let asking = ask(&session, "one?");
    assert_eq!(visitor.wire.next_data().await, "r1\none?");
    let other = ask(&session, "two?");
    assert_eq!(visitor.wire.next_data().await, "r2\ntwo?");
    visitor.wire.send("y1 2\ntwo").await;
    visitor.wire.send("y2 1\none").await;
    assert_eq!(outcome(asking).await, Ok("one".into()));
    assert_eq!(outcome(other).await, Ok("two".into()));
}

#[tokio::test]
async fn a_failure_says_what_the_client_says() {
    let (_running, mut visitor, session) = visited(Server::builder()).await;
    let asking = ask(&session, "may I?");
    assert_eq!(visitor.wire.next_data().await, "r1\nmay I?");
    visitor.wire.send("e1 1 1234\nno").await;
    let failed = RequestError::Failed { code: FailureCode::from_number(1_234), reason: "no".into() };
    assert_eq!(outcome(asking).await, Err(failed));
}

#[tokio::test]
async fn a_client_that_says_nothing_in_time_is_told_that_nobody_waits() {
    let (_running, mut visitor, session) = visited(Server::builder()).await;
    let reply = soon(session.request("quick!", Duration::from_millis(20))).await;
    assert_eq!(reply, Err(RequestError::Timeout));
    assert_eq!(visitor.wire.next_data().await, "r1\nquick!");
    assert_eq!(visitor.wire.next().await, "x2 1");
    // A reply that is late is no violation.
    visitor.sent += 1;
    visitor.wire.send("y1 1\nhere").await;
    visitor.say("on").await;
    assert_eq!(visitor.wire.next_data().await, "d3\non");
}

#[tokio::test]
async fn a_future_that_is_dropped_gives_its_request_up() {
    let (_running, mut visitor, session) = visited(Server::builder()).await;
    let asking = ask(&session, "well?");
    assert_eq!(visitor.wire.next_data().await, "r1\nwell?");
    asking.abort();
    assert_eq!(visitor.wire.next().await, "x2 1");
}

#[tokio::test]
async fn a_request_to_a_client_that_is_away_waits_for_it() {
    let (running, mut visitor, session) = visited(Server::builder()).await;
    cut(&running, &visitor.session).await;
    let asking = ask(&session, "are you back?");
    visitor.come_back(&running).await;
    assert_eq!(visitor.wire.next_data().await, "r1\nare you back?");
    cut(&running, &visitor.session).await;
    visitor.inbox = 1;
    visitor.come_back(&running).await;
    visitor.wire.send("y1 1\nyes").await;
    assert_eq!(outcome(asking).await, Ok("yes".into()));
}

#[tokio::test]
async fn a_request_that_fell_out_of_the_ring_was_not_delivered() {
    let (running, mut visitor, session) = visited(Server::builder().max_ring_bytes(1_000)).await;
    cut(&running, &visitor.session).await;
    let (reply, ()) = tokio::join!(session.request("are you back?", PATIENCE), async {
        session.send("x".repeat(400)).unwrap();
        session.send("x".repeat(600)).unwrap();
        visitor.come_back(&running).await;
    });
    assert_eq!(reply, Err(RequestError::Undelivered));
}

#[tokio::test]
async fn the_end_of_the_session_leaves_the_outcome_unknown() {
    let (_running, mut visitor, session) = visited(Server::builder()).await;
    let asking = ask(&session, "still there?");
    assert_eq!(visitor.wire.next_data().await, "r1\nstill there?");
    visitor.wire.send("goodbye").await;
    assert_eq!(outcome(asking).await, Err(RequestError::OutcomeUnknown));
    let late = soon(session.request("and now?", PATIENCE)).await;
    assert_eq!(late, Err(RequestError::NotSent(SendError::Closed)));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let (_running, mut visitor, session) = visited(Server::builder().max_ring_bytes(1_000)).await;
    let too_large = soon(session.request("x".repeat(1_001), PATIENCE)).await;
    let refused = SendError::TooLarge { bytes: 1_001, limit: 1_000 };
    assert_eq!(too_large, Err(RequestError::NotSent(refused)));
    let asking: Vec<_> = (0..128).map(|_| ask(&session, "?")).collect();
    for _ in &asking {
        visitor.wire.next_data().await;
    }
    let one_too_many = soon(session.request("?", PATIENCE)).await;
    assert_eq!(one_too_many, Err(RequestError::TooManyRequests { max_requests: 128 }));
}

/// Asks back while it handles a message, and tells what came of it.
struct Inquirer(mpsc::UnboundedSender<Result<Message, RequestError>>);

impl WsListener for Inquirer {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        // A test may have heard enough.
        let _ = self.0.send(session.request(message, PATIENCE).await);
        Ok(())
    }
}

#[tokio::test]
async fn a_plain_client_cannot_be_asked() {
    let (replies, mut replied) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/ws", Inquirer(replies))).await;
    running.connect("/ws").await.send("who are you?").await;
    assert_eq!(soon(replied.recv()).await, Some(Err(RequestError::PlainMode)));
}

#[tokio::test]
async fn a_listener_may_ask_back_and_a_restart_does_not_wait_for_the_reply() {
    let dir = tempfile::tempdir().unwrap();
    let (replies, mut replied) = mpsc::unbounded_channel();
    let builder = Server::builder().close_timeout(Duration::from_millis(100)).state_dir(dir.path());
    let running = serve(builder.endpoint("/ws", Inquirer(replies))).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.say("one?").await;
    assert_eq!(visitor.wire.next_data().await, "r1\none?");
    visitor.sent += 1;
    visitor.wire.send("y2 1\none").await;
    assert_eq!(soon(replied.recv()).await, Some(Ok("one".into())));
    visitor.say("two?").await;
    assert_eq!(visitor.wire.next_data().await, "r2\ntwo?");
    running.stop().await;
    assert_eq!(soon(replied.recv()).await, Some(Err(RequestError::OutcomeUnknown)));
}
