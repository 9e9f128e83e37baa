//! The crate as Rust programs use it, in a real browser, against a real server.
//!
//! `cargo xtask test` starts the server and gives its address at compile time;
//! the same tests run in Chromium and in Firefox.

#![cfg(target_arch = "wasm32")]
// Clippy does not know these tests by their attribute.
#![allow(clippy::unwrap_used)]

mod positions;
mod questions;
mod sockets;
mod topics;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use sockets::{builder, next_socket};
use staywire_client_wasm::{
    AcknowledgeError, Cause, CloseCode, ConnectError, Event, Heartbeat, Message, SendError, SessionOutcome,
    Status, StayWire,
};
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const PLAIN: bool = false;
const SESSION: bool = true;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: u64,
    price: f64,
    note: Option<String>,
}

fn unique(path: &str) -> String {
    format!("{path}/{}", js_sys::Math::random())
}

#[test]
async fn text_and_bytes_come_back_as_they_went() {
    for is_session in [PLAIN, SESSION] {
        let wire = builder("/echo", is_session).connect().unwrap();
        let mut messages = wire.messages();
        let bytes: Vec<u8> = (0..=255).collect();
        wire.send("hello, 世界").unwrap();
        wire.send(bytes.clone()).unwrap();
        wire.send("").unwrap();
        assert_eq!(messages.next().await, Some(Message::from("hello, 世界")));
        assert_eq!(messages.next().await, Some(Message::Binary(bytes)));
        assert_eq!(messages.next().await, Some(Message::from("")));
    }
}

#[test]
async fn json_keeps_every_digit() {
    for is_session in [PLAIN, SESSION] {
        let wire = builder("/echo", is_session).connect().unwrap();
        let mut orders = wire.json_messages::<Order>();
        let order = Order { id: u64::MAX, price: 0.1 + 0.2, note: Some("世界 \u{1f980} \"".into()) };
        wire.send_json(&order).unwrap();
        assert_eq!(orders.next().await.unwrap().unwrap(), order);
    }
}

#[test]
async fn a_message_that_does_not_parse_harms_no_other() {
    let wire = builder("/echo", PLAIN).connect().unwrap();
    let mut orders = wire.json_messages::<Order>();
    wire.send(r#"{"id": -1}"#).unwrap();
    wire.send(vec![1, 2, 3]).unwrap();
    wire.send(r#"{"id": 7, "price": 1}"#).unwrap();
    let error = orders.next().await.unwrap().unwrap_err();
    assert_eq!(error.text(), r#"{"id": -1}"#);
    assert_eq!(orders.next().await.unwrap().unwrap(), Order { id: 7, price: 1.0, note: None });
}

#[test]
async fn a_stream_that_is_read_late_has_every_message_in_order() {
    for is_session in [PLAIN, SESSION] {
        let wire = builder("/echo", is_session).connect().unwrap();
        let (mut early, mut late) = (wire.messages(), wire.messages());
        for number in 0..1_000 {
            wire.send(number.to_string()).unwrap();
        }
        for number in 0..1_000 {
            assert_eq!(early.next().await, Some(Message::from(number.to_string())));
        }
        for number in 0..1_000 {
            assert_eq!(late.next().await, Some(Message::from(number.to_string())));
        }
    }
}

#[test]
async fn a_connection_that_the_server_cuts_is_replaced() {
    let wire = builder(&unique("/cut-once"), PLAIN).connect().unwrap();
    let (mut events, mut messages) = (wire.events(), wire.messages());
    assert_eq!(wire.status(), Status::Connecting);
    assert_eq!(events.next().await, Some(Event::Open));
    wire.send("cut me").unwrap();
    let Some(Event::Reconnecting { attempt: 0, cause: Cause::Peer, code: CloseCode::ABNORMAL, .. }) =
        events.next().await
    else {
        panic!("the cut is told")
    };
    assert_eq!(wire.status(), Status::Reconnecting);
    wire.send("again").unwrap();
    assert_eq!(events.next().await, Some(Event::Open));
    assert_eq!(messages.next().await, Some(Message::from("again")));
}

#[test]
async fn a_silent_peer_is_replaced() {
    let heartbeat = Heartbeat {
        interval: Duration::from_millis(100),
        timeout: Duration::from_millis(200),
        expect_reply: true,
        ..Heartbeat::default()
    };
    let wire = builder("/silent", PLAIN).heartbeat(heartbeat).connect().unwrap();
    let mut events = wire.events();
    assert_eq!(events.next().await, Some(Event::Open));
    assert_eq!(events.next().await, Some(Event::Stale));
    assert!(matches!(events.next().await, Some(Event::Reconnecting { cause: Cause::Silence, .. })));
    assert_eq!(events.next().await, Some(Event::Open));
}

#[test]
async fn the_answers_to_pings_are_no_messages() {
    let heartbeat = Heartbeat {
        interval: Duration::from_millis(50),
        message: "are you there?".into(),
        reply: Some("are you there?".into()),
        ..Heartbeat::default()
    };
    let wire = builder("/echo", PLAIN).heartbeat(heartbeat).connect().unwrap();
    let mut messages = wire.messages();
    wire.send("are you there?").unwrap();
    wire.send("a message").unwrap();
    assert_eq!(messages.next().await, Some(Message::from("a message")));
}

#[test]
async fn sub_protocols_are_offered_in_order() {
    let wire = builder("/echo", PLAIN).protocols(["chat.v2", "chat.v1"]).connect().unwrap();
    assert_eq!(next_socket().await.offered(), ["chat.v2", "chat.v1"]);
    assert_eq!(wire.protocol(), None);
}

#[test]
async fn a_session_goes_on_after_a_cut() {
    let wire = builder(&unique("/cut-once"), SESSION).connect().unwrap();
    let (mut events, mut messages) = (wire.events(), wire.messages());
    assert_eq!(events.next().await, Some(Event::Open));
    let cut = wire.send("cut me").unwrap();
    let again = wire.send("again").unwrap();
    assert_eq!(messages.next().await, Some(Message::from("again")));
    assert_eq!(cut.acknowledged().await, Ok(()));
    assert_eq!(again.acknowledged().await, Ok(()));
    assert!(matches!(events.next().await, Some(Event::Reconnecting { attempt: 0, .. })));
    assert_eq!(events.next().await, Some(Event::Session(SessionOutcome::Resumed)));
}

#[test]
async fn an_acknowledgement_can_be_asked_for_when_it_is_there_already() {
    let wire = builder("/echo", SESSION).connect().unwrap();
    let first = wire.send("first").unwrap();
    wire.send("second").unwrap().acknowledged().await.unwrap();
    assert_eq!(first.acknowledged().await, Ok(()));
}

#[test]
async fn a_plain_websocket_acknowledges_nothing() {
    let wire = builder("/echo", PLAIN).connect().unwrap();
    let sent = wire.send("hello").unwrap();
    assert_eq!(sent.acknowledged().await, Err(AcknowledgeError::NoSession));
}

#[test]
async fn a_message_under_way_at_the_end_has_an_unknown_outcome() {
    let wire = builder("/echo", SESSION).connect().unwrap();
    let sent = wire.send("too late").unwrap();
    drop(wire);
    assert_eq!(sent.acknowledged().await, Err(AcknowledgeError::OutcomeUnknown));
}

#[test]
async fn dropping_the_last_clone_closes_and_ends_the_streams() {
    for is_session in [PLAIN, SESSION] {
        let wire = builder("/echo", is_session).connect().unwrap();
        let socket = next_socket().await;
        let (mut events, mut messages) = (wire.events(), wire.messages());
        assert_eq!(events.next().await, Some(Event::Open));
        wire.send("before").unwrap();
        assert_eq!(messages.next().await, Some(Message::from("before")));
        drop(wire.clone());
        wire.send("after").unwrap();
        assert_eq!(messages.next().await, Some(Message::from("after")), "a clone is left");
        drop(wire);
        assert_eq!(messages.next().await, None);
        assert_eq!(events.next().await, None);
        assert_eq!(socket.close_code().await, 1000.0);
    }
}

#[test]
async fn closing_is_told_last_and_reconnecting_begins_again() {
    for is_session in [PLAIN, SESSION] {
        let wire = builder("/echo", is_session).connect().unwrap();
        let mut events = wire.events();
        assert_eq!(events.next().await, Some(Event::Open));
        wire.close();
        assert_eq!(wire.send("too late").unwrap_err(), SendError::Closed);
        assert!(matches!(events.next().await, Some(Event::Closed { is_failure: false, .. })));
        assert_eq!(events.next().await, None);
        assert_eq!(wire.status(), Status::Closed);
        let mut events = wire.events();
        wire.reconnect();
        assert_eq!(events.next().await, Some(Event::Open));
    }
}

#[test]
async fn a_server_may_end_it() {
    let wire = builder("/close/4500", PLAIN).connect().unwrap();
    let events: Vec<Event> = wire.events().collect().await;
    let closed = Event::Closed {
        is_failure: false,
        was_clean: true,
        code: CloseCode::from_number(4500),
        reason: "as the path says".into(),
    };
    assert_eq!(events, [Event::Open, closed]);
}

#[test]
async fn a_mistake_in_the_description_is_an_error_at_once() {
    for (url, problem) in [
        ("gopher://nowhere", "its scheme has to be ws, wss, http or https"),
        ("ws://[", "it is invalid"),
        ("ws://localhost/#part", "it has a fragment, and must not"),
    ] {
        let error = StayWire::builder(url).connect().unwrap_err();
        assert_eq!(error, ConnectError::Url { url: url.into(), problem: problem.into() });
    }
    let twice = builder("/echo", PLAIN).protocols(["chat", "chat"]).connect();
    assert_eq!(twice.unwrap_err(), ConnectError::SubProtocol { name: "chat".into() });
    let spaced = builder("/echo", SESSION).credential("not one word").connect();
    assert_eq!(spaced.unwrap_err(), ConnectError::Credential);
}

#[test]
async fn a_credential_is_asked_for_again_after_it_could_not_be_had() {
    let calls = Rc::new(Cell::new(0));
    let counter = Rc::clone(&calls);
    let source = move || {
        counter.set(counter.get() + 1);
        let outcome = if counter.get() == 1 { Err("nobody is logged in") } else { Ok("a-token".to_owned()) };
        async move { outcome }
    };
    let wire = builder("/echo", SESSION).credential_from(source).connect().unwrap();
    let mut events = wire.events();
    let Some(Event::Reconnecting { cause: Cause::Unlocated, reason, .. }) = events.next().await else {
        panic!("the failure is told")
    };
    assert_eq!(reason, "nobody is logged in");
    assert_eq!(events.next().await, Some(Event::Open));
    assert_eq!(calls.get(), 2);
}

#[test]
async fn what_has_no_room_is_refused() {
    for is_session in [PLAIN, SESSION] {
        let wire = builder("/echo", is_session).max_queue_bytes(100).connect().unwrap();
        wire.send("x".repeat(90)).unwrap();
        assert_eq!(wire.send("x".repeat(90)).unwrap_err(), SendError::QueueFull { max_bytes: 100 });
    }
}

#[test]
async fn what_a_server_never_takes_is_refused_in_a_session() {
    let wire = builder("/echo", SESSION).max_queue_bytes(1 << 40).connect().unwrap();
    let mut events = wire.events();
    assert_eq!(events.next().await, Some(Event::Open));
    let too_large = vec![0; 64 << 20];
    assert!(matches!(wire.send(too_large).unwrap_err(), SendError::TooLarge { .. }));
}
