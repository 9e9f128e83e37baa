//! Requests, both ways.

use std::time::Duration;

use staywire_client_native::{Event, FailureCode, Message, ReplyError, RequestError};

use super::server::{Server, fresh, next, soon};

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_request_has_its_reply_or_its_failure() {
    let server = Server::start().await;
    let (client, _events, mut connection) = server.open(server.client()).await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { (client.request("sum", LONG).await, client.request("root", LONG).await) }
    });
    assert_eq!(connection.hear().await, "r1\nsum");
    connection.say("y1 1\n42").await;
    assert_eq!(connection.hear_lane().await, "r2\nroot");
    connection.say("e2 2 1004\nno such thing").await;
    let (reply, failure) = soon(asking).await.unwrap();
    assert_eq!(reply, Ok(Message::from("42")));
    let code = FailureCode::from_number(1004);
    assert_eq!(failure, Err(RequestError::Failed { code, reason: "no such thing".into() }));
}

#[tokio::test]
async fn who_stops_waiting_cancels_the_request() {
    let server = Server::start().await;
    let (client, _events, mut connection) = server.open(server.client()).await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request("slow", LONG).await }
    });
    assert_eq!(connection.hear().await, "r1\nslow");
    asking.abort();
    assert_eq!(connection.hear().await, "x2 1");
    let timeout = Duration::from_millis(20);
    assert_eq!(soon(client.request("slower", timeout)).await, Err(RequestError::Timeout));
    assert_eq!(connection.hear().await, "r3\nslower");
    assert_eq!(connection.hear().await, "x4 3");
}

#[tokio::test]
async fn a_request_that_a_lost_session_had_is_unknown() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    let asking = tokio::spawn(async move { client.request("sum", LONG).await });
    connection.hear().await;
    drop(connection);
    next(&mut events).await;
    let _connection = server.answer(&fresh("restarted")).await;
    assert_eq!(soon(asking).await.unwrap(), Err(RequestError::OutcomeUnknown));
}

#[tokio::test]
async fn the_server_asks_and_is_answered_once() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    connection.say("r1\nname?").await;
    let Event::Request(request) = next(&mut events).await else { panic!("no request") };
    assert_eq!((request.number(), request.message().as_text()), (1, Some("name?")));
    client.reply(&request, "Li").unwrap();
    assert_eq!(client.reply(&request, "Wang"), Err(ReplyError::NotWaiting));
    assert_eq!(connection.hear_lane().await, "y1 1\nLi");
    connection.say("r2\nage?").await;
    let Event::Request(request) = next(&mut events).await else { panic!("no request") };
    client.fail(&request, FailureCode::from_number(1001), "impolite").unwrap();
    assert_eq!(connection.hear_lane().await, "e2 2 1001\nimpolite");
}

#[tokio::test]
async fn a_reply_does_not_reach_into_another_session() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    connection.say("r1\nold").await;
    let Event::Request(old) = next(&mut events).await else { panic!("no request") };
    drop(connection);
    next(&mut events).await;
    let mut connection = server.answer(&fresh("expired")).await;
    assert!(matches!(next(&mut events).await, Event::Fresh { .. }));
    assert!(matches!(next(&mut events).await, Event::Cancelled { number: 1 }));
    connection.say("r1\nnew").await;
    let Event::Request(new) = next(&mut events).await else { panic!("no request") };
    assert_eq!(client.reply(&old, "mislaid"), Err(ReplyError::NotWaiting));
    client.reply(&new, "delivered").unwrap();
    assert_eq!(connection.hear_lane().await, "y1 1\ndelivered");
}

#[tokio::test]
async fn where_nobody_reads_events_the_server_is_told_that_nobody_handles_requests() {
    let server = Server::start().await;
    let (_client, events, mut connection) = server.open(server.client()).await;
    drop(events);
    connection.say("r1\nanybody?").await;
    assert_eq!(connection.hear_lane().await, "e1 1 2\n");
}
