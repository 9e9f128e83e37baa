//! Describing a server: what cannot work is refused by name.

use std::time::Duration;

use staywire_server::{BuildError, Endpoint, Server, ServerBuilder};

use crate::support::Echo;

fn error_of(builder: ServerBuilder) -> BuildError {
    builder.build().err().expect("this should not build")
}

#[test]
fn bad_paths_are_named() {
    let bad = |builder| matches!(error_of(builder), BuildError::BadPath { .. });
    assert!(bad(Server::builder().endpoint("ws", Echo)));
    assert!(bad(Server::builder().endpoint("/{a}/{a}", Echo)));
    assert!(bad(Server::builder().endpoint("/{*rest}", Echo)));
    assert!(bad(Server::builder().base_path("1901").endpoint("/ws", Echo)));
    assert!(bad(Server::builder().base_path("/{a}").endpoint("/ws", Echo)));
}

#[test]
fn two_endpoints_cannot_answer_the_same_requests() {
    let builder = Server::builder().endpoint("/ws/{a}", Echo).endpoint("/ws/{b}", None::<Echo>);
    assert_eq!(error_of(builder), BuildError::DuplicatePath { path: "/ws/{b}".into() });
}

#[test]
fn bad_origins_and_protocols_are_named() {
    let builder = Server::builder().allow_origin("app.example");
    assert_eq!(error_of(builder), BuildError::BadOrigin { origin: "app.example".into() });
    let builder = Server::builder().endpoint("/ws", Endpoint::new(Echo).allow_origin("*"));
    assert_eq!(error_of(builder), BuildError::BadOrigin { origin: "*".into() });
    let builder = Server::builder().endpoint("/ws", Endpoint::new(Echo).protocols(["a b"]));
    assert_eq!(error_of(builder), BuildError::BadProtocol { protocol: "a b".into(), path: "/ws".into() });
}

#[test]
fn zero_limits_are_named() {
    let zero = Duration::ZERO;
    for (builder, setting) in [
        (Server::builder().max_sessions(0), "max_sessions"),
        (Server::builder().max_message_bytes(0), "max_message_bytes"),
        (Server::builder().max_queue_bytes(0), "max_queue_bytes"),
        (Server::builder().max_inbox_bytes(0), "max_inbox_bytes"),
        (Server::builder().heartbeat(zero, Duration::from_secs(1)), "heartbeat"),
        (Server::builder().head_timeout(zero), "head_timeout"),
        (Server::builder().interceptor_timeout(zero), "interceptor_timeout"),
        (Server::builder().close_timeout(zero), "close_timeout"),
        (Server::builder().drain_timeout(zero), "drain_timeout"),
    ] {
        assert_eq!(error_of(builder), BuildError::ZeroLimit { setting });
    }
}

#[test]
fn paths_that_axum_takes_for_different_do_not_panic_in_its_router() {
    let builder = Server::builder()
        .endpoint("/a/{b}/c", Echo)
        .endpoint("/a/{x}/d", Echo)
        .endpoint("/a/b/{x}", Echo)
        .endpoint("/a/", Echo)
        .endpoint("/a", Echo)
        .endpoint("/", Echo);
    drop(builder.build().unwrap().router());
}
