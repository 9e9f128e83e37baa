//! Sending: every send says at once what became of it.

use staywire_server::{
    Bytes, CloseCode, ListenerError, Message, SendError, Sent, Server, Session, SessionId, WsHelper,
    WsListener,
};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message as WsMessage;

use crate::support::{Echo, Running, serve, soon, told};

/// Hands each new session to the test.
struct Sessions(mpsc::UnboundedSender<Session>);

impl WsListener for Sessions {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.0.send(session.clone())?;
        Ok(())
    }

    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

async fn serve_sessions() -> (Running, mpsc::UnboundedReceiver<Session>) {
    let (sender, sessions) = mpsc::unbounded_channel();
    (serve(Server::builder().endpoint("/ws", Sessions(sender)).max_queue_bytes(100_000)).await, sessions)
}

#[tokio::test]
async fn text_arrives_as_text_and_binary_as_binary() {
    let running = serve(Server::builder().endpoint("/echo", Echo)).await;
    let mut client = running.connect("/echo").await;
    for message in [
        WsMessage::text("张三"),
        WsMessage::text(""),
        WsMessage::binary(vec![0, 255]),
        WsMessage::binary(vec![7; 65_536]),
    ] {
        client.send(message.clone()).await;
        assert_eq!(client.next().await, message);
    }
}

#[tokio::test]
async fn a_session_is_reached_by_its_id() {
    let (running, mut sessions) = serve_sessions().await;
    let helper = running.server.helper();
    let mut client = running.connect("/ws").await;
    let id = soon(sessions.recv()).await.unwrap().id();
    assert_eq!(helper.send(id, "by helper"), Ok(Sent::Queued));
    assert_eq!(helper.session(id).unwrap().send(Bytes::from_static(b"by session")), Ok(()));
    assert_eq!(client.next_text().await, "by helper");
    assert_eq!(client.next().await, WsMessage::binary(&b"by session"[..]));
}

#[tokio::test]
async fn a_send_to_nobody_says_so() {
    let (running, mut sessions) = serve_sessions().await;
    let helper = running.server.helper();
    let nobody: SessionId = "00000000000000000000000000000000".parse().unwrap();
    assert_eq!(helper.send(nobody, "x"), Err(SendError::UnknownSession));
    assert!(helper.session(nobody).is_none());
    assert!(!helper.close(nobody));

    let mut client = running.connect("/ws").await;
    let session = soon(sessions.recv()).await.unwrap();
    assert!(helper.close(session.id()));
    assert_eq!(session.send("x"), Err(SendError::Closed));
    assert!(!session.is_open());
    assert_eq!(client.next_close().await, (1000, String::new()));
    client.ended().await;
    running.stop().await;
    assert_eq!(helper.send(session.id(), "x"), Err(SendError::UnknownSession));
}

#[tokio::test]
async fn a_message_larger_than_the_queue_is_refused_and_the_session_goes_on() {
    let (running, mut sessions) = serve_sessions().await;
    let mut client = running.connect("/ws").await;
    let session = soon(sessions.recv()).await.unwrap();
    let refused = session.send(vec![0; 100_001]);
    assert_eq!(refused, Err(SendError::TooLarge { bytes: 100_001, limit: 100_000 }));
    assert_eq!(session.send("small"), Ok(()));
    assert_eq!(client.next_text().await, "small");
}

#[tokio::test]
async fn what_was_queued_before_a_close_still_arrives() {
    let (running, mut sessions) = serve_sessions().await;
    let mut client = running.connect("/ws").await;
    let session = soon(sessions.recv()).await.unwrap();
    for number in 0..100 {
        session.send(number.to_string()).unwrap();
    }
    session.close(CloseCode::from_number(4001), "done");
    for number in 0..100 {
        assert_eq!(client.next_text().await, number.to_string());
    }
    assert_eq!(client.next_close().await, (4001, "done".into()));
}

#[tokio::test]
async fn a_broadcast_says_how_many_took_it_and_who_did_not() {
    let (running, mut sessions) = serve_sessions().await;
    let helper = running.server.helper();
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(running.connect("/ws").await);
        soon(sessions.recv()).await.unwrap();
    }
    let mut leaving = running.connect("/ws").await;
    let leaver = soon(sessions.recv()).await.unwrap();
    assert_eq!(helper.online(), 4);

    // Its client does not answer the close frame yet, so it is there and takes nothing.
    leaver.close(CloseCode::NORMAL, "");
    let delivery = helper.broadcast("to all");
    assert_eq!((delivery.queued, &*delivery.refused), (3, &[(leaver.id(), SendError::Closed)][..]));
    assert!(!delivery.is_complete());
    for client in &mut clients {
        assert_eq!(client.next_text().await, "to all");
    }
    assert_eq!(leaving.next_close().await, (1000, String::new()));
    leaving.ended().await;
}

#[tokio::test]
async fn all_sessions_see_concurrent_broadcasts_in_the_same_order() {
    let (running, mut sessions) = serve_sessions().await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(running.connect("/ws").await);
        soon(sessions.recv()).await.unwrap();
    }
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let helper = running.server.helper();
            std::thread::spawn(move || {
                for number in 0..50 {
                    assert!(helper.broadcast(format!("{sender}.{number}")).is_complete());
                }
            })
        })
        .collect();
    for sender in senders {
        sender.join().unwrap();
    }
    let mut seen = Vec::new();
    for client in &mut clients {
        let mut texts = Vec::new();
        for _ in 0..200 {
            texts.push(client.next_text().await);
        }
        seen.push(texts);
    }
    assert!(seen.iter().all(|texts| *texts == seen[0]));
}

#[tokio::test]
async fn a_helper_of_one_endpoint_speaks_of_its_sessions_alone() {
    let builder = Server::builder().endpoint("/a", Echo).endpoint("/b", Echo);
    let running = serve(builder).await;
    let helper = running.server.helper();
    let mut a = running.connect("/a").await;
    let mut b = running.connect("/b").await;
    let only_a = helper.at("/a").unwrap();
    assert_eq!((helper.online(), only_a.online(), only_a.everywhere().online()), (2, 1, 2));
    assert!(helper.at("/c").is_none());
    assert_eq!(only_a.broadcast("to a").queued, 1);
    assert_eq!(helper.broadcast("to both").queued, 2);
    assert_eq!(a.next_text().await, "to a");
    assert_eq!(b.next_text().await, "to both");
    assert_eq!(only_a.close_all(), 1);
    assert_eq!(a.next_text().await, "to both");
    assert_eq!(a.next_close().await, (1000, String::new()));
}

#[tokio::test]
async fn whoever_knows_that_it_is_connected_misses_no_broadcast() {
    let (running, _sessions) = serve_sessions().await;
    let helper: WsHelper = running.server.helper();
    for round in 0..200 {
        let mut client = running.connect("/ws").await;
        let _ = helper.broadcast(round.to_string());
        assert_eq!(client.next_text().await, round.to_string());
    }
}

#[tokio::test]
async fn a_session_that_left_is_neither_counted_nor_sent_to_from_its_close() {
    struct Farewell(mpsc::UnboundedSender<(usize, usize)>);
    impl WsListener for Farewell {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
        async fn close(&self, session: &Session, _: staywire_server::CloseReason) {
            let delivery = session.helper().broadcast("one left");
            self.0.send((session.helper().online(), delivery.queued + delivery.refused.len())).unwrap();
        }
    }
    let (sender, mut counts) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/ws", Farewell(sender))).await;
    let mut stays = running.connect("/ws").await;
    let mut leaves = running.connect("/ws").await;
    leaves.close().await;
    assert_eq!(soon(counts.recv()).await, Some((1, 1)));
    assert_eq!(stays.next_text().await, "one left");
}

#[tokio::test]
async fn a_terminated_session_looks_like_a_cut_cable() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    let mut client = running.connect("/ws").await;
    client.send("terminate").await;
    let end = soon(futures_util::StreamExt::next(&mut client.stream)).await;
    assert!(matches!(end, Some(Err(_)) | None), "no close frame: {end:?}");
    assert_eq!(heard.until("close").await, "close 1006 \"\" unclean by Server");
}
