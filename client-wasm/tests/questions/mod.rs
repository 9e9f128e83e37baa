//! What Rust programs answer to the server's requests, in a real browser, against a real server.

use std::future::pending;

use futures_channel::oneshot;
use futures_util::StreamExt;
use staywire_client_wasm::{FailureCode, Message, Messages, RequestFailure, RequestHandler, StayWire};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::sockets::builder;

/// A conversation with a server that asks back what it is sent, and what it then says.
fn connect() -> (StayWire, Messages) {
    let wire = builder("/ask", true).connect().unwrap();
    let told = wire.messages();
    (wire, told)
}

/// Answers each question with itself, but `fail`.
fn answer(wire: &StayWire) -> RequestHandler {
    wire.on_request(async |question: Message| match question.as_text() {
        Some("fail") => Err(RequestFailure::new(FailureCode::from_number(1_000), "as asked")),
        _ => Ok(question),
    })
}

async fn next_text(told: &mut Messages) -> String {
    told.next().await.and_then(|message| message.as_text().map(str::to_owned)).expect("a text")
}

#[test]
async fn a_question_has_its_answer_text_or_binary_over_a_reconnect() {
    let (wire, mut told) = connect();
    let _handler = answer(&wire);
    wire.send("time?").unwrap();
    assert_eq!(told.next().await, Some(Message::from("time?")));
    wire.reconnect();
    wire.send(vec![0, 255]).unwrap();
    assert_eq!(told.next().await, Some(Message::Binary(vec![0, 255])));
}

#[test]
async fn a_question_that_fails_says_why() {
    let (wire, mut told) = connect();
    let handler = answer(&wire);
    wire.send("fail").unwrap();
    let failed = next_text(&mut told).await;
    assert!(failed.contains("1000") && failed.contains("as asked"), "{failed}");

    drop(handler);
    wire.send("time?").unwrap();
    let unhandled = next_text(&mut told).await;
    assert!(unhandled.contains("nobody handles requests here"), "{unhandled}");
}

#[test]
async fn the_newest_handler_answers_and_an_older_one_takes_no_other_off() {
    let (wire, mut told) = connect();
    let older = wire.on_request(async |_| Ok(Message::from("the older one")));
    let _newer = wire.on_request(async |_| Ok(Message::from("the newer one")));
    drop(older);
    wire.send("who?").unwrap();
    assert_eq!(next_text(&mut told).await, "the newer one");
}

#[test]
async fn a_question_that_is_given_up_drops_its_handler() {
    struct Guard(Option<oneshot::Sender<()>>);

    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.take().unwrap().send(()).unwrap();
        }
    }

    let (wire, _told) = connect();
    let (dropped, is_dropped) = oneshot::channel();
    let guard = std::cell::Cell::new(Some(Guard(Some(dropped))));
    let _handler = wire.on_request(move |_| {
        let guard = guard.take();
        async move {
            let _guard = guard;
            pending().await
        }
    });
    wire.send("hurry").unwrap();
    is_dropped.await.unwrap();
}

#[test]
async fn a_reply_that_is_too_large_is_told_as_a_failure() {
    let (wire, mut told) = connect();
    let _handler = wire.on_request(async |_| Ok(Message::Binary(vec![0; 2_000_000])));
    wire.send("all of it").unwrap();
    let failed = next_text(&mut told).await;
    assert!(failed.contains("code 9: the reply is more than can be sent"), "{failed}");
}
