//! The core and its wire in a real browser, against a real server.
//!
//! `cargo xtask test` starts the server and gives its address at compile time;
//! the same tests run in Chromium and in Firefox.

#![cfg(target_arch = "wasm32")]

mod conversation;

use conversation::{Conversation, Options, Told, dispatch};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn text(text: &str) -> Told {
    Told::Message(text.to_owned())
}

#[test]
async fn a_message_comes_back_as_it_went() {
    let mut wire = Conversation::begin("/echo", &Options::default());
    assert_eq!(wire.next().await, Told::Opened);
    wire.send("hello, 世界");
    assert_eq!(wire.next().await, text("hello, 世界"));
}

#[test]
async fn messages_that_were_sent_too_early_arrive_in_order() {
    let mut wire = Conversation::prepare("/echo", &Options::default());
    for number in 0..100 {
        assert!(wire.queue(&number.to_string()));
    }
    assert!(wire.buffered() > 0.0);
    wire.connect();
    assert_eq!(wire.next().await, Told::Opened);
    for number in 0..100 {
        assert_eq!(wire.next().await, text(&number.to_string()));
    }
    assert_eq!(wire.buffered(), 0.0);
}

#[test]
async fn a_message_that_does_not_fit_is_refused_and_the_rest_stay() {
    let wire = Conversation::prepare("/echo", &Options { max_queue_bytes: 100.0, ..Options::default() });
    assert!(wire.queue(&"x".repeat(90)));
    assert!(!wire.queue(&"x".repeat(90)));
    assert_eq!(wire.buffered(), 90.0);
}

#[test]
async fn a_connection_that_the_server_cuts_is_replaced() {
    let mut wire = Conversation::begin(&format!("/cut-once/{}", js_sys::Math::random()), &Options::default());
    assert_eq!(wire.next().await, Told::Opened);
    wire.send("cut me");
    assert_eq!(wire.next().await, Told::Retrying { code: 1006 });
    assert_eq!(wire.status(), 2);
    assert_eq!(wire.next().await, Told::Opened);
    wire.send("again");
    assert_eq!(wire.next().await, text("again"));
}

#[test]
async fn a_close_code_is_advice() {
    for (code, expected) in [
        (4000, Told::Retrying { code: 4000 }),
        (1011, Told::Retrying { code: 1011 }),
        (4500, Told::Closed { failed: false, clean: true, code: 4500 }),
        (1000, Told::Closed { failed: false, clean: true, code: 1000 }),
    ] {
        let mut wire = Conversation::begin(&format!("/close/{code}"), &Options::default());
        assert_eq!(wire.next().await, Told::Opened);
        assert_eq!(wire.next().await, expected);
    }
}

#[test]
async fn closing_is_a_closing_handshake_and_the_end() {
    let mut wire = Conversation::begin("/echo", &Options::default());
    assert_eq!(wire.next().await, Told::Opened);
    wire.close();
    assert_eq!(wire.status(), 3);
    assert_eq!(wire.next().await, Told::Closed { failed: false, clean: true, code: 1000 });
    assert_eq!(wire.status(), 4);
    dispatch("online");
    assert_eq!(wire.status(), 4, "a hint opens nothing that was closed");
}

#[test]
async fn a_closed_conversation_can_begin_again() {
    let mut wire = Conversation::begin("/echo", &Options::default());
    assert_eq!(wire.next().await, Told::Opened);
    wire.close();
    assert!(matches!(wire.next().await, Told::Closed { .. }));
    wire.connect();
    assert_eq!(wire.next().await, Told::Opened);
}

#[test]
async fn closing_an_attempt_ends_it_at_once() {
    let mut wire = Conversation::begin("/echo", &Options::default());
    wire.close();
    assert_eq!(wire.next().await, Told::Closed { failed: false, clean: false, code: 1006 });
}

#[test]
async fn a_url_that_the_browser_refuses_is_a_failure_and_the_end() {
    let mut wire = Conversation::begin_at(&JsValue::from("gopher://nowhere"), &Options::default());
    assert_eq!(wire.next().await, Told::Closed { failed: true, clean: false, code: 1006 });
}

#[test]
async fn a_server_that_is_not_there_is_tried_again() {
    let mut wire = Conversation::begin_at(&JsValue::from("ws://127.0.0.1:1/"), &Options::default());
    for _ in 0..3 {
        assert_eq!(wire.next().await, Told::Retrying { code: 1006 });
    }
}

#[test]
async fn a_limited_conversation_gives_up() {
    let options = Options { max_attempts: 1, ..Options::default() };
    let mut wire = Conversation::begin_at(&JsValue::from("ws://127.0.0.1:1/"), &options);
    assert_eq!(wire.next().await, Told::Retrying { code: 1006 });
    assert_eq!(wire.next().await, Told::Closed { failed: true, clean: false, code: 1006 });
}

#[test]
async fn a_silent_peer_is_replaced() {
    let options = Options { interval: 100, timeout: 200, ..Options::default() };
    let mut wire = Conversation::begin("/silent", &options);
    assert_eq!(wire.next().await, Told::Opened);
    assert_eq!(wire.next().await, Told::Stale);
    assert_eq!(wire.next().await, Told::Retrying { code: 1006 });
    assert_eq!(wire.next().await, Told::Opened);
}

#[test]
async fn the_page_s_events_reach_the_core() {
    let options = Options { interval: 60_000, timeout: 60_000, ..Options::default() };
    let mut wire = Conversation::begin("/silent", &options);
    assert_eq!(wire.next().await, Told::Opened);
    // With an hour's patience otherwise, only the hint's probe can find the silence.
    dispatch("online");
    assert_eq!(wire.next().await, Told::Stale);
}
