//! Who gets in: by path, by origin, and with which attributes.

use std::net::SocketAddr;
use std::sync::Arc;

use staywire_server::UserId;
use staywire_tests::{RawClient, handshake_request};

use crate::site::{SOON, serve_handler, user};

#[tokio::test]
async fn the_interceptor_stores_the_user_whom_the_path_names() {
    let (server, address) = serve_handler().await;
    for (encoded, id) in [("888", "888"), ("%E5%BC%A0%E4%B8%89", "张三"), ("a%2Fb", "a/b"), ("ID=1", "ID=1")]
    {
        let _client = user(address, encoded).await;
        let sessions = server.helper().sessions_of(id);
        let stored = sessions[0].attributes().get::<String>(s3_spring::USER_ID);
        assert_eq!(stored, Some(Arc::new(id.to_owned())));
        assert_eq!(sessions[0].user().map(UserId::as_str), Some(id));
    }
}

#[tokio::test]
async fn a_path_that_names_no_user_is_400_or_404() {
    let (_server, address) = serve_handler().await;
    for (path, status) in [
        ("/myHandler/888", 400),
        ("/myHandler/id=888", 400),
        ("/myHandler/ID=", 400),
        ("/myHandler/ID=%zz", 400),
        ("/myHandler/", 404),
        ("/myHandler", 404),
    ] {
        let head = answer(address, path, "").await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {head}");
    }
}

#[tokio::test]
async fn own_pages_and_the_allowed_site_get_in_and_other_origins_get_403() {
    let (_server, address) = serve_handler().await;
    for (origin, status) in [
        (&*format!("http://{address}"), 101),
        ("https://shop.example", 101),
        ("http://shop.example", 403),
        ("https://shop.example.evil.example", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        let head = answer(address, "/myHandler/ID=888", &format!("Origin: {origin}\r\n")).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{origin}: {head}");
    }
}

async fn answer(address: SocketAddr, path: &str, headers: &str) -> String {
    let mut client = RawClient::connect(address).await;
    client.write(handshake_request(path, &address.to_string(), headers).as_bytes()).await;
    client.response_head(SOON).await
}
