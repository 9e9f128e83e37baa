//! How a session ends.

use staywire_client_native::{Cause, Event, SendError, Status};

use super::server::{Server, next, soon};

#[tokio::test]
async fn close_says_goodbye_behind_what_was_sent() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    client.send("last words").unwrap();
    client.close();
    assert_eq!(client.send("too late").unwrap_err(), SendError::Closed);
    assert_eq!(connection.hear().await, "d1\nlast words");
    assert_eq!(connection.hear().await, "goodbye");
    assert_eq!(connection.hear_close().await.0, 1000);
    match next(&mut events).await {
        Event::Closed { last, is_failure, unknown } => {
            assert!(last.was_clean && !is_failure);
            assert_eq!(unknown, Some(1..=1), "nobody said that it was handled");
        }
        other => panic!("{other:?}"),
    }
    assert!(events.recv().await.is_none());
    assert_eq!(client.status(), Status::Closed);
    client.reconnect();
    assert_eq!(client.status(), Status::Closed);
}

#[tokio::test]
async fn dropping_everything_closes_the_session() {
    let server = Server::start().await;
    let (client, events, mut connection) = server.open(server.client()).await;
    let clone = client.clone();
    drop((client, events));
    clone.send("still here").unwrap();
    assert_eq!(connection.hear().await, "d1\nstill here");
    drop(clone);
    assert_eq!(connection.hear().await, "goodbye");
}

#[tokio::test]
async fn the_servers_goodbye_is_a_clean_end() {
    let server = Server::start().await;
    let (_client, mut events, mut connection) = server.open(server.client()).await;
    connection.say("goodbye").await;
    match next(&mut events).await {
        Event::Closed { last, is_failure: false, unknown: None } => assert_eq!(last.cause, Cause::Peer),
        other => panic!("{other:?}"),
    }
    assert_eq!(connection.hear_close().await.0, 1000);
}

#[tokio::test]
async fn a_client_that_never_connected_closes_at_once() {
    let server = Server::start().await;
    let (client, mut events) = server.client().connect().unwrap();
    client.close();
    assert!(matches!(soon(events.recv()).await, Some(Event::Closed { is_failure: false, .. })));
    assert!(events.recv().await.is_none());
}
