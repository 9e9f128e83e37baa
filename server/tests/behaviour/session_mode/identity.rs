//! Whose session it is, and who may have one.

use std::time::Duration;

use staywire_server::http::StatusCode;
use staywire_server::{Authenticator, Handshake, Rejection, Server, UserId, interceptor_fn};

use super::client::{Wire, token};
use crate::support::{Echo, serve, told};

/// Believes every credential but these, and takes it for the user's name.
struct ByName;

impl Authenticator for ByName {
    async fn authenticate(
        &self,
        credential: Option<&str>,
        _: &Handshake,
    ) -> Result<Option<UserId>, Rejection> {
        match credential {
            None => Err(Rejection::new(StatusCode::UNAUTHORIZED, "log in first\n")),
            Some("panic") => panic!("it panics"),
            Some("slow") => std::future::pending().await,
            Some("broken") => Err(std::io::Error::other("no database").into()),
            Some("nobody") => Ok(None),
            Some(name) => Ok(Some(name.parse()?)),
        }
    }
}

fn hello(credential: &str) -> String {
    format!("hello {} 1\ncredential {credential}", token(1))
}

#[tokio::test]
async fn a_credential_names_the_user() {
    let running = serve(Server::builder().endpoint("/ws", Echo).authenticate(ByName)).await;
    let mut wire = Wire::open(&running, "/ws").await;
    assert_eq!(wire.ask(hello("ann")).await.kind(), "welcome");
    let helper = running.server.helper();
    assert_eq!(helper.send_to_user("ann", "for ann").queued(), 1);
    assert!(wire.next_data().await.ends_with("\nfor ann"));
}

#[tokio::test]
async fn without_a_credential_of_its_own_a_client_is_the_user_of_its_handshake() {
    let by_path = interceptor_fn(|handshake: &mut Handshake| handshake.set_user("cookie"));
    let builder = Server::builder().endpoint("/ws", Echo).intercept(by_path).authenticate(ByName);
    let running = serve(builder).await;
    let mut wire = Wire::open(&running, "/ws").await;
    wire.ask(hello("nobody")).await;
    assert_eq!(running.server.helper().sessions_of("cookie").len(), 1);
}

#[tokio::test]
async fn refusals_are_close_codes_that_a_page_can_read() {
    let builder = Server::builder().endpoint("/ws", Echo).authenticate(ByName);
    let running = serve(builder.interceptor_timeout(Duration::from_millis(50))).await;
    let cases = [
        (format!("hello {} 1", token(1)), (3500, "log in first")),
        (hello("panic"), (1011, "internal error")),
        (hello("broken"), (1011, "internal error")),
        (hello("slow"), (1013, "retry=5000")),
        ("d1\nfirst".to_owned(), (3510, "protocol violation")),
        (format!("{}\nprotocol a b", hello("ann")), (3510, "protocol violation")),
    ];
    for (opening, (code, reason)) in cases {
        let mut wire = Wire::open(&running, "/ws").await;
        wire.send(opening.clone()).await;
        assert_eq!(wire.next_close().await, (code, reason.to_owned()), "{opening}");
    }
    assert_eq!(running.server.helper().online(), 0);
}

#[tokio::test]
async fn an_interceptors_rejection_too_is_a_close_code() {
    let reject = interceptor_fn(|_: &mut Handshake| Err(Rejection::new(StatusCode::FORBIDDEN, "not you")));
    let running = serve(Server::builder().endpoint("/ws", Echo).intercept(reject)).await;
    let mut wire = Wire::open(&running, "/ws").await;
    wire.send(format!("hello {} 1", token(1))).await;
    assert_eq!(wire.next_close().await, (3500, "not you".into()));
}

#[tokio::test]
async fn another_users_credential_gets_a_session_of_its_own_and_leaves_the_old_one() {
    let running = serve(Server::builder().endpoint("/ws", Echo).authenticate(ByName)).await;
    let mut ann = Wire::open(&running, "/ws").await;
    let answer = ann.ask(hello("ann")).await;
    ann.send("d1\nproof").await;
    assert_eq!(ann.next_data().await, "d1\nproof");
    let resume = |user: &str, next, attempt| {
        let (session, current) = (&answer.words[1], token(1));
        format!("resume {session} {current} {} {attempt} 1 1\ncredential {user}", token(next))
    };
    let mut bob = Wire::open(&running, "/ws").await;
    let fresh = bob.ask(resume("bob", 2, 2)).await;
    assert_eq!(fresh.summary(), "fresh identity 1");
    let helper = running.server.helper();
    assert_eq!((helper.sessions_of("ann").len(), helper.sessions_of("bob").len()), (1, 1));
    let mut again = Wire::open(&running, "/ws").await;
    assert_eq!(again.ask(resume("ann", 3, 2)).await.kind(), "resumed");
}

#[tokio::test]
async fn a_session_that_nobody_has_heard_of_is_not_answered_to_another_user() {
    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws/{open}", listener).authenticate(ByName);
    let running = serve(builder).await;
    let mut ann = Wire::open(&running, "/ws/x").await;
    let first = ann.ask(hello("ann")).await;
    let mut bob = Wire::open(&running, "/ws/x").await;
    let second = bob.ask(format!("hello {} 2\ncredential bob", token(1))).await;
    assert_eq!(second.kind(), "welcome");
    assert_ne!(first.words[1], second.words[1]);
    assert_eq!(ann.next_close().await.0, 3501);
    assert!(heard.until("close").await.starts_with("close 3501"));
}

#[tokio::test]
async fn a_full_server_takes_no_new_session_and_resumes_the_old_ones() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_sessions(1)).await;
    let mut visitor = super::client::Visitor::arrive(&running, "/ws", 1).await;
    let mut other = Wire::open(&running, "/ws").await;
    other.send(format!("hello {} 1", token(50))).await;
    assert_eq!(other.next_close().await, (1013, "retry=5000".into()));
    assert_eq!(visitor.come_back(&running).await.kind(), "resumed");
}

#[tokio::test]
async fn connections_have_a_bound_of_their_own() {
    let builder = Server::builder().endpoint("/ws", Echo).max_sessions(1).max_connections(2);
    let running = serve(builder).await;
    let _one = Wire::open(&running, "/ws").await;
    let _two = Wire::open(&running, "/ws").await;
    let refused = running.request("/ws", "Sec-WebSocket-Protocol: staywire.v1\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(running.server.helper().online() == 0, "they have no session yet");
}
