//! The handler under test, and users that are programs.

use std::net::SocketAddr;

pub(crate) use staywire_tests::SOON;

use staywire_server::Server;
use staywire_tests::{PlainClient, serve};

pub(crate) const GREETING: &str = "成功建立socket连接";
pub(crate) const REPLY: &str = "服务器收到了，hello!";

pub(crate) async fn serve_handler() -> (Server, SocketAddr) {
    let server = s3_spring::server().expect("the settings are sound");
    let app = s3_spring::pages(server.helper())
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());
    let address = serve(server.clone(), app).await;
    (server, address)
}

/// A user that is a program, and has been greeted.
pub(crate) async fn user(address: SocketAddr, id: &str) -> PlainClient {
    let mut client = PlainClient::connect(address, &format!("/myHandler/ID={id}")).await;
    assert_eq!(client.text(SOON).await, GREETING);
    client
}
