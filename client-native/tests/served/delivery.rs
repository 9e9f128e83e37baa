//! Nothing lost, nothing twice, nothing out of order; or it is told.

use std::time::Duration;

use staywire_client_native::{AcknowledgeError, Event, FreshReason};
use staywire_server::Server;

use super::served::{FLOOD, Served, next, serve, soon, wait_for};

/// Sends numbers and checks that they come back in order, while `disturb` is called now and then.
async fn echo_numbers(served: &Served, count: u32, disturb: impl Fn(&Served)) {
    let (client, mut events) = served.open().await;
    let sending = async {
        for number in 0..count {
            if number % 25 == 12 {
                disturb(served);
            }
            let sent = client.send(number.to_string()).expect("there is room");
            if number % 10 == 0 {
                soon(sent.acknowledged()).await.expect("the session lives");
            }
        }
    };
    let receiving = async {
        let mut resumed = 0;
        let mut expected = 0;
        while expected < count {
            match next(&mut events).await {
                Event::Message(message) => {
                    assert_eq!(message.as_text(), Some(&*expected.to_string()));
                    expected += 1;
                }
                Event::Resumed => resumed += 1,
                Event::Reconnecting { .. } => {}
                other => panic!("{other:?}"),
            }
        }
        resumed
    };
    let ((), resumed) = tokio::join!(sending, receiving);
    assert!(resumed > 0, "no connection was replaced");
}

#[tokio::test]
async fn every_number_comes_back_once_and_in_order_over_connections_that_are_cut() {
    let served = serve(Server::builder()).await;
    echo_numbers(&served, 1_000, |served| served.relay.cut()).await;
}

#[tokio::test]
async fn every_number_comes_back_once_and_in_order_while_the_server_moves_its_sessions() {
    let served = serve(Server::builder()).await;
    echo_numbers(&served, 1_000, |served| {
        served.helper.move_all(Duration::ZERO);
    })
    .await;
}

#[tokio::test]
async fn a_session_whose_window_is_over_tells_what_is_unknown() {
    let window = Duration::from_millis(400);
    let builder = Server::builder()
        .heartbeat(Duration::from_millis(150), Duration::from_millis(100))
        .session_window(window);
    let served = serve(builder).await;
    let (client, mut events) = served.open().await;
    soon(client.send("handled").expect("there is room").acknowledged()).await.expect("it is handled");
    let held = client.send("hold").expect("there is room");
    assert!(matches!(next(&mut events).await, Event::Message(_)));
    served.relay.cut_for(window * 2).await;
    let later = client.send("later").expect("there is room");
    let fresh = |event| match event {
        Event::Fresh { reason, unknown } => Some((reason, unknown)),
        _ => None,
    };
    assert_eq!(wait_for(&mut events, fresh).await, (FreshReason::Expired, Some(2..=2)));
    assert_eq!(soon(held.acknowledged()).await, Err(AcknowledgeError::OutcomeUnknown));
    soon(later.acknowledged()).await.expect("it went to the new session");
}

#[tokio::test]
async fn what_an_application_does_not_read_in_time_is_told_to_be_lost() {
    let builder = Server::builder().max_ring_bytes(128 * 1024).max_queue_bytes(128 * 1024);
    let served = serve(builder).await;
    let (client, mut events) = served.client().max_unread_bytes(64 * 1024).connect().expect("it is right");
    assert!(matches!(next(&mut events).await, Event::Open));
    let flooded = client.send("flood").expect("there is room");
    let mut expected = 0;
    let mut lost = 0;
    while expected < FLOOD {
        match next(&mut events).await {
            Event::Message(message) => {
                let number: u64 = message.as_text().expect("it is text").trim().parse().expect("a number");
                assert_eq!(number, expected);
                expected += 1;
            }
            Event::InboxGap(gap) => {
                // Numbers of the inbox begin at 1.
                assert_eq!(gap.from, expected + 1);
                lost += gap.to - gap.from + 1;
                expected = gap.to;
            }
            Event::Resumed | Event::Reconnecting { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(lost > 0, "nothing was to be told");
    soon(flooded.acknowledged()).await.expect("the session lives");
}
