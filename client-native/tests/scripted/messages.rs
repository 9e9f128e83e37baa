//! Sending, receiving and acknowledging.

use futures_util::{SinkExt, StreamExt};
use staywire_client_native::{Event, Message, SendError, Status};
use tokio_tungstenite::tungstenite::Message as WsMessage;

use super::server::{Server, next, next_text, soon};

#[tokio::test]
async fn messages_go_both_ways_in_order() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    assert_eq!(client.status(), Status::Open);
    for text in ["one", "two"] {
        client.send(text).unwrap();
    }
    assert_eq!(connection.hear().await, "d1\none");
    assert_eq!(connection.hear().await, "d2\ntwo");
    connection.say("d1\nthree").await;
    connection.say("d2\n").await;
    assert_eq!(next_text(&mut events).await, "three");
    assert_eq!(next_text(&mut events).await, "");
}

#[tokio::test]
async fn binary_messages_travel_in_binary_messages() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    client.send(vec![0, 255]).unwrap();
    let heard = soon(connection.0.next()).await.unwrap().unwrap();
    assert_eq!(heard, WsMessage::binary(b"d1\n\x00\xff".to_vec()));
    connection.0.send(WsMessage::binary(b"d1\n\xfe".to_vec())).await.unwrap();
    match next(&mut events).await {
        Event::Message(message) => assert_eq!(message, Message::from(vec![0xfe])),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_asks_is_told_when_the_listener_is_done() {
    let server = Server::start().await;
    let (client, _events, mut connection) = server.open(server.client()).await;
    let (first, second) = (client.send("one").unwrap(), client.send("two").unwrap());
    assert_eq!((first.number(), second.number()), (1, 2));
    connection.hear().await;
    connection.hear().await;
    connection.say("a1").await;
    soon(first.acknowledged()).await.unwrap();
    let second = tokio::spawn(second.acknowledged());
    connection.say("a2").await;
    soon(second).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_read_is_acknowledged_after_the_delay_that_the_server_set() {
    let server = Server::start().await;
    let (_client, mut events, mut connection) = server.open(server.client()).await;
    connection.say("d1\nhello").await;
    next_text(&mut events).await;
    assert_eq!(connection.hear().await, "a1");
}

#[tokio::test]
async fn a_ping_is_answered() {
    let server = Server::start().await;
    let (_client, _events, mut connection) = server.open(server.client()).await;
    connection.say("p0").await;
    assert_eq!(connection.hear().await, "o0");
}

#[tokio::test]
async fn a_message_over_the_servers_limit_is_refused_alone() {
    let server = Server::start().await;
    let (client, _events, mut connection) = server.open(server.client()).await;
    let refused = client.send("x".repeat(1001)).unwrap_err();
    assert_eq!(refused, SendError::TooLarge { max_message_bytes: 1000 });
    client.send("small").unwrap();
    assert_eq!(connection.hear().await, "d1\nsmall");
}

#[tokio::test]
async fn a_full_queue_refuses_until_something_is_acknowledged() {
    let server = Server::start().await;
    let (client, _events, mut connection) = server.open(server.client().max_queue_bytes(100)).await;
    let sent = client.send("x".repeat(90)).unwrap();
    assert_eq!(client.send("more").unwrap_err(), SendError::QueueFull { max_bytes: 100 });
    connection.hear().await;
    connection.say("a1").await;
    soon(sent.acknowledged()).await.unwrap();
    client.send("more").unwrap();
}
