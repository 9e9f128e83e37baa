//! An application that does not read its events.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use staywire_client_native::{Cause, CloseCode, Event};

use super::server::{Connection, Server, next, next_text, resumed};

const UNREAD: usize = 64 * 1024;
const PAYLOAD: usize = 1024;

/// Says messages from `first` on, until the client has taken nothing for a while; how many it took.
async fn flood(connection: &mut Connection, first: u64) -> u64 {
    let payload = "x".repeat(PAYLOAD);
    for number in first.. {
        let message = format!("d{number}\n{payload}");
        let mut saying = pin!(connection.say(&message));
        if tokio::time::timeout(Duration::from_millis(300), saying.as_mut()).await.is_err() {
            return number;
        }
    }
    unreachable!("the system's buffers are bounded")
}

async fn is_quiet<F: Future>(future: F) -> bool {
    tokio::time::timeout(Duration::from_millis(200), future).await.is_err()
}

#[tokio::test]
async fn a_lost_connection_is_replaced_once_there_is_room_and_nothing_is_lost() {
    let server = Server::start().await;
    let builder = server.client().max_unread_bytes(UNREAD);
    let (_client, mut events, mut connection) = server.open(builder).await;
    let flooded = flood(&mut connection, 1).await;
    drop(connection);
    assert!(is_quiet(server.accept_tcp()).await, "nobody would read what it brings");

    let mut read = 0;
    while let Event::Message(_) = next(&mut events).await {
        read += 1;
    }
    assert!(read < flooded, "{read} of {flooded} were read");
    let mut connection = server.accept().await;
    let resume = connection.hear().await;
    let inbox: u64 = resume.split(' ').nth(5).unwrap().parse().unwrap();
    assert_eq!(inbox, read);
    connection.say(&resumed(0, 0, inbox + 1)).await;
    connection.say(&format!("d{}\nnext", inbox + 1)).await;
    while !matches!(next(&mut events).await, Event::Resumed) {}
    assert_eq!(next_text(&mut events).await, "next");
}

#[tokio::test]
async fn what_waits_is_bounded_and_comes_in_order_when_it_is_read() {
    let server = Server::start().await;
    let builder = server.client().max_unread_bytes(UNREAD);
    let (_client, mut events, mut connection) = server.open(builder).await;
    let flooded = flood(&mut connection, 1).await;
    assert!(flooded as usize > UNREAD / PAYLOAD);
    let text = next_text(&mut events).await;
    assert_eq!(text.len(), PAYLOAD);
    for _ in 2..flooded {
        next_text(&mut events).await;
    }
}

#[tokio::test]
async fn events_that_nobody_wants_stop_nothing() {
    let server = Server::start().await;
    let builder = server.client().max_unread_bytes(UNREAD);
    let (client, events, mut connection) = server.open(builder).await;
    drop(events);
    for number in 1..1000 {
        connection.say(&format!("d{number}\n{}", "x".repeat(PAYLOAD))).await;
    }
    client.send("and back").unwrap();
    assert_eq!(connection.hear_lane().await, "d1\nand back");
}

#[tokio::test]
async fn a_message_that_is_too_large_is_the_end_for_it_would_come_again() {
    let server = Server::start().await;
    let (_client, mut events, mut connection) = server.open(server.client().max_message_bytes(1000)).await;
    connection.say(&format!("d1\n{}", "x".repeat(1000))).await;
    match next(&mut events).await {
        Event::Closed { last, is_failure: true, .. } => {
            assert_eq!((last.code, last.cause), (CloseCode::MESSAGE_TOO_BIG, Cause::Peer));
            assert_eq!(&*last.reason, "a message of 1003 bytes, more than 1000");
        }
        other => panic!("{other:?}"),
    }
}
