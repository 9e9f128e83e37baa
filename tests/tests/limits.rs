//! What a server does about clients that misbehave, seen from raw sockets.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use staywire_server::{ListenerError, Message, Server, ServerBuilder, Session, WsListener};
use staywire_tests::{RawClient, SOON, handshake_request, serve};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message as WireMessage;
use tokio_tungstenite::{WebSocketStream, client_async};

struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}

async fn serve_echo(configure: impl FnOnce(ServerBuilder) -> ServerBuilder) -> (Server, SocketAddr) {
    let server =
        configure(Server::builder().endpoint("/echo", Echo)).build().expect("the settings are sound");
    let address = serve(server.clone(), server.router()).await;
    (server, address)
}

/// A client that behaves.
async fn connect(address: SocketAddr) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    client_async(format!("ws://{address}/echo"), stream).await.expect("the server accepts").0
}

async fn receive(client: &mut WebSocketStream<TcpStream>) -> WireMessage {
    let received = timeout(SOON, client.next()).await.expect("a message comes soon");
    received.expect("the connection is open").expect("the server speaks WebSocket")
}

/// Sends the opening handshake with further `headers`; returns the head of what the server answers.
async fn answer_to(address: SocketAddr, headers: &str) -> String {
    let mut client = RawClient::connect(address).await;
    client.write(handshake_request("/echo", &address.to_string(), headers).as_bytes()).await;
    client.response_head(SOON).await
}

#[tokio::test]
async fn a_page_of_a_foreign_origin_gets_403() {
    let (_server, address) = serve_echo(|builder| builder).await;
    let foreign = answer_to(address, "Origin: https://evil.example\r\n").await;
    assert!(foreign.starts_with("HTTP/1.1 403 "), "{foreign}");
    let other_port = answer_to(address, "Origin: http://127.0.0.1:1\r\n").await;
    assert!(other_port.starts_with("HTTP/1.1 403 "), "{other_port}");
    let own = answer_to(address, &format!("Origin: http://{address}\r\n")).await;
    assert!(own.starts_with("HTTP/1.1 101 "), "{own}");
}

#[tokio::test]
async fn the_65th_session_of_64_gets_503_and_the_64_go_on() {
    let (_server, address) = serve_echo(|builder| builder.max_sessions(64)).await;
    let mut clients = join_all((0..64).map(|_| connect(address))).await;

    let refused = answer_to(address, "").await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.to_ascii_lowercase().contains("\r\nretry-after: "), "{refused}");
    for (number, client) in clients.iter_mut().enumerate() {
        client.send(number.to_string().into()).await.expect("the connection is open");
        assert_eq!(receive(client).await, WireMessage::from(number.to_string()));
    }

    let mut leaving = clients.pop().expect("there are 64");
    leaving.close(None).await.expect("the connection is open");
    while leaving.next().await.is_some() {}
    let admitted = answer_to(address, "").await;
    assert!(admitted.starts_with("HTTP/1.1 101 "), "a place is free again: {admitted}");
}

#[tokio::test]
async fn connections_that_stay_silent_or_stop_in_their_request_are_closed_within_12_seconds() {
    let (_server, address) = serve_echo(|builder| builder).await;
    let whole = handshake_request("/echo", &address.to_string(), "");
    let sent = ["", "G", "GET /echo HTTP/1.1\r\n", &whole[..whole.len() - 2]];
    let ends = sent.map(async |part: &str| {
        let mut client = RawClient::connect(address).await;
        client.write(part.as_bytes()).await;
        let connected = Instant::now();
        client.read_to_end(Duration::from_secs(12)).await;
        (part.len(), connected.elapsed())
    });
    for (bytes, lasted) in join_all(ends).await {
        println!("after {bytes:3} bytes and silence: closed in {lasted:.1?}");
        assert!(lasted > Duration::from_secs(8), "a slow client has time");
    }
}

#[tokio::test]
async fn a_message_one_byte_over_64_kib_closes_with_1009() {
    let (_server, address) = serve_echo(|builder| builder).await;
    let mut client = connect(address).await;
    let largest = WireMessage::from("x".repeat(64 * 1024));
    client.send(largest.clone()).await.expect("the connection is open");
    assert_eq!(receive(&mut client).await, largest);

    client.send("x".repeat(64 * 1024 + 1).into()).await.expect("the connection is open");
    match receive(&mut client).await {
        WireMessage::Close(Some(frame)) => assert_eq!(u16::from(frame.code), 1009, "{}", frame.reason),
        other => panic!("a close frame was due, {other:?} came"),
    }
}
