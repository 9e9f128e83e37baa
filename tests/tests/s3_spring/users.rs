//! Messages to one user and to all, and users who go.

use s3_spring::Users;
use serde_json::{Value, json};
use staywire_tests::{FaultProxy, RawClient, handshake_request, until_online};

use crate::site::{REPLY, SOON, serve_handler, user};

#[tokio::test]
async fn the_reply_goes_to_the_user_whom_the_message_names() {
    let (_server, address) = serve_handler().await;
    let mut ann = user(address, "888").await;
    let mut ben = user(address, "999").await;
    ann.send(r#"{"id":"999","message":"for Ben"}"#).await;
    assert_eq!(ben.text(SOON).await, REPLY);
    ben.send(r#"{"id":"999","message":"for myself"}"#).await;
    assert_eq!(ben.text(SOON).await, REPLY);
    ann.send(r#"{"id":"nobody","message":"for nobody"}"#).await;
    ann.send(r#"{"id":"888","message":"and for me"}"#).await;
    assert_eq!(ann.text(SOON).await, REPLY);
}

#[tokio::test]
async fn a_number_names_the_same_user_as_its_text() {
    let (_server, address) = serve_handler().await;
    let mut sender = user(address, "sender").await;
    for id in ["888", "-1", "9007199254740993"] {
        let mut receiver = user(address, id).await;
        for written in [id.to_owned(), format!("\"{id}\"")] {
            sender.send(format!(r#"{{"id":{written},"message":"hello"}}"#)).await;
            assert_eq!(receiver.text(SOON).await, REPLY, "{written}");
        }
    }
}

#[tokio::test]
async fn a_message_to_one_user_reaches_all_their_tabs_and_nobody_else_and_tells_whether_it_arrived() {
    let (server, address) = serve_handler().await;
    let users = Users::new(server.helper());
    let (mut tab, mut other_tab) = (user(address, "888").await, user(address, "888").await);
    let mut ben = user(address, "999").await;
    assert_eq!(users.online(), 2);

    assert!(users.send_message_to_user("888", "for Ann"));
    assert!(!users.send_message_to_user("777", "for nobody"));
    assert!(users.send_message_to_all_users("for all"));
    for client in [&mut tab, &mut other_tab] {
        assert_eq!(client.text(SOON).await, "for Ann");
        assert_eq!(client.text(SOON).await, "for all");
    }
    assert_eq!(ben.text(SOON).await, "for all");
}

#[tokio::test]
async fn a_users_other_tab_stays_when_one_is_closed() {
    let (server, address) = serve_handler().await;
    let (tab, mut other_tab) = (user(address, "888").await, user(address, "888").await);
    tab.close().await;
    until_online(&server, 1).await;
    assert!(Users::new(server.helper()).send_message_to_user("888", "still here"));
    assert_eq!(other_tab.text(SOON).await, "still here");
}

#[tokio::test]
async fn an_error_removes_the_user() {
    let (server, address) = serve_handler().await;
    let proxy = FaultProxy::to(address).await;
    let _cut = user(proxy.address(), "cut").await;
    user(address, "vanished").await.cut();
    let mut broken = RawClient::connect(address).await;
    broken.write(handshake_request("/myHandler/ID=broken", &address.to_string(), "").as_bytes()).await;
    broken.response_head(SOON).await;
    let mut staying = user(address, "staying").await;

    proxy.cut_all();
    // A client's frame without a mask breaks RFC 6455 §5.1.
    broken.write(b"\x81\x02hi").await;
    until_online(&server, 1).await;
    let users = Users::new(server.helper());
    assert_eq!(users.online(), 1);
    assert!(users.send_message_to_all_users("who is left?"));
    assert_eq!(staying.text(SOON).await, "who is left?");
}

#[tokio::test]
async fn a_message_that_is_not_the_json_expected_is_answered_with_what_is_wrong() {
    let (_server, address) = serve_handler().await;
    let mut ann = user(address, "888").await;
    for (sent, reason) in [
        ("hello", "expected value at line 1 column 1"),
        (r#"{"id":"888"}"#, "missing field `message` at line 1 column 12"),
        (
            r#"{"id":8.5,"message":"hello"}"#,
            "invalid type: floating point `8.5`, expected a user's id, which is a text or a whole number \
             at line 1 column 9",
        ),
    ] {
        ann.send(sent).await;
        let reply: Value = serde_json::from_str(&ann.text(SOON).await).expect("the reply is JSON");
        assert_eq!(reply, json!({ "error": "malformed", "reason": reason }));
    }
    ann.send(r#"{"id":"888","message":"hello"}"#).await;
    assert_eq!(ann.text(SOON).await, REPLY);
}
