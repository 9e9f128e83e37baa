//! The end of a server.

use std::time::Duration;

use staywire_server::{
    CloseReason, EngineError, ListenerError, Message, PublishError, Retention, Server, Session,
    SubscribeError, SubscribeFrom, TopicSettings, UserDelivery, WsListener,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::support::{Echo, serve, soon, told};

#[tokio::test]
async fn a_shutdown_closes_every_session_with_1001_and_waits_for_its_listener() {
    struct SlowFarewell(watch::Sender<u32>);
    impl WsListener for SlowFarewell {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
        async fn close(&self, _: &Session, reason: CloseReason) {
            assert_eq!(reason.code.number(), 1001);
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.0.send_modify(|closed| *closed += 1);
        }
    }
    let (sender, closed) = watch::channel(0);
    let running = serve(Server::builder().endpoint("/ws", SlowFarewell(sender))).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        let mut client = running.connect("/ws").await;
        clients.push(tokio::spawn(async move {
            assert_eq!(client.next_close().await, (1001, "server is shutting down".into()));
            client.ended().await;
        }));
    }
    running.stop().await;
    assert_eq!(*closed.borrow(), 10);
    for client in clients {
        soon(client).await.unwrap();
    }
}

#[tokio::test]
async fn after_the_drain_time_what_remains_is_stopped() {
    struct Stuck;
    impl WsListener for Stuck {
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            std::future::pending().await
        }
    }
    let builder = Server::builder().endpoint("/ws", Stuck).drain_timeout(Duration::from_millis(50));
    let running = serve(builder).await;
    let mut client = running.connect("/ws").await;
    client.send("stick").await;
    assert_eq!(running.server.helper().online(), 1);
    let server = running.server.clone();
    running.stop().await;
    assert_eq!(server.helper().online(), 0);
}

#[tokio::test]
async fn a_session_that_was_stopped_leaves_nothing_of_its_server_behind() {
    struct Dropping(watch::Sender<bool>);
    impl Drop for Dropping {
        fn drop(&mut self) {
            self.0.send_replace(true);
        }
    }
    impl WsListener for Dropping {
        async fn open(&self, _: &Session) -> Result<(), ListenerError> {
            std::future::pending().await
        }
        async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
            Ok(())
        }
    }
    let (sender, mut dropped) = watch::channel(false);
    let builder = Server::builder().endpoint("/ws", Dropping(sender));
    let running = serve(builder.drain_timeout(Duration::from_millis(50))).await;
    // It answers no close frame, so its connection is still there when the drain time is over.
    let _client = running.raw_connect("/ws").await;
    running.stop().await;
    soon(dropped.wait_for(|&dropped| dropped)).await.unwrap();
}

#[tokio::test]
async fn a_server_that_drains_takes_no_new_sessions() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    let mut client = running.connect("/ws").await;
    heard.until("open").await;
    let draining = tokio::spawn({
        let server = running.server.clone();
        async move { server.drain().await }
    });
    assert_eq!(client.next_close().await.0, 1001);
    let answer = running.request("/ws", "").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("shutting down"), "{answer}");
    client.ended().await;
    soon(draining).await.unwrap();
    assert_eq!(heard.next().await, "close 1001 \"server is shutting down\" clean by Server");
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_an_idle_connection_is_not_waited_for() {
    let server = Server::builder().endpoint("/ws", Echo).build().unwrap();
    let (reached, mut requests) = watch::channel(());
    let page = async move || {
        reached.send_replace(());
        tokio::time::sleep(Duration::from_millis(50)).await;
        "the page"
    };
    let router = axum::Router::new().route("/", axum::routing::get(page)).merge(server.router());
    let running = crate::support::serve_router(server, router).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    let mut busy = TcpStream::connect(running.address).await.unwrap();
    busy.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    requests.changed().await.unwrap();
    running.stop().await;
    let mut answer = String::new();
    soon(busy.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.ends_with("the page"), "{answer}");
    drop(soon(idle.read_to_end(&mut Vec::new())).await);
}

#[tokio::test]
async fn what_is_published_after_a_shutdown_is_refused_for_nobody_gets_it() {
    let retention = Retention::new(10, Duration::from_secs(60));
    let builder = Server::builder().endpoint("/ws", Echo).user_history(retention);
    let running = serve(builder.topics("", TopicSettings::new().history(retention))).await;
    let helper = running.server.helper();
    helper.publish("orders", "in time").await.unwrap();
    running.stop().await;
    let over = EngineError::Unavailable("its server has shut down".to_owned());
    for topic in ["orders", "another"] {
        assert_eq!(helper.publish(topic, "late").await, Err(PublishError::Engine(over.clone())));
        let history = helper.history(topic, SubscribeFrom::Last(1)).await;
        assert_eq!(history, Err(SubscribeError::Engine(over.clone())));
    }
    assert_eq!(helper.send_to_user("ann", "late"), UserDelivery::Unknown, "it is not kept for anybody");
}
