//! A session over many connections.

use staywire_client_native::{AcknowledgeError, Cause, Event, FreshReason, Status};

use super::server::{Server, fresh, next, next_text, resumed, soon};

#[tokio::test]
async fn what_was_not_taken_in_is_sent_again() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    let sent = ["one", "two", "three"].map(|text| client.send(text).unwrap());
    for _ in &sent {
        connection.hear().await;
    }
    connection.say("d1\nhello").await;
    next_text(&mut events).await;
    drop(connection);
    assert!(matches!(next(&mut events).await, Event::Reconnecting { attempt: 0, .. }));
    assert_eq!(client.status(), Status::Reconnecting);
    client.send("four").unwrap();

    let mut connection = server.accept().await;
    let resume = connection.hear().await;
    let words: Vec<_> = resume.split(' ').collect();
    assert_eq!((words[0], words[4], words[5], words[6]), ("resume", "2", "1", "3"), "{resume}");
    connection.say(&resumed(2, 1, 2)).await;
    assert!(matches!(next(&mut events).await, Event::Resumed));
    assert_eq!(connection.hear_lane().await, "d3\nthree");
    assert_eq!(connection.hear_lane().await, "d4\nfour");
    let [first, second, _] = sent;
    soon(first.acknowledged()).await.unwrap();
    connection.say("a4").await;
    soon(second.acknowledged()).await.unwrap();
}

#[tokio::test]
async fn what_the_servers_ring_lost_is_told_exactly() {
    let server = Server::start().await;
    let (_client, mut events, connection) = server.open(server.client()).await;
    drop(connection);
    next(&mut events).await;
    let mut connection = server.answer(&resumed(0, 0, 8)).await;
    assert!(matches!(next(&mut events).await, Event::Resumed));
    match next(&mut events).await {
        Event::InboxGap(gap) => assert_eq!((gap.from, gap.to), (1, 7)),
        other => panic!("{other:?}"),
    }
    connection.say("d8\neight").await;
    assert_eq!(next_text(&mut events).await, "eight");
}

#[tokio::test]
async fn a_lost_session_tells_what_is_unknown_and_takes_the_rest_along() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    let [done, asked, unasked] = ["one", "two", "three"].map(|text| client.send(text).unwrap());
    for _ in 0..3 {
        connection.hear().await;
    }
    connection.say("a1").await;
    soon(done.acknowledged()).await.unwrap();
    connection.say("r1\nanybody?").await;
    assert!(matches!(next(&mut events).await, Event::Request(_)));
    let asked = tokio::spawn(asked.acknowledged());
    drop(connection);
    next(&mut events).await;
    let unsent = client.send("four").unwrap();

    let mut connection = server.answer(&fresh("expired")).await;
    match next(&mut events).await {
        Event::Fresh { reason: FreshReason::Expired, unknown } => assert_eq!(unknown, Some(2..=3)),
        other => panic!("{other:?}"),
    }
    assert!(matches!(next(&mut events).await, Event::Cancelled { number: 1 }));
    assert_eq!(soon(asked).await.unwrap(), Err(AcknowledgeError::OutcomeUnknown));
    assert_eq!(soon(unasked.acknowledged()).await, Err(AcknowledgeError::OutcomeUnknown));
    assert_eq!(connection.hear().await, "a0");
    assert_eq!(connection.hear().await, "d1\nfour");
    assert_eq!(client.send("five").unwrap().number(), 2);
    connection.say("a1").await;
    soon(unsent.acknowledged()).await.unwrap();
}

#[tokio::test]
async fn the_first_connection_delivers_until_the_second_has_taken_over() {
    let server = Server::start().await;
    let (client, mut events, mut first) = server.open(server.client()).await;
    client.reconnect();
    let mut second = server.accept().await;
    assert!(second.hear().await.starts_with("resume "));
    first.say("d1\nfrom the first").await;
    assert_eq!(next_text(&mut events).await, "from the first");
    second.say(&resumed(0, 0, 2)).await;
    assert!(matches!(next(&mut events).await, Event::Resumed));
    second.say("d2\nfrom the second").await;
    assert_eq!(next_text(&mut events).await, "from the second");
    assert_eq!(first.hear_close().await.0, 1000);
    assert_eq!(client.status(), Status::Open);
}

#[tokio::test]
async fn an_order_to_move_is_followed() {
    let server = Server::start().await;
    let (_client, mut events, mut first) = server.open(server.client()).await;
    first.say("move 0").await;
    let _second = server.answer(&resumed(0, 0, 1)).await;
    assert!(matches!(next(&mut events).await, Event::Resumed));
}

#[tokio::test]
async fn a_stop_code_is_the_end() {
    let server = Server::start().await;
    let (client, mut events, mut connection) = server.open(server.client()).await;
    let sent = client.send("one").unwrap();
    connection.close(3501, "ended").await;
    match next(&mut events).await {
        Event::Closed { last, is_failure, unknown } => {
            assert!(!is_failure);
            assert_eq!((last.cause, &*last.reason, unknown), (Cause::Peer, "ended", Some(1..=1)));
        }
        other => panic!("{other:?}"),
    }
    assert!(events.recv().await.is_none());
    assert_eq!(soon(sent.acknowledged()).await, Err(AcknowledgeError::OutcomeUnknown));
}

#[tokio::test]
async fn two_clients_of_one_process_have_sessions_of_their_own() {
    let server = Server::start().await;
    let (_one, _one_events) = server.client().connect().unwrap();
    let one = server.accept().await.hear().await;
    let (_two, _two_events) = server.client().connect().unwrap();
    let mut hellos = Vec::new();
    while hellos.len() < 3 {
        hellos.push(server.accept().await.hear().await);
    }
    let token = |hello: &str| hello.split(' ').nth(1).map(str::to_owned);
    assert!(hellos.iter().any(|hello| token(hello) != token(&one)));
    assert!(hellos.iter().any(|hello| token(hello) == token(&one)), "an unanswered hello keeps its token");
}
