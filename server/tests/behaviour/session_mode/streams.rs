//! Messages to many.

use std::time::Duration;

use staywire_server::{Authenticator, Handshake, Rejection, Server, UserDelivery, UserId};
use tokio::task::JoinSet;

use super::client::{Visitor, Wire, token};
use super::cut;
use crate::support::{Echo, serve, until};

#[tokio::test]
async fn plain_clients_and_sessions_share_an_endpoint() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let helper = running.server.helper();
    let mut plain = running.connect("/ws").await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    assert_eq!(helper.online(), 2);
    let delivery = helper.broadcast("to all");
    assert_eq!((delivery.queued, delivery.kept), (2, 0));
    assert_eq!(plain.next_text().await, "to all");
    assert_eq!(visitor.hear().await, "to all");
}

#[tokio::test]
async fn a_broadcast_is_encoded_twice_however_many_there_are() {
    const CLIENTS: u32 = 1_000;
    // They read nothing until all are there, which may take a busy machine longer than a ping may wait.
    let patient = Server::builder().heartbeat(Duration::from_secs(60), Duration::from_secs(30));
    let running = serve(patient.endpoint("/ws", Echo)).await;
    let helper = running.server.helper();
    let (mut plain, mut visitors) = (Vec::new(), Vec::new());
    for number in 0..CLIENTS {
        plain.push(running.connect("/ws").await);
        visitors.push(Visitor::arrive(&running, "/ws", number * 10).await);
    }
    let before = running.server.counters().messages.encoded;
    assert_eq!(helper.broadcast("to all").queued, 2 * CLIENTS as usize);
    assert_eq!(running.server.counters().messages.encoded - before, 2);
    for client in &mut plain {
        assert_eq!(client.next_text().await, "to all");
    }
    for visitor in &mut visitors {
        assert_eq!(visitor.hear().await, "to all");
    }
}

/// Takes the credential for the user's name.
pub(crate) struct ByName;

impl Authenticator for ByName {
    async fn authenticate(
        &self,
        credential: Option<&str>,
        _: &Handshake,
    ) -> Result<Option<UserId>, Rejection> {
        Ok(credential.map(str::parse).transpose()?)
    }
}

#[tokio::test]
async fn what_is_sent_to_a_user_waits_for_the_tabs_that_are_away() {
    let running = serve(Server::builder().endpoint("/ws", Echo).authenticate(ByName)).await;
    let helper = running.server.helper();
    let (mut here, mut away) = (Wire::open(&running, "/ws").await, Wire::open(&running, "/ws").await);
    here.ask(format!("hello {} 1\ncredential ann", token(1))).await;
    let answer = away.ask(format!("hello {} 1\ncredential ann", token(5))).await;
    let (session, held) = (answer.words[1].clone(), answer.held("u"));
    cut(&running, &session).await;
    let UserDelivery::Present(delivery) = helper.send_to_user("ann", "for ann") else {
        panic!("she is here");
    };
    assert_eq!((delivery.queued, delivery.kept), (1, 1));
    assert!(here.next_data().await.ends_with("\nfor ann"));
    let mut back = Wire::open(&running, "/ws").await;
    let resume = format!("resume {session} {} {} 2 0 0\ncredential ann\n{held}", token(5), token(6));
    let answer = back.ask(resume).await;
    assert_eq!((answer.stream("u"), answer.stream("b")), ("recovered 0".into(), "recovered 0".into()));
    assert!(back.next_data().await.ends_with("\nfor ann"));
}

#[tokio::test]
async fn a_user_without_a_session_is_unknown_and_is_told_what_they_missed() {
    let running = serve(Server::builder().endpoint("/ws", Echo).authenticate(ByName)).await;
    let helper = running.server.helper();
    let mut wire = Wire::open(&running, "/ws").await;
    let answer = wire.ask(format!("hello {} 1\ncredential ann", token(1))).await;
    assert_eq!(helper.send_to_user("ann", "one").queued(), 1);
    wire.send("goodbye").await;
    assert_eq!(wire.next_close().await.0, 1000);
    assert_eq!(helper.send_to_user("ann", "two"), UserDelivery::Unknown);
    let mut wire = Wire::open(&running, "/ws").await;
    let resume = format!(
        "resume {} {} {} 2 0 0\ncredential ann\n{}",
        "0123456789abcdef0123456789abcdef",
        token(8),
        token(9),
        answer.held("u")
    );
    let answer = wire.ask(resume).await;
    assert_eq!(answer.stream("u"), "gap 1 2", "the numbering goes on, and nothing was kept");
}

/// Publishing and resuming exclude each other: there is neither a gap nor a repeat, whenever a client comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broadcasts_during_resumes_arrive_once_and_in_order() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let helper = running.server.helper();
    let publishing = tokio::spawn(async move {
        until(|| helper.online() == 4).await;
        for number in 1..=2_000 {
            let _ = helper.broadcast(number.to_string());
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    });
    let mut readers = JoinSet::new();
    let running = std::sync::Arc::new(running);
    for reader in 0..4_u32 {
        let running = std::sync::Arc::clone(&running);
        readers.spawn(async move {
            let mut visitor = Visitor::arrive(&running, "/ws", 1_000 * (reader + 1)).await;
            let mut last = None;
            for received in 1.. {
                let Some((offset, number)) = visitor.wire.next_of_stream().await else { return received };
                assert!(last.is_none_or(|last| number == last + 1), "{number} after {last:?}");
                last = Some(number);
                visitor.held_at(offset);
                if number == 2_000 {
                    return received;
                }
                if received % 10 == 0 {
                    visitor.come_back_holding(&running).await;
                }
            }
            unreachable!("it counts for ever")
        });
    }
    let received = readers.join_all().await;
    assert!(received.iter().sum::<u32>() > 2_000, "{received:?}");
    publishing.await.unwrap();
}
