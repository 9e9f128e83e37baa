//! What a restart of the server does to sessions.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use staywire_server::{
    BuildError, CloseReason, Endpoint, Handshake, ListenerError, Message, Resumption, Server, ServerBuilder,
    Session, StateDirError, UserDelivery, UserId, WsHelper, WsListener, interceptor_fn,
};
use tempfile::TempDir;
use tokio::sync::{Semaphore, mpsc};

use super::client::{Visitor, Wire, token};
use super::cut;
use crate::support::{Echo, Running, serve, soon};

fn state_dir() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Most of the clients here do not answer a close frame.
fn builder() -> ServerBuilder {
    Server::builder().close_timeout(Duration::from_millis(100))
}

async fn serve_echo(dir: &TempDir) -> Running {
    serve(builder().endpoint("/ws", Echo).state_dir(dir.path())).await
}

/// Echoes each message once it gets a permit, and tells what it hears.
struct Gate {
    permits: Arc<Semaphore>,
    heard: mpsc::UnboundedSender<String>,
}

impl WsListener for Gate {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        session.attributes().keep("cart", &["apple", "pear"])?;
        session.attributes().set("not kept", 7);
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let received = session.received().expect("its clients are in session mode");
        let again = if received.is_redelivered { " again" } else { "" };
        self.tell(format!("message {}: {}{again}", received.number, message.as_text().unwrap_or_default()));
        self.permits.acquire().await?.forget();
        session.send(message)?;
        Ok(())
    }

    async fn resume(&self, session: &Session, resumption: Resumption) {
        assert_eq!(session.received(), None, "there is no message");
        let cart: Vec<String> = session.attributes().kept("cart").unwrap().unwrap_or_default();
        let others = session.attributes().get::<i32>("not kept").is_some();
        let name = session.path_param("name").unwrap_or_default();
        self.tell(format!("{resumption:?} {name} {cart:?} {others}"));
    }

    async fn close(&self, _: &Session, reason: CloseReason) {
        self.tell(format!("close {} by {:?}", reason.code.number(), reason.by));
    }
}

impl Gate {
    fn tell(&self, event: String) {
        // A test may have heard enough.
        let _ = self.heard.send(event);
    }
}

/// A server with a [`Gate`] that has `permits`, and what it hears.
async fn serve_gate(
    builder: ServerBuilder,
    dir: &Path,
    permits: usize,
) -> (Running, Arc<Semaphore>, mpsc::UnboundedReceiver<String>) {
    let (heard, hearing) = mpsc::unbounded_channel();
    let permits = Arc::new(Semaphore::new(permits));
    let gate = Gate { permits: Arc::clone(&permits), heard };
    (serve(builder.endpoint("/ws/{name}", gate).state_dir(dir)).await, permits, hearing)
}

async fn next(hearing: &mut mpsc::UnboundedReceiver<String>) -> String {
    soon(hearing.recv()).await.expect("the listener is gone")
}

#[tokio::test]
async fn a_session_goes_on_in_the_next_process() {
    let dir = state_dir();
    let first = serve_echo(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    visitor.say("one").await;
    assert_eq!(visitor.hear().await, "one");
    let id = visitor.session.parse().unwrap();
    let server = first.server.clone();
    first.stop().await;
    assert_eq!(server.counters().sessions.left, 1);

    let second = serve_echo(&dir).await;
    let answer = visitor.come_back(&second).await;
    assert_eq!((answer.summary(), answer.stream("b")), ("resumed 1 1 2".into(), "recovered 0".into()));
    assert!(second.server.helper().session(id).is_some());
    let counters = second.server.counters();
    assert_eq!((counters.sessions.restored, counters.openings.resumed), (1, 1));
    visitor.say("two").await;
    assert_eq!(visitor.hear().await, "two");
}

#[tokio::test]
async fn a_client_that_does_not_answer_does_not_hold_up_a_restart() {
    let dir = state_dir();
    let an_hour = Duration::from_secs(3_600);
    let running =
        serve(Server::builder().close_timeout(an_hour).endpoint("/ws", Echo).state_dir(dir.path())).await;
    let _visitor = Visitor::arrive(&running, "/ws", 1).await;
    soon(running.stop()).await;
}

#[tokio::test]
async fn what_was_sent_to_a_client_that_was_away_waits_in_the_next_process() {
    let dir = state_dir();
    let first = serve_echo(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    let helper = first.server.helper();
    let _ = helper.broadcast("seen");
    assert_eq!(visitor.hear().await, "seen");
    visitor.held = vec![format!("{}1", visitor.held[0].strip_suffix('0').unwrap())];
    cut(&first, &visitor.session).await;
    let session = helper.session(visitor.session.parse().unwrap()).unwrap();
    session.send("to one").unwrap();
    assert_eq!(helper.broadcast("to all").kept, 1);
    first.stop().await;

    let second = serve_echo(&dir).await;
    let answer = visitor.come_back(&second).await;
    assert_eq!((answer.summary(), answer.stream("b")), ("resumed 0 0 1".into(), "recovered 1".into()));
    let mut heard = [visitor.hear().await, visitor.hear().await];
    heard.sort();
    assert_eq!(heard, ["to all", "to one"]);
    let _ = second.server.helper().broadcast("later");
    assert_eq!(visitor.wire.next_data().await.split_once('\n').unwrap().1, "later");
}

#[tokio::test]
async fn what_the_listener_had_not_begun_is_sent_again_and_what_it_had_is_not_repeated() {
    let dir = state_dir();
    let (first, permits, mut heard) = serve_gate(builder(), dir.path(), 0).await;
    let mut visitor = Visitor::arrive(&first, "/ws/x", 1).await;
    for text in ["1", "2", "3"] {
        visitor.say(text).await;
    }
    assert_eq!(next(&mut heard).await, "message 1: 1");
    let stopping = tokio::spawn(first.stop());
    assert_eq!(visitor.wire.next_close().await, (1012, "retry=5000".to_owned()));
    permits.add_permits(3);
    stopping.await.unwrap();
    assert!(heard.recv().await.is_none(), "neither another message nor a close");

    let (second, _, mut heard) = serve_gate(builder(), dir.path(), 9).await;
    assert_eq!(next(&mut heard).await, r#"Restored x ["apple", "pear"] false"#);
    let answer = visitor.come_back(&second).await;
    assert_eq!(answer.summary(), "resumed 1 1 1");
    visitor.wire.send("d2\n2").await;
    visitor.wire.send("d3\n3").await;
    let echoes = [visitor.hear().await, visitor.hear().await, visitor.hear().await];
    assert_eq!(echoes, ["1", "2", "3"]);
    let told = [next(&mut heard).await, next(&mut heard).await, next(&mut heard).await];
    assert_eq!(told, [r#"Reconnected x ["apple", "pear"] false"#, "message 2: 2", "message 3: 3"]);
}

#[tokio::test]
async fn a_message_that_the_listener_was_stopped_over_is_delivered_again_and_marked_and_no_other_is() {
    let dir = state_dir();
    let impatient = builder().drain_timeout(Duration::from_millis(1));
    let (first, _, mut heard) = serve_gate(impatient, dir.path(), 0).await;
    let mut visitor = Visitor::arrive(&first, "/ws/x", 1).await;
    visitor.say("1").await;
    assert_eq!(next(&mut heard).await, "message 1: 1");
    first.stop().await;

    let (second, _, mut heard) = serve_gate(builder(), dir.path(), 9).await;
    assert_eq!(visitor.come_back(&second).await.summary(), "resumed 0 0 1");
    visitor.wire.send("d1\n1").await;
    assert_eq!(visitor.hear().await, "1");
    visitor.say("2").await;
    assert_eq!(visitor.hear().await, "2");
    let told =
        [next(&mut heard).await, next(&mut heard).await, next(&mut heard).await, next(&mut heard).await];
    assert_eq!(told[2..], ["message 1: 1 again", "message 2: 2"]);
    assert_eq!(second.server.counters().messages.redelivered, 1);
}

#[tokio::test]
async fn a_session_whose_window_is_over_when_the_server_is_back_is_expired() {
    let dir = state_dir();
    let window = Duration::from_millis(30);
    let beat = Duration::from_millis(10);
    let brief = || builder().session_window(window).heartbeat(beat, beat);
    let (first, _, _heard) = serve_gate(brief(), dir.path(), 9).await;
    let mut visitor = Visitor::arrive(&first, "/ws/x", 1).await;
    first.stop().await;
    tokio::time::sleep(window).await;

    let (second, _, mut heard) = serve_gate(brief(), dir.path(), 9).await;
    assert_eq!(next(&mut heard).await, r#"Restored x ["apple", "pear"] false"#);
    assert_eq!(next(&mut heard).await, "close 1006 by Network");
    assert_eq!(visitor.come_back(&second).await.summary(), "fresh expired 1");
}

#[tokio::test]
async fn after_a_crash_clients_are_told_that_their_sessions_are_lost() {
    let dir = state_dir();
    let first = serve_echo(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    visitor.say("one").await;
    assert_eq!(visitor.hear().await, "one");

    // What is on disk now is what a process that is killed leaves there.
    let left = state_dir();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
    }
    let second = serve_echo(&left).await;
    let answer = visitor.come_back(&second).await;
    assert_eq!((answer.summary(), answer.stream("b")), ("fresh restarted 1".into(), "reset 0 0".into()));
}

#[tokio::test]
async fn a_process_that_crashes_after_a_restart_leaves_nothing_to_resume_twice() {
    let dir = state_dir();
    let first = serve_echo(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    first.stop().await;
    let second = serve_echo(&dir).await;
    assert_eq!(visitor.come_back(&second).await.kind(), "resumed");
    assert!(!dir.path().join("sessions").exists());
}

#[tokio::test]
async fn a_damaged_snapshot_is_put_aside_and_clients_are_told_that_their_sessions_are_lost() {
    let dir = state_dir();
    let first = serve_echo(&dir).await;
    let mut visitor = Visitor::arrive(&first, "/ws", 1).await;
    first.stop().await;
    let path = dir.path().join("sessions");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();

    let second = serve_echo(&dir).await;
    assert_eq!(visitor.come_back(&second).await.summary(), "fresh restarted 1");
    assert!(dir.path().join("sessions.rejected").exists());
}

#[tokio::test]
async fn two_servers_do_not_share_a_state_directory() {
    let dir = state_dir();
    let _first = serve_echo(&dir).await;
    let error = Server::builder().endpoint("/ws", Echo).state_dir(dir.path()).build().err();
    let in_use = StateDirError::InUse { path: dir.path().to_owned() };
    assert_eq!(error, Some(BuildError::StateDir(in_use)));
}

/// Takes the user from the path, and tells of users' coming and going.
struct Lobby(mpsc::UnboundedSender<String>);

impl WsListener for Lobby {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn join(&self, user: &UserId, _: &WsHelper) {
        let _ = self.0.send(format!("{user} joins"));
    }

    async fn leave(&self, user: &UserId, _: &WsHelper) {
        let _ = self.0.send(format!("{user} leaves"));
    }
}

async fn serve_lobby(dir: &TempDir) -> (Running, mpsc::UnboundedReceiver<String>) {
    let (heard, hearing) = mpsc::unbounded_channel();
    let by_path = interceptor_fn(|handshake: &mut Handshake| {
        let user = handshake.path_param("user").unwrap_or_default().to_owned();
        handshake.set_user(user)
    });
    let endpoint = Endpoint::new(Lobby(heard)).intercept(by_path);
    (serve(builder().endpoint("/ws/{user}", endpoint).state_dir(dir.path())).await, hearing)
}

#[tokio::test]
async fn a_restart_is_no_coming_and_no_going_of_users() {
    let dir = state_dir();
    let (first, mut heard) = serve_lobby(&dir).await;
    let mut wire = Wire::open(&first, "/ws/ann").await;
    let answer = wire.hello(1, 1).await;
    let (session, held) = (answer.words[1].clone(), answer.held("u"));
    assert_eq!(next(&mut heard).await, "ann joins");
    cut(&first, &session).await;
    assert!(matches!(first.server.helper().send_to_user("ann", "for ann"), UserDelivery::Present(_)));
    first.stop().await;
    assert!(heard.recv().await.is_none());

    let (second, mut heard) = serve_lobby(&dir).await;
    let mut wire = Wire::open(&second, "/ws/ann").await;
    let answer = wire.ask(format!("resume {session} {} {} 2 0 0\n{held}", token(1), token(2))).await;
    assert_eq!((answer.summary(), answer.stream("u")), ("resumed 0 0 1".into(), "recovered 0".into()));
    assert!(wire.next_data().await.ends_with("\nfor ann"));
    wire.send("goodbye").await;
    assert_eq!(next(&mut heard).await, "ann leaves", "and nothing before it");
}

/// Takes so many milliseconds over each message as it says.
struct Dawdler;

impl WsListener for Dawdler {
    async fn message(&self, _: &Session, message: Message) -> Result<(), ListenerError> {
        tokio::time::sleep(Duration::from_millis(message.as_text().unwrap_or_default().parse()?)).await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_just_leaving_when_the_drain_time_is_over_is_not_left_behind() {
    const SESSIONS: u32 = 40;
    for _ in 0..5 {
        let dir = state_dir();
        let drain = Duration::from_millis(20);
        let impatient = builder().drain_timeout(drain).endpoint("/ws", Dawdler);
        let first = serve(impatient.state_dir(dir.path())).await;
        let mut visitors = Vec::new();
        for token in 0..SESSIONS {
            visitors.push(Visitor::arrive(&first, "/ws", 100 * token).await);
        }
        // Whoever publishes holds a lock that a session needs to leave.
        let (server, helper) = (first.server.clone(), first.server.helper());
        let publishing = tokio::spawn(async move {
            loop {
                let _ = helper.broadcast("to all");
                tokio::task::yield_now().await;
            }
        });
        for (number, visitor) in visitors.iter_mut().enumerate() {
            visitor.say(&(10 + number / 2).to_string()).await;
        }
        first.stop().await;
        publishing.abort();
        assert_eq!(server.counters().sessions.left, u64::from(SESSIONS));
    }
}
