//! Presence: a user's coming and going, once and not per tab.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use staywire_server::{
    CloseReason, Endpoint, ListenerError, Message, Server, Session, UserId, WsHelper, WsListener,
};
use tokio::sync::{mpsc, watch};

use crate::support::{serve, soon};
use crate::users::by_path;

/// Tells of sessions and users; a user may be one who makes trouble.
struct Announcing(mpsc::UnboundedSender<String>);

impl Announcing {
    fn tell(&self, what: &str, user: Option<&UserId>) {
        // A test may have heard enough.
        let _ = self.0.send(format!("{what} {}", user.map_or("-", UserId::as_str)));
    }
}

impl WsListener for Announcing {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.tell("open", session.user());
        match session.query() {
            Some("fail") => Err(ListenerError::msg("no")),
            _ => Ok(()),
        }
    }
    async fn message(&self, session: &Session, _: Message) -> Result<(), ListenerError> {
        self.tell("message", session.user());
        Ok(())
    }
    async fn close(&self, session: &Session, _: CloseReason) {
        self.tell("close", session.user());
    }
    async fn join(&self, user: &UserId, helper: &WsHelper) {
        self.tell("join", Some(user));
        let _ = helper.broadcast(format!("{user} is here"));
        assert_ne!(user.as_str(), "eve", "join panics");
    }
    async fn leave(&self, user: &UserId, helper: &WsHelper) {
        self.tell("leave", Some(user));
        let _ = helper.broadcast(format!("{user} is gone"));
        assert_ne!(user.as_str(), "eve", "leave panics");
    }
}

fn announcing() -> (Announcing, mpsc::UnboundedReceiver<String>) {
    let (sender, events) = mpsc::unbounded_channel();
    (Announcing(sender), events)
}

async fn expect(events: &mut mpsc::UnboundedReceiver<String>, expected: &[&str]) {
    for event in expected {
        assert_eq!(soon(events.recv()).await.unwrap(), *event);
    }
}

#[tokio::test]
async fn a_user_joins_with_the_first_session_and_leaves_with_the_last() {
    let (listener, mut events) = announcing();
    let running = serve(Server::builder().endpoint("/{user}", listener).intercept(by_path())).await;
    let mut watcher = running.connect("/bob").await;
    assert_eq!(watcher.next_text().await, "bob is here");
    expect(&mut events, &["open bob", "join bob"]).await;
    for _ in 0..2 {
        let mut tab_1 = running.connect("/ann").await;
        expect(&mut events, &["open ann", "join ann"]).await;
        let mut tab_2 = running.connect("/ann").await;
        expect(&mut events, &["open ann"]).await;
        tab_1.close().await;
        expect(&mut events, &["close ann"]).await;
        tab_2.close().await;
        expect(&mut events, &["close ann", "leave ann"]).await;
        assert_eq!(watcher.next_text().await, "ann is here");
        assert_eq!(watcher.next_text().await, "ann is gone");
    }
}

#[tokio::test]
async fn a_session_without_a_user_is_not_announced() {
    let (listener, mut events) = announcing();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    running.connect("/ws").await.close().await;
    expect(&mut events, &["open -", "close -"]).await;
    running.stop().await;
    assert!(events.recv().await.is_none());
}

#[tokio::test]
async fn a_session_whose_open_fails_announces_nobody() {
    let (listener, mut events) = announcing();
    let running = serve(Server::builder().endpoint("/{user}", listener).intercept(by_path())).await;
    let refused = running.connect("/ann?fail").await;
    refused.ended().await;
    expect(&mut events, &["open ann", "close ann"]).await;
    let mut client = running.connect("/ann").await;
    expect(&mut events, &["open ann", "join ann"]).await;
    running.connect("/ann?fail").await.ended().await;
    expect(&mut events, &["open ann", "close ann"]).await;
    client.close().await;
    expect(&mut events, &["close ann", "leave ann"]).await;
}

#[tokio::test]
async fn users_are_announced_endpoint_by_endpoint() {
    let (listener, mut events) = announcing();
    let listener = std::sync::Arc::new(listener);
    let endpoint = || Endpoint::new(std::sync::Arc::clone(&listener)).intercept(by_path());
    let running =
        serve(Server::builder().endpoint("/a/{user}", endpoint()).endpoint("/b/{user}", endpoint())).await;
    let mut at_a = running.connect("/a/ann").await;
    expect(&mut events, &["open ann", "join ann"]).await;
    assert_eq!(at_a.next_text().await, "ann is here");
    let mut at_b = running.connect("/b/ann").await;
    expect(&mut events, &["open ann", "join ann"]).await;
    at_b.close().await;
    expect(&mut events, &["close ann", "leave ann"]).await;
    at_a.send("what was said elsewhere did not come here").await;
    at_a.close().await;
    expect(&mut events, &["message ann", "close ann", "leave ann"]).await;
}

#[tokio::test]
async fn panics_of_join_and_leave_harm_nobody() {
    let (listener, mut events) = announcing();
    let running =
        serve(Server::builder().endpoint("/{user}", listener).intercept(by_path()).max_sessions(1)).await;
    for _ in 0..2 {
        let mut client = running.connect_when_free("/eve").await;
        client.send("still here").await;
        expect(&mut events, &["open eve", "join eve", "message eve"]).await;
        client.close().await;
        expect(&mut events, &["close eve", "leave eve"]).await;
    }
}

#[tokio::test]
async fn a_join_that_takes_long_is_waited_for_by_its_user_and_nobody_else() {
    struct SlowFor {
        gate: watch::Receiver<bool>,
        inner: Announcing,
    }
    impl WsListener for SlowFor {
        async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
            self.inner.message(session, message).await
        }
        async fn join(&self, user: &UserId, _: &WsHelper) {
            self.inner.tell("join", Some(user));
            if user.as_str() == "ann" {
                drop(self.gate.clone().wait_for(|&open| open).await);
            }
            self.inner.tell("joined", Some(user));
        }
        async fn leave(&self, user: &UserId, helper: &WsHelper) {
            self.inner.leave(user, helper).await;
        }
    }
    let (open, gate) = watch::channel(false);
    let (inner, mut events) = announcing();
    let builder = Server::builder().endpoint("/{user}", SlowFor { gate, inner }).intercept(by_path());
    let running = serve(builder).await;
    running.connect("/ann").await.close().await;
    expect(&mut events, &["join ann"]).await;
    let mut waits = running.connect("/ann").await;
    waits.send("hello").await;
    let mut bob = running.connect("/bob").await;
    bob.send("hello").await;
    expect(&mut events, &["join bob", "joined bob", "message bob"]).await;
    open.send(true).unwrap();
    // Ann's first session ended long ago; her second was waiting, so she never left.
    expect(&mut events, &["joined ann", "message ann"]).await;
    waits.close().await;
    expect(&mut events, &["leave ann"]).await;
}

#[tokio::test]
async fn a_shutdown_waits_until_everyone_has_left() {
    let (listener, mut events) = announcing();
    let running = serve(Server::builder().endpoint("/{user}", listener).intercept(by_path())).await;
    let client = running.connect("/ann").await;
    expect(&mut events, &["open ann", "join ann"]).await;
    let ending = tokio::spawn(client.ended());
    let server = running.server.clone();
    running.stop().await;
    assert_eq!((events.try_recv(), events.try_recv()), (Ok("close ann".into()), Ok("leave ann".into())));
    assert!(server.helper().users().is_empty());
    soon(ending).await.unwrap();
}

#[tokio::test]
async fn a_user_whose_client_answers_no_close_leaves_when_the_drain_time_is_over() {
    let (listener, mut events) = announcing();
    let builder = Server::builder().endpoint("/{user}", listener).intercept(by_path());
    let running = serve(builder.drain_timeout(Duration::from_millis(50))).await;
    let _client = running.raw_connect("/ann").await;
    expect(&mut events, &["open ann", "join ann"]).await;
    running.stop().await;
    expect(&mut events, &["close ann", "leave ann"]).await;
}

#[tokio::test]
async fn a_leave_that_never_returns_is_stopped_when_the_drain_time_is_over() {
    struct Stuck;
    impl WsListener for Stuck {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
        async fn leave(&self, _: &UserId, _: &WsHelper) {
            std::future::pending().await
        }
    }
    let builder = Server::builder().endpoint("/{user}", Stuck).intercept(by_path());
    let running = serve(builder.drain_timeout(Duration::from_millis(50))).await;
    let clients = [running.connect("/ann").await, running.connect("/ann").await];
    let server = running.server.clone();
    let ending = clients.map(|client| tokio::spawn(client.ended()));
    running.stop().await;
    assert!(server.helper().users().is_empty());
    for client in ending {
        soon(client).await.unwrap();
    }
}

/// Checks that each user's calls alternate and never overlap.
#[derive(Default)]
struct Turnstile {
    present: Mutex<HashMap<String, bool>>,
    calls: AtomicU64,
    broken: AtomicBool,
    at_work: Mutex<HashMap<String, u32>>,
}

impl Turnstile {
    async fn turn(&self, user: &UserId, is_join: bool) {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let others = self.work(user, 1);
        let was_present = self.present.lock().unwrap().insert(user.to_string(), is_join).unwrap_or(false);
        if others != 0 || was_present == is_join {
            self.broken.store(true, Ordering::SeqCst);
        }
        // Gives any other call the chance to begin.
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.work(user, -1);
    }

    fn work(&self, user: &UserId, change: i32) -> u32 {
        let mut at_work = self.at_work.lock().unwrap();
        let count = at_work.entry(user.to_string()).or_default();
        let before = *count;
        *count = before.saturating_add_signed(change);
        before
    }
}

impl WsListener for Turnstile {
    async fn message(&self, session: &Session, _: Message) -> Result<(), ListenerError> {
        session.terminate();
        Ok(())
    }
    async fn join(&self, user: &UserId, _: &WsHelper) {
        self.turn(user, true).await;
    }
    async fn leave(&self, user: &UserId, _: &WsHelper) {
        self.turn(user, false).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn joins_and_leaves_alternate_while_200_sessions_of_20_users_come_and_go() {
    const SESSIONS: u64 = 200;
    const USERS: u64 = 20;
    // About as many as users, so that most sessions are the only one of theirs for a moment.
    const CLIENTS: u64 = 25;
    let turnstile = std::sync::Arc::new(Turnstile::default());
    let builder =
        Server::builder().endpoint("/{user}", std::sync::Arc::clone(&turnstile)).intercept(by_path());
    let running = std::sync::Arc::new(serve(builder).await);
    let clients: Vec<_> = (1..=CLIENTS)
        .map(|number| {
            let running = std::sync::Arc::clone(&running);
            tokio::spawn(async move {
                let mut random = number;
                for _ in 0..SESSIONS / CLIENTS {
                    let user = next(&mut random) % USERS;
                    let mut client = running.connect(&format!("/{user}")).await;
                    for _ in 0..next(&mut random) % 20 {
                        tokio::task::yield_now().await;
                    }
                    match next(&mut random) % 4 {
                        0 => client.close().await,
                        1 => client.send("terminate me").await,
                        2 => assert_ne!(running.server.helper().users().len(), 0),
                        // Cut without a word, even before `open` has run.
                        _ => {}
                    }
                }
            })
        })
        .collect();
    for client in clients {
        soon(client).await.unwrap();
    }
    let running = std::sync::Arc::into_inner(running).unwrap();
    let server = running.server.clone();
    running.stop().await;
    assert!(!turnstile.broken.load(Ordering::SeqCst), "a user's calls overlapped or did not alternate");
    assert!(server.helper().users().is_empty());
    assert_eq!(server.helper().online(), 0);
    let present = turnstile.present.lock().unwrap();
    assert!(!present.is_empty());
    assert!(present.values().all(|present| !present), "{present:?}");
    let calls = turnstile.calls.load(Ordering::SeqCst);
    assert!(calls > SESSIONS / 4, "only {calls} calls: the users did not come and go");
}

/// The next number of a reproducible sequence (xorshift).
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random >> 3
}
