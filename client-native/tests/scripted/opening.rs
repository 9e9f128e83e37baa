//! How connections come to be, and what stops them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use staywire_client_native::{Cause, Client, CloseCode, ConnectError, Epoch, Event, Stream, StreamPosition};
use tokio::io::AsyncWriteExt;

use super::server::{Server, next, welcome};

#[tokio::test]
async fn credential_and_sub_protocols_go_with_the_first_message() {
    let server = Server::start().await;
    let builder = server.client().credential("secret").protocols(["chat.v2", "chat.v1"]);
    assert!(!format!("{builder:?}").contains("secret"));
    let (client, mut events) = builder.connect().unwrap();
    let mut connection = server.accept().await;
    let hello = connection.hear().await;
    let (header, fields) = hello.split_once('\n').unwrap();
    let token = header.split(' ').nth(1).unwrap();
    assert!(!format!("{client:?} {events:?}").contains(token), "whoever reads a token has the session");
    assert!(header.starts_with("hello ") && header.ends_with(" 1"), "{header}");
    assert_eq!(fields, "credential secret\nprotocol chat.v2\nprotocol chat.v1");
    connection.say(&format!("{}\nprotocol chat.v1", welcome())).await;
    assert!(matches!(next(&mut events).await, Event::Open));
    assert_eq!(client.protocol().as_deref(), Some("chat.v1"));
}

#[tokio::test]
async fn a_session_goes_on_from_positions_that_were_kept() {
    let server = Server::start().await;
    let position = |offset| StreamPosition { epoch: Epoch::new("abc").unwrap(), offset };
    let builder = server.client().broadcast_since(position(7)).user_since(position(9));
    let (_client, mut events) = builder.connect().unwrap();
    let mut connection = server.accept().await;
    assert!(connection.hear().await.ends_with("\nstream b abc 7\nstream u abc 9"));
    connection.say(&format!("{}\nrecovered 1 b abc 7\ngap 2 u abc 10 12", welcome())).await;
    connection.say("s1 8\nto all").await;
    assert!(matches!(next(&mut events).await, Event::Open));
    match next(&mut events).await {
        Event::StreamGap { stream: Stream::User, gap } => assert_eq!((gap.from, gap.to), (10, 12)),
        other => panic!("{other:?}"),
    }
    match next(&mut events).await {
        Event::StreamMessage { stream: Stream::Broadcast, position: at, .. } => assert_eq!(at, position(8)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_credential_is_asked_for_at_each_connection() {
    let server = Server::start().await;
    let asked = Arc::new(AtomicU32::new(0));
    let source = move || {
        let number = asked.fetch_add(1, Ordering::Relaxed);
        async move { Ok::<_, Infallible>(format!("ticket-{number}")) }
    };
    let (_client, _events) = server.client().credential_from(source).connect().unwrap();
    for number in 0..2 {
        let mut connection = server.accept().await;
        assert!(connection.hear().await.ends_with(&format!("\ncredential ticket-{number}")));
    }
}

#[tokio::test]
async fn a_credential_that_cannot_be_had_is_asked_for_again() {
    let server = Server::start().await;
    let source = || async { Err::<String, _>("the vault is sealed") };
    let (_client, mut events) = server.client().credential_from(source).max_attempts(1).connect().unwrap();
    match next(&mut events).await {
        Event::Reconnecting { lost, .. } => {
            assert_eq!(lost.cause, Cause::Unlocated);
            assert_eq!(&*lost.reason, "there is no credential: the vault is sealed");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(next(&mut events).await, Event::Closed { is_failure: true, .. }));
}

#[tokio::test]
async fn a_server_without_sessions_is_named_and_not_tried_again() {
    for protocol in [None, Some("chat.v1")] {
        let server = Server::start().await;
        let (_client, mut events) = server.client().connect().unwrap();
        drop(server.accept_with(protocol).await);
        match next(&mut events).await {
            Event::Closed { last, is_failure, .. } => {
                assert!(is_failure);
                assert_eq!(last.cause, Cause::Undialable);
                assert!(last.reason.contains("did not agree to the sub-protocol `staywire.v1`"), "{last:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_refused_handshake_is_told_with_its_status_and_tried_again() {
    let server = Server::start().await;
    let (_client, mut events) = server.client().connect().unwrap();
    let refusal = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    server.accept_tcp().await.write_all(refusal).await.unwrap();
    match next(&mut events).await {
        Event::Reconnecting { attempt: 0, lost, .. } => {
            assert_eq!(&*lost.reason, "the server refused the handshake: 503 Service Unavailable");
        }
        other => panic!("{other:?}"),
    }
    server.answer(&welcome()).await;
    assert!(matches!(next(&mut events).await, Event::Open));
}

#[tokio::test]
async fn a_message_that_breaks_the_protocol_ends_the_session_with_3510() {
    let server = Server::start().await;
    let (_client, mut events, mut connection) = server.open(server.client()).await;
    connection.say("d0\nwhat counts from 1").await;
    let reason = "a number 0 where counting begins with 1";
    assert_eq!(connection.hear_close().await, (3510, reason.to_owned()));
    match next(&mut events).await {
        Event::Closed { last, is_failure, .. } => {
            assert!(is_failure);
            assert_eq!((last.code, last.cause), (CloseCode::VIOLATION, Cause::Violation));
            assert_eq!(&*last.reason, reason);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_servers_advice_on_when_to_come_back_is_obeyed() {
    let server = Server::start().await;
    let (_client, mut events, mut connection) = server.open(server.client().seed(1)).await;
    connection.close(1013, "full retry=60000").await;
    match next(&mut events).await {
        Event::Reconnecting { delay, lost, .. } => {
            assert!(Duration::ZERO < delay && delay < Duration::from_secs(60), "{delay:?}");
            assert_eq!(lost.code, CloseCode::TRY_AGAIN_LATER);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_can_never_work_is_refused_by_connect() {
    let refused = |builder: staywire_client_native::ClientBuilder| builder.connect().map(drop).unwrap_err();
    let url = "ws://127.0.0.1:1/";
    assert!(matches!(refused(Client::builder("wss://example.com")), ConnectError::Url { .. }));
    assert!(matches!(refused(Client::builder(url).credential("two words")), ConnectError::Credential));
    let twice = Client::builder(url).protocols(["a", "a"]);
    assert!(matches!(refused(twice), ConnectError::SubProtocol { name } if name == "a"));
}

#[test]
fn without_a_runtime_there_is_no_client() {
    let outside = Client::builder("ws://127.0.0.1:1/").connect();
    assert!(matches!(outside, Err(ConnectError::NoRuntime)));
}
