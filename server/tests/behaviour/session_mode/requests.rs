//! Requests of clients: handled beside everything else, and stopped when nobody waits.

use std::sync::Arc;
use std::time::Duration;

use staywire_server::{
    Endpoint, FailureCode, JsonListener, ListenerError, Message, RequestFailure, Server, ServerBuilder,
    Session, WsListener, listener_fn,
};
use tokio::sync::{Barrier, Semaphore, mpsc};
use tokio_tungstenite::tungstenite::Message as WsMessage;

use super::client::Visitor;
use super::cut;
use crate::support::{Echo, Running, serve, soon};

/// Does what requests say, and tells when a handler begins and when it is dropped over its work.
struct Desk {
    told: mpsc::UnboundedSender<String>,
    opening: Arc<Semaphore>,
    meeting: Barrier,
}

struct Guard<'a>(&'a Desk);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.tell("dropped");
    }
}

impl Desk {
    fn tell(&self, event: &str) {
        // A test may have heard enough.
        let _ = self.told.send(event.to_owned());
    }
}

impl WsListener for Desk {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        if session.path_param("how") == Some("slow") {
            self.opening.acquire().await?.forget();
        }
        Ok(())
    }

    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        std::future::pending().await
    }

    async fn request(&self, _: &Session, request: Message) -> Result<Message, RequestFailure> {
        let Some(text) = request.as_text() else { return Ok(request) };
        self.tell(text);
        match text {
            "meet" => {
                self.meeting.wait().await;
            }
            "hold" => {
                let _guard = Guard(self);
                std::future::pending::<()>().await;
            }
            "refuse" => return Err(RequestFailure::new(FailureCode::from_number(4_711), "not today")),
            "fail" => return Ok(text.parse::<u32>()?.to_string().into()),
            "panic" => panic!("the handler panics"),
            "too large" => return Ok("x".repeat(2_000_000).into()),
            _ => {}
        }
        Ok(request)
    }
}

struct Served {
    running: Running,
    told: mpsc::UnboundedReceiver<String>,
    opening: Arc<Semaphore>,
}

async fn serve_desk(builder: ServerBuilder) -> Served {
    let (sender, told) = mpsc::unbounded_channel();
    let opening = Arc::new(Semaphore::new(0));
    let desk = Desk { told: sender, opening: Arc::clone(&opening), meeting: Barrier::new(2) };
    let running = serve(builder.endpoint("/desk/{how}", desk)).await;
    Served { running, told, opening }
}

impl Served {
    async fn visitor(&self) -> Visitor {
        Visitor::arrive(&self.running, "/desk/at-once", 1).await
    }

    async fn told(&mut self) -> String {
        soon(self.told.recv()).await.expect("the listener is there")
    }
}

impl Visitor {
    /// Sends `line` as the next message of the lane, its number being `#`.
    async fn lane(&mut self, line: &str) {
        self.sent += 1;
        self.wire.send(line.replacen('#', &self.sent.to_string(), 1)).await;
    }
}

#[tokio::test]
async fn a_request_is_answered_while_a_message_is_handled() {
    let mut served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.say("keep the listener busy").await;
    visitor.lane("r#\nask").await;
    assert_eq!(visitor.wire.next_data().await, "y1 2\nask");
    assert_eq!(served.told().await, "ask");
}

#[tokio::test]
async fn requests_of_one_session_are_handled_beside_each_other() {
    let served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\nmeet").await;
    visitor.lane("r#\nmeet").await;
    let mut replies = [visitor.wire.next_data().await, visitor.wire.next_data().await];
    replies.sort_by_key(|reply| reply.split([' ', '\n']).nth(1).map(str::to_owned));
    assert!(replies[0].ends_with(" 1\nmeet") && replies[1].ends_with(" 2\nmeet"), "{replies:?}");
}

#[tokio::test]
async fn a_request_is_acknowledged_when_a_handler_has_it() {
    let served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\nhold").await;
    assert_eq!(visitor.wire.next().await, "a1");
}

#[tokio::test]
async fn binary_requests_have_binary_replies() {
    let served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.wire.0.send(WsMessage::binary(b"r1\n\xFF\0".to_vec())).await;
    assert_eq!(visitor.wire.next().await, "a1");
    assert_eq!(visitor.wire.0.next().await, WsMessage::binary(b"y1 1\n\xFF\0".to_vec()));
}

#[tokio::test]
async fn a_failure_has_its_code_and_reason() {
    let served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\nrefuse").await;
    assert_eq!(visitor.wire.next_data().await, "e1 1 4711\nnot today");
    visitor.lane("r#\nfail").await;
    assert_eq!(visitor.wire.next_data().await, "e2 2 8\n", "what went wrong is not the client's business");
    visitor.lane("r#\ntoo large").await;
    assert_eq!(visitor.wire.next_data().await, "e3 3 9\nthe reply is too large");
}

#[tokio::test]
async fn a_handler_that_panics_fails_its_request_alone() {
    let served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\npanic").await;
    assert_eq!(visitor.wire.next_data().await, "e1 1 3\n");
    visitor.lane("r#\non").await;
    assert_eq!(visitor.wire.next_data().await, "y2 2\non");
}

#[tokio::test]
async fn a_listener_without_requests_refuses_them() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.lane("r#\nanybody?").await;
    assert_eq!(visitor.wire.next_data().await, "e1 1 2\nnobody handles requests here");
}

#[tokio::test]
async fn listeners_of_every_style_answer_requests() {
    struct Typed;
    impl JsonListener for Typed {
        type Message = u32;

        async fn message(&self, _: &Session, _: u32) -> Result<(), ListenerError> {
            Ok(())
        }

        async fn request(&self, _: &Session, request: Message) -> Result<Message, RequestFailure> {
            Ok(Message::from_json(&(request.json::<u32>()? + 1))?)
        }
    }
    let closure = listener_fn(async |_, _: Message| Ok(()))
        .on_request(async |_, number: String| Ok((number.parse::<u32>()? + 1).to_string()));
    let builder = Server::builder().endpoint("/typed", Endpoint::json(Typed)).endpoint("/closure", closure);
    let running = serve(builder).await;
    for (path, first) in [("/typed", 1), ("/closure", 100)] {
        let mut visitor = Visitor::arrive(&running, path, first).await;
        visitor.lane("r#\n41").await;
        assert_eq!(visitor.wire.next_data().await, "y1 1\n42");
        visitor.lane("r#\nmany").await;
        assert_eq!(visitor.wire.next_data().await, "e2 2 8\n");
    }
}

#[tokio::test]
async fn requests_wait_until_the_session_is_open() {
    let mut served = serve_desk(Server::builder().max_requests(1)).await;
    let mut visitor = Visitor::arrive(&served.running, "/desk/slow", 1).await;
    visitor.lane("r#\nearly").await;
    visitor.lane("r#\none too many").await;
    assert!(visitor.wire.next_data().await.starts_with("e1 2 4\n"));
    assert!(served.told.try_recv().is_err());
    served.opening.add_permits(1);
    assert_eq!(visitor.wire.next_data().await, "y2 1\nearly");
    assert_eq!(served.told().await, "early");
}

#[tokio::test]
async fn as_many_requests_as_allowed_are_handled_at_once() {
    let mut served = serve_desk(Server::builder().max_requests(2)).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\nhold").await;
    visitor.lane("r#\nhold").await;
    visitor.lane("r#\nthird").await;
    assert_eq!(visitor.wire.next_data().await, "e1 3 4\ntoo many requests of this session are under way");
    visitor.lane("x# 1").await;
    visitor.lane("r#\nthird").await;
    assert_eq!(visitor.wire.next_data().await, "y2 5\nthird");
    let told = [served.told().await, served.told().await, served.told().await, served.told().await];
    assert_eq!(told.iter().filter(|event| *event == "dropped").count(), 1, "{told:?}");
}

/// A server with a handler under way, whose client is returned.
async fn holding(builder: ServerBuilder) -> (Served, Visitor) {
    let mut served = serve_desk(builder).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\nhold").await;
    assert_eq!(served.told().await, "hold");
    (served, visitor)
}

#[tokio::test]
async fn a_request_that_is_given_up_drops_its_handler() {
    let (mut served, mut visitor) = holding(Server::builder()).await;
    visitor.lane("x# 1").await;
    assert_eq!(served.told().await, "dropped");
    visitor.lane("r#\non").await;
    assert_eq!(visitor.wire.next_data().await, "y1 3\non", "nothing was said about the one given up");
}

#[tokio::test]
async fn the_end_of_a_session_drops_its_handlers() {
    let (mut served, mut visitor) = holding(Server::builder()).await;
    visitor.wire.send("goodbye").await;
    assert_eq!(served.told().await, "dropped");
}

#[tokio::test]
async fn the_drain_drops_handlers() {
    let (mut served, _visitor) = holding(Server::builder().close_timeout(Duration::from_millis(100))).await;
    let Served { running, told, .. } = &mut served;
    let server = running.server.clone();
    soon(server.drain()).await;
    assert_eq!(soon(told.recv()).await.as_deref(), Some("dropped"));
}

#[tokio::test]
async fn a_request_is_handled_once_however_often_it_is_sent() {
    let mut served = serve_desk(Server::builder()).await;
    let mut visitor = served.visitor().await;
    visitor.lane("r#\nmeet").await;
    assert_eq!(served.told().await, "meet");
    for _ in 0..3 {
        cut(&served.running, &visitor.session).await;
        assert_eq!(visitor.come_back(&served.running).await.summary(), "resumed 1 1 1");
        visitor.wire.send("r1\nmeet").await;
    }
    cut(&served.running, &visitor.session).await;
    let mut other = Visitor::arrive(&served.running, "/desk/at-once", 100).await;
    other.lane("r#\nmeet").await;
    assert_eq!(other.wire.next_data().await, "y1 1\nmeet");
    assert_eq!(served.told().await, "meet");
    visitor.come_back(&served.running).await;
    assert_eq!(visitor.wire.next_data().await, "y1 1\nmeet", "the reply has waited for its client");
    assert!(served.told.try_recv().is_err(), "it was handled again");
}

#[tokio::test]
async fn a_restart_interrupts_a_request_and_hands_it_to_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let builder = || Server::builder().close_timeout(Duration::from_millis(100)).state_dir(dir.path());
    let (mut served, mut visitor) = holding(builder()).await;
    assert_eq!(visitor.wire.next().await, "a1");
    let Served { running, mut told, .. } = served;
    running.stop().await;
    assert_eq!(soon(told.recv()).await.as_deref(), Some("dropped"));

    served = serve_desk(builder()).await;
    assert_eq!(visitor.come_back(&served.running).await.summary(), "resumed 1 1 1");
    assert_eq!(visitor.wire.next_data().await, "e1 1 1\n");
    visitor.lane("r#\non").await;
    assert_eq!(visitor.wire.next_data().await, "y2 2\non");
    assert_eq!(served.told().await, "on");
}

#[tokio::test]
async fn a_request_that_no_handler_had_yet_goes_to_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let builder = || {
        let timeout = Duration::from_millis(100);
        Server::builder().close_timeout(timeout).drain_timeout(timeout).state_dir(dir.path())
    };
    let served = serve_desk(builder()).await;
    let mut visitor = Visitor::arrive(&served.running, "/desk/slow", 1).await;
    visitor.lane("r#\nearly").await;
    visitor.wire.send("p0").await;
    assert_eq!(visitor.wire.next().await, "o0", "it was taken in");
    served.running.stop().await;

    let served = serve_desk(builder()).await;
    assert_eq!(visitor.come_back(&served.running).await.summary(), "resumed 0 0 1");
    visitor.wire.send("r1\nearly").await;
    assert_eq!(visitor.wire.next_data().await, "y1 1\nearly");
}
