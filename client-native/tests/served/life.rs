//! How a session begins, lasts and ends.

use std::time::Duration;

use staywire_client_native::{Event, Stream};
use staywire_server::Server;

use super::served::{next, serve, soon, wait_for};

#[tokio::test]
async fn two_clients_of_one_process_have_sessions_of_their_own() {
    let served = serve(Server::builder()).await;
    let (one, mut one_events) = served.open().await;
    let (two, mut two_events) = served.open().await;
    assert_eq!(served.helper.online(), 2);
    one.send("from one").expect("there is room");
    two.send("from two").expect("there is room");
    for (events, text) in [(&mut one_events, "from one"), (&mut two_events, "from two")] {
        assert!(matches!(next(events).await, Event::Message(message) if message.as_text() == Some(text)));
    }
}

#[tokio::test]
async fn a_broadcast_reaches_every_session_once() {
    let served = serve(Server::builder()).await;
    let (_one, mut one) = served.open().await;
    let (_two, mut two) = served.open().await;
    assert_eq!(served.helper.broadcast("to all").queued, 2);
    for events in [&mut one, &mut two] {
        let told = next(events).await;
        let Event::StreamMessage { stream: Stream::Broadcast, position, message } = told else {
            panic!("{told:?}");
        };
        assert_eq!((position.offset, message.as_text()), (1, Some("to all")));
    }
}

#[tokio::test]
async fn close_says_goodbye() {
    let mut served = serve(Server::builder()).await;
    let (client, mut events) = served.open().await;
    client.close();
    let told = next(&mut events).await;
    let Event::Closed { last, is_failure: false, unknown: None } = told else { panic!("{told:?}") };
    assert!(last.was_clean);
    let reason = soon(served.closed.recv()).await.expect("the listener is told");
    assert!(reason.was_clean, "{reason:?}");
    assert_eq!(served.helper.online() + served.helper.suspended(), 0);
}

#[tokio::test]
async fn a_wire_that_falls_silent_is_replaced() {
    let builder = Server::builder().heartbeat(Duration::from_millis(200), Duration::from_millis(200));
    let served = serve(builder).await;
    let (client, mut events) = served.open().await;
    served.relay.freeze();
    let sent = client.send("through the ice").expect("there is room");
    wait_for(&mut events, |event| matches!(event, Event::Stale).then_some(())).await;
    wait_for(&mut events, |event| matches!(event, Event::Resumed).then_some(())).await;
    soon(sent.acknowledged()).await.expect("the session lives");
}

#[tokio::test]
async fn a_server_that_stops_is_waited_for() {
    let served = serve(Server::builder()).await;
    let (_client, mut events) = served.open().await;
    served.stop().await;
    let told = next(&mut events).await;
    let Event::Reconnecting { lost, .. } = told else { panic!("{told:?}") };
    assert_eq!(lost.code.number(), 1012);
    assert!(lost.reason.contains("retry="), "{}", lost.reason);
}
