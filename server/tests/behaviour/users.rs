//! Users: reaching all sessions of one, and who is one.

use staywire_server::{
    CloseCode, Endpoint, Handshake, HandshakeInterceptor, ListenerError, Message, SendError, Server,
    ServerBuilder, Session, UserDelivery, WsListener, interceptor_fn,
};
use tokio::sync::mpsc;

use crate::support::{Client, Echo, Running, serve, soon};

/// Believes the path.
pub(crate) fn by_path() -> impl HandshakeInterceptor {
    interceptor_fn(|handshake: &mut Handshake| {
        let user = handshake.path_param("user").unwrap_or_default().to_owned();
        handshake.set_user(user)
    })
}

/// Hands each session to the test when it opens.
struct Opened(mpsc::UnboundedSender<Session>);

impl WsListener for Opened {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.0.send(session.clone())?;
        Ok(())
    }
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

struct Users {
    running: Running,
    opened: mpsc::UnboundedReceiver<Session>,
}

async fn serve_users() -> Users {
    let (sender, opened) = mpsc::unbounded_channel();
    let builder = Server::builder().endpoint("/{user}", Opened(sender)).intercept(by_path());
    Users { running: serve(builder.max_queue_bytes(100_000)).await, opened }
}

impl Users {
    async fn connect(&mut self, user: &str) -> (Client, Session) {
        let client = self.running.connect(&format!("/{user}")).await;
        (client, soon(self.opened.recv()).await.unwrap())
    }
}

fn present(delivery: UserDelivery) -> (usize, Vec<SendError>) {
    match delivery {
        UserDelivery::Present(delivery) => {
            (delivery.queued, delivery.refused.into_iter().map(|(_, error)| error).collect())
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_to_a_user_reaches_every_session_of_theirs_and_no_other() {
    let mut users = serve_users().await;
    let helper = users.running.server.helper();
    let (mut tab_1, _) = users.connect("ann").await;
    let (mut tab_2, _) = users.connect("ann").await;
    let (mut other, _) = users.connect("bob").await;
    let delivery = helper.send_to_user("ann", "to ann");
    assert!(delivery.is_complete());
    assert_eq!(delivery.queued(), 2);
    assert_eq!(helper.send_to_user("bob", "to bob").queued(), 1);
    for client in [&mut tab_1, &mut tab_2] {
        assert_eq!(client.next_text().await, "to ann");
    }
    assert_eq!(other.next_text().await, "to bob");
}

#[tokio::test]
async fn a_message_to_nobody_says_so() {
    let mut users = serve_users().await;
    let helper = users.running.server.helper();
    assert_eq!(helper.send_to_user("ann", "x"), UserDelivery::Unknown);
    assert!(!helper.send_to_user("", "x").is_complete());
    let (_client, _) = users.connect("ann").await;
    assert_eq!(helper.send_to_user("Ann", "x"), UserDelivery::Unknown);
    assert_eq!(helper.close_user("Ann", CloseCode::NORMAL, ""), 0);
    assert!(helper.sessions_of("Ann").is_empty());
}

#[tokio::test]
async fn a_session_that_refuses_a_users_message_is_named_with_its_reason() {
    let mut users = serve_users().await;
    let helper = users.running.server.helper();
    let (mut stays, _) = users.connect("ann").await;
    let (leaving, leaver) = users.connect("ann").await;
    // Its client does not answer the close frame yet, so it is there and takes nothing.
    leaver.close(CloseCode::NORMAL, "");
    let delivery = helper.send_to_user("ann", "to ann");
    assert!(!delivery.is_complete());
    assert_eq!(present(delivery), (1, vec![SendError::Closed]));
    assert_eq!(stays.next_text().await, "to ann");
    leaving.ended().await;

    let too_large = SendError::TooLarge { bytes: 100_001, limit: 100_000 };
    assert!(present(helper.send_to_user("ann", vec![0; 100_001])).1.contains(&too_large));
}

#[tokio::test]
async fn users_are_listed_with_the_number_of_their_sessions() {
    let mut users = serve_users().await;
    let helper = users.running.server.helper();
    let (_ann_1, session_1) = users.connect("ann").await;
    let (_ann_2, session_2) = users.connect("ann").await;
    let (_bob, _) = users.connect("%E5%BC%A0%E4%B8%89").await;
    let listed = helper.users();
    assert_eq!((listed.len(), listed.get("ann"), listed.get("张三")), (2, Some(&2), Some(&1)));
    let ann = session_1.user().unwrap();
    let mut ids = helper.sessions_of(ann).iter().map(Session::id).collect::<Vec<_>>();
    let mut expected = [session_1.id(), session_2.id()];
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn a_user_is_closed_with_all_sessions_and_nobody_else() {
    let mut users = serve_users().await;
    let helper = users.running.server.helper();
    let (ann_1, _) = users.connect("ann").await;
    let (ann_2, _) = users.connect("ann").await;
    let (mut bob, _) = users.connect("bob").await;
    assert_eq!(helper.close_user("ann", CloseCode::from_number(4500), "logged out"), 2);
    for mut client in [ann_1, ann_2] {
        assert_eq!(client.next_close().await, (4500, "logged out".into()));
        client.ended().await;
    }
    assert_eq!(helper.send_to_user("bob", "still here").queued(), 1);
    assert_eq!(bob.next_text().await, "still here");
}

#[tokio::test]
async fn a_helper_of_one_endpoint_speaks_of_its_users_alone() {
    let builder = || Server::builder().endpoint("/a/{user}", Echo).endpoint("/b/{user}", Echo);
    let running = serve(builder().intercept(by_path())).await;
    let helper = running.server.helper();
    let mut at_a = running.connect("/a/ann").await;
    let mut at_b = running.connect("/b/ann").await;
    let only_a = helper.at("/a/{user}").unwrap();
    assert_eq!((helper.users().get("ann"), only_a.users().get("ann")), (Some(&2), Some(&1)));
    assert_eq!(only_a.send_to_user("ann", "at a").queued(), 1);
    assert_eq!(helper.send_to_user("ann", "everywhere").queued(), 2);
    assert_eq!((at_a.next_text().await, at_a.next_text().await), ("at a".into(), "everywhere".into()));
    assert_eq!(at_b.next_text().await, "everywhere");
    assert_eq!(only_a.close_user("ann", CloseCode::NORMAL, ""), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_reached_from_the_moment_of_open_and_of_the_clients_handshake() {
    struct Greeting;
    impl WsListener for Greeting {
        async fn open(&self, session: &Session) -> Result<(), ListenerError> {
            let user = session.user().ok_or_else(|| ListenerError::msg("no user"))?;
            let queued = session.helper().everywhere().send_to_user(user, "from open").queued();
            assert_eq!(queued, 1);
            Ok(())
        }
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
    }
    let running = serve(Server::builder().endpoint("/{user}", Greeting).intercept(by_path())).await;
    let helper = running.server.helper();
    for round in 0..200 {
        let mut client = running.connect(&format!("/{round}")).await;
        assert_eq!(helper.send_to_user(round.to_string(), "from outside").queued(), 1);
        let mut texts = [client.next_text().await, client.next_text().await];
        texts.sort();
        assert_eq!(texts, ["from open", "from outside"]);
    }
}

#[tokio::test]
async fn a_session_that_ended_is_no_longer_its_users() {
    struct Farewell(mpsc::UnboundedSender<(usize, UserDelivery)>);
    impl WsListener for Farewell {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
        async fn close(&self, session: &Session, _: staywire_server::CloseReason) {
            let helper = session.helper();
            self.0.send((helper.users().len(), helper.send_to_user("ann", "x"))).unwrap();
        }
    }
    let (sender, mut farewells) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/{user}", Farewell(sender)).intercept(by_path())).await;
    running.connect("/ann").await.close().await;
    assert_eq!(soon(farewells.recv()).await.unwrap(), (0, UserDelivery::Unknown));
}

#[tokio::test]
async fn nobody_becomes_a_user_or_another_address_by_saying_so() {
    let headers = [
        ("x-user", "root"),
        ("x-user-id", "root"),
        ("authorization", "Basic cm9vdDpyb290"),
        ("cookie", "WEBSOCKET_USERID=root; user=root"),
        ("from", "root@example.com"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-real-ip", "10.0.0.1"),
        ("forwarded", "for=10.0.0.1"),
    ];
    let (sender, mut opened) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/{user}", Opened(sender))).await;
    let client = running.connect_with("/root?user=root&ID=root&WEBSOCKET_USERID=root", &headers).await;
    let session = soon(opened.recv()).await.unwrap();
    assert_eq!(session.user(), None);
    assert_eq!(session.remote_addr(), Some(client.stream.get_ref().local_addr().unwrap()));
    assert!(running.server.helper().users().is_empty());
}

#[tokio::test]
async fn a_name_that_cannot_be_a_users_is_refused_with_400() {
    let builder: ServerBuilder =
        Server::builder().endpoint("/{user}", Endpoint::new(Echo).intercept(by_path()));
    let running = serve(builder.endpoint("/", Endpoint::new(Echo).intercept(by_path()))).await;
    let answer = running.request(&format!("/{}", "x".repeat(256)), "").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.ends_with("a user's name has at most 255 bytes, and this one has 256\n"), "{answer}");
    let answer = running.request("/", "").await;
    assert!(answer.ends_with("a user's name is not empty\n"), "{answer}");
    running.connect(&format!("/{}", "x".repeat(255))).await;
}
