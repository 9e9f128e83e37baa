//! The end of a session's client is told once, whatever its two connections do.

use staywire_protocol::client::{
    Cause, ClientConfig, Closed, Input, SessionClient, SessionEvent, SessionOutput, Status,
};
use staywire_protocol::message::{Answer, ToClient};
use staywire_protocol::wire::{Id, Limits};
use staywire_protocol::{CloseCode, ConnectionId, Duration, Instant};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

type Client = SessionClient<u32, u32, u32>;

const NOW: Instant = Instant::from_millis(0);
const FIRST: ConnectionId = ConnectionId::from_number(0);
const SECOND: ConnectionId = ConnectionId::from_number(1);

const LIMITS: Limits = Limits {
    max_message_bytes: 65_536,
    window_millis: 120_000,
    interval_millis: 15_000,
    timeout_millis: 5_000,
    ack_bytes: 1_000,
    ack_delay_millis: 1_000,
    credit_bytes: 10_000,
};

/// A client that has a session on the first connection and dials the second, which is to take over.
fn moving() -> Client {
    let mut client = Client::new(ClientConfig::default(), 1, || 0);
    client.connect(NOW, || 0);
    client.handle_input(NOW, Input::Opened { connection: FIRST });
    let answer = Answer::Welcome { session: Id::from_bits(7), oldest: 1 };
    client.receive(NOW, FIRST, ToClient::Answer { answer, limits: LIMITS, streams: vec![] }, 0, || 1);
    client.receive(NOW, FIRST, ToClient::Move(Duration::ZERO), 0, || 2);
    outputs(&mut client);
    client
}

fn outputs(client: &mut Client) -> Vec<SessionOutput<u32, u32, u32>> {
    std::iter::from_fn(|| client.poll_output()).collect()
}

fn ends(outputs: &[SessionOutput<u32, u32, u32>]) -> usize {
    let is_end = |output: &&_| matches!(output, SessionOutput::Event(SessionEvent::Closed { .. }));
    outputs.iter().filter(is_end).count()
}

fn lost(connection: ConnectionId) -> Input<u32> {
    let closed = Closed { code: CloseCode::NORMAL, reason: None, was_clean: true, cause: Cause::Peer };
    Input::Closed { connection, closed, retry: None }
}

#[test]
fn a_second_connection_that_cannot_be_dialled_leaves_the_first_alone() {
    let mut client = moving();
    client.handle_input(NOW, Input::Failed { connection: SECOND, reason: None });
    assert_eq!(outputs(&mut client), []);
    assert_eq!(client.status(), Status::Open);
}

#[test]
fn an_end_gives_up_both_connections_and_is_told_once() {
    let mut client = moving();
    client.handle_input(NOW, Input::Failed { connection: FIRST, reason: None });
    let told = outputs(&mut client);
    assert_eq!(ends(&told), 1);
    for connection in [FIRST, SECOND] {
        let is_detached = |output: &_| matches!(output, SessionOutput::Detach { connection: gone, .. } if *gone == connection);
        assert!(told.iter().any(is_detached), "{told:?}");
    }
    for late in [lost(SECOND), Input::Failed { connection: SECOND, reason: None }, lost(FIRST)] {
        client.handle_input(NOW, late);
        assert_eq!(outputs(&mut client), []);
    }
}
