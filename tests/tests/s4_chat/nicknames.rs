//! Nicknames in paths: decoded, or refused with a reason.

use staywire_tests::{RawClient, handshake_request};

use crate::site::{SOON, member, serve_chat};

#[tokio::test]
async fn a_nickname_is_percent_decoded_once() {
    let address = serve_chat().await;
    for (encoded, nick) in [
        ("%E5%BC%A0%E4%B8%89", "张三"),
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("a+b%20c", "a+b c"),
        ("%3Cimg%3E", "<img>"),
    ] {
        let mut client = member(address, encoded).await;
        assert_eq!(client.text(SOON).await, format!("System>{nick} hasjoined."));
        client.close().await;
    }
}

#[tokio::test]
async fn a_nickname_that_is_malformed_empty_or_endless_is_400_and_one_that_is_missing_404() {
    let address = serve_chat().await;
    let endless = "x".repeat(10_000);
    for (path, status) in [
        ("/1901/ws/chat/%zz", 400),
        ("/1901/ws/chat/100%", 400),
        ("/1901/ws/chat/%FF", 400),
        (&*format!("/1901/ws/chat/{endless}"), 400),
        ("/1901/ws/chat/", 404),
        ("/1901/ws/chat", 404),
        ("/1901/ws/chat/a/b", 404),
        ("/ws/chat/ann", 404),
    ] {
        let mut client = RawClient::connect(address).await;
        client.write(handshake_request(path, &address.to_string(), "").as_bytes()).await;
        let head = client.response_head(SOON).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {head}");
    }
}
