//! What an application may do on threads that know nothing of the server's runtime.

use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use staywire_server::{
    CloseCode, ListenerError, Message, RequestError, Retention, Server, Session, TopicError, TopicName,
    TopicSettings, WsListener,
};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

use crate::session_mode::client::Visitor;
use crate::support::{Running, serve, soon, told, until};

/// Runs `act` on a thread of its own.
async fn elsewhere<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = oneshot::channel();
    std::thread::spawn(move || done.send(act()));
    soon(result).await.expect("it panics there")
}

/// Waits for `what` on a thread of its own, whose runtime has neither a clock nor anybody to run tasks later.
async fn wait_elsewhere<T: Send + 'static>(what: impl Future<Output = T> + Send + 'static) -> T {
    elsewhere(|| tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(what)).await
}

fn session_of(running: &Running, visitor: &Visitor) -> Session {
    running.server.helper().session(visitor.session.parse().unwrap()).unwrap()
}

#[tokio::test]
async fn a_session_is_ended_and_its_listener_told_wherever_that_is_decided() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    let session = session_of(&running, &visitor);
    elsewhere(move || session.close(CloseCode::NORMAL, "from elsewhere")).await;
    assert_eq!(visitor.wire.next_close().await.1, "from elsewhere");
    assert!(heard.until("close").await.contains("from elsewhere"));

    let mut visitor = Visitor::arrive(&running, "/ws/x", 10).await;
    let session = session_of(&running, &visitor);
    // The runtime that it is closed on is gone before the listener could be told there.
    wait_elsewhere(async move { session.close(CloseCode::NORMAL, "again") }).await;
    assert_eq!(visitor.wire.next_close().await.1, "again");
    assert!(heard.until("close").await.contains("again"));
    until(|| running.server.helper().online() == 0).await;
}

#[tokio::test]
async fn a_slow_reader_is_suspended_by_whoever_finds_it_slow() {
    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws/{open}", listener).max_queue_bytes(1_000);
    let running = serve(builder).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    let helper = running.server.helper();
    elsewhere(move || (0..100).for_each(|_| drop(helper.broadcast("x".repeat(500))))).await;
    assert_eq!(visitor.wire.next_close().await.0, 3008);
    heard.until("suspend").await;
}

#[tokio::test]
async fn a_client_is_asked_wherever_somebody_waits_for_the_reply() {
    let (listener, _heard) = told();
    let running = serve(Server::builder().endpoint("/ws/{open}", listener)).await;
    let mut visitor = Visitor::arrive(&running, "/ws/x", 1).await;
    let session = session_of(&running, &visitor);
    let asking = async move { session.request("well?", Duration::from_millis(50)).await };
    assert_eq!(wait_elsewhere(asking).await, Err(RequestError::Timeout));
    assert_eq!(visitor.wire.next().await, "r1\nwell?");
}

/// A server on a runtime of its own, and a client of it.
fn served_apart() -> (Runtime, Running, Visitor) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (running, visitor) = runtime.block_on(async {
        let running = serve(Server::builder().endpoint("/ws", Open)).await;
        let visitor = Visitor::arrive(&running, "/ws", 1).await;
        (running, visitor)
    });
    (runtime, running, visitor)
}

#[tokio::test]
async fn a_request_is_answered_also_where_the_servers_runtime_is_gone() {
    let (runtime, running, visitor) = elsewhere(served_apart).await;
    let session = session_of(&running, &visitor);
    let asking = tokio::spawn({
        let session = session.clone();
        async move { session.request("before?", Duration::from_secs(60)).await }
    });
    tokio::task::yield_now().await;
    runtime.shutdown_background();
    assert_eq!(soon(asking).await.unwrap(), Err(RequestError::OutcomeUnknown));
    let asking = session.request("after?", Duration::from_secs(60));
    assert_eq!(soon(asking).await, Err(RequestError::OutcomeUnknown));
    assert!(soon(session.subscribe("room", 0)).await.is_err());
}

/// The waker of an executor that uses the session of whoever it wakes.
struct ComesBack {
    session: Session,
    /// Whether the session could be used.
    came_back: mpsc::UnboundedSender<bool>,
}

impl Wake for ComesBack {
    fn wake(self: Arc<Self>) {
        let (done, is_done) = std::sync::mpsc::channel();
        let session = self.session.clone();
        std::thread::spawn(move || {
            let _ = session.send("woken");
            let _ = done.send(());
        });
        // Where the session is locked by whoever wakes, it is so until this returns.
        let _ = self.came_back.send(is_done.recv_timeout(Duration::from_secs(2)).is_ok());
    }
}

#[tokio::test]
async fn who_is_woken_may_use_the_session_at_once() {
    let history = TopicSettings::new().history(Retention::new(10, Duration::from_secs(60)));
    let running = serve(Server::builder().endpoint("/ws", Open).topics("", history)).await;
    let helper = running.server.helper();
    for topic in ["long", "short"] {
        helper.publish(topic, "x".repeat(20_000)).await.unwrap();
    }
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let session = session_of(&running, &visitor);
    let (came_back, mut woken) = mpsc::unbounded_channel();
    let waker = Waker::from(Arc::new(ComesBack { session: session.clone(), came_back }));
    let cx = &mut Context::from_waker(&waker);

    let mut asking = Box::pin(session.request("well?", Duration::from_secs(60)));
    assert!(asking.as_mut().poll(cx).is_pending());
    assert_eq!(visitor.wire.next_data().await, "r1\nwell?");
    visitor.wire.send("y1 1\nwell").await;
    assert_eq!(soon(woken.recv()).await, Some(true), "after the reply");

    let mut first = Box::pin(session.subscribe("long", 1));
    let _ = first.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let mut second = Box::pin(session.subscribe("short", 1));
    assert!(second.as_mut().poll(cx).is_pending());
    assert_eq!(soon(woken.recv()).await, Some(true), "after the backlog");
    assert_eq!(second.await, Ok(()));
}

struct Open;

impl WsListener for Open {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
        Ok(())
    }
}

#[tokio::test]
async fn subscriptions_begin_and_end_wherever_that_is_decided() {
    let counted = TopicSettings::new().presence(true);
    let running = serve(Server::builder().endpoint("/ws", Open).topics("", counted)).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.subscribe("* 0 room").await;
    let session = session_of(&running, &visitor);
    let revoking = session.clone();
    assert!(elsewhere(move || revoking.revoke("room")).await);
    soon(async {
        while !helper.presence("room").await.unwrap().members.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    wait_elsewhere(async move { session.subscribe("room", 0).await.unwrap() }).await;
    let publishing = helper.clone();
    let publication =
        elsewhere(move || publishing.publish("room", "hello").at_once().unwrap().unwrap()).await;
    assert_eq!(publication.delivery.queued, 1);
}
