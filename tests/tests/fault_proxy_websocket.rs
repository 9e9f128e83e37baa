//! The proxy on a WebSocket: it lets one through untouched, and closes between two frames.

use futures_util::{SinkExt, StreamExt};
use staywire_tests::{Direction, FaultProxy, RawClient, RawConnection, RawPeer, SOON, handshake_request};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// A peer behind a proxy.
async fn peer() -> (RawPeer, FaultProxy) {
    let peer = RawPeer::listen().await;
    let proxy = FaultProxy::to(peer.address()).await;
    (peer, proxy)
}

/// A client that speaks WebSocket, and the peer's end of its connection.
async fn connect(peer: &RawPeer, proxy: &FaultProxy) -> (WebSocketStream<TcpStream>, RawConnection) {
    let dial = async {
        let stream = TcpStream::connect(proxy.address()).await.expect("the proxy listens");
        client_async(proxy.url("/"), stream).await.expect("the peer accepts").0
    };
    tokio::join!(dial, peer.accept(SOON))
}

async fn receive(client: &mut WebSocketStream<TcpStream>) -> Message {
    timeout(SOON, client.next())
        .await
        .expect("a message comes soon")
        .expect("it is open")
        .expect("it speaks WebSocket")
}

fn close_code(message: &Message) -> (u16, &str) {
    match message {
        Message::Close(Some(frame)) => (frame.code.into(), frame.reason.as_str()),
        other => panic!("a close frame was due, {other:?} came"),
    }
}

#[tokio::test]
async fn an_opening_handshake_and_messages_pass_untouched() {
    let (peer, proxy) = peer().await;
    let (mut client, mut server) = connect(&peer, &proxy).await;
    client.send("up".into()).await.unwrap();
    assert_eq!(server.text(SOON).await, "up");
    server.send(vec![7; 70_000]).await;
    assert_eq!(receive(&mut client).await, Message::from(vec![7; 70_000]));
}

#[tokio::test]
async fn a_client_is_closed_with_any_code_and_the_server_sees_it_leave() {
    let (peer, proxy) = peer().await;
    for code in [1000, 1012, 3500, 4999] {
        let (mut client, mut server) = connect(&peer, &proxy).await;
        let connection = proxy.next_connection(SOON).await;
        connection.close_with(Direction::Down, code, "by the proxy");
        assert_eq!(close_code(&receive(&mut client).await), (code, "by the proxy"));
        let (_, seen) = tokio::join!(client.next(), server.message(SOON));
        assert_eq!(close_code(&seen), (code, "by the proxy"), "the client's answer");
    }
}

#[tokio::test]
async fn a_server_is_closed_with_any_code_and_what_it_still_says_arrives() {
    let (peer, proxy) = peer().await;
    for code in [1001, 4999] {
        let (mut client, mut server) = connect(&peer, &proxy).await;
        let connection = proxy.next_connection(SOON).await;
        server.send("the last word").await;
        connection.close_with(Direction::Up, code, "");
        assert_eq!(close_code(&server.message(SOON).await), (code, ""));
        assert_eq!(receive(&mut client).await, Message::from("the last word"));
    }
}

#[tokio::test]
async fn a_close_waits_for_the_frame_under_way_and_comes_before_the_next_one() {
    let (peer, proxy) = peer().await;
    let mut client = RawClient::connect(proxy.address()).await;
    client.write(handshake_request("/", &proxy.address().to_string(), "").as_bytes()).await;
    let mut server = peer.accept(SOON).await;
    client.response_head(SOON).await;
    let connection = proxy.next_connection(SOON).await;

    // 2 of the frame's 7 bytes are on their way when the close is ordered.
    client.write(b"\x81\x81").await;
    while connection.bytes(Direction::Up)
        < handshake_request("/", &proxy.address().to_string(), "").len() as u64 + 2
    {
        tokio::task::yield_now().await;
    }
    connection.close_with(Direction::Up, 1001, "");
    client.write(b"\0\0\0\0x\x81\x81\0\0\0\0y").await;
    assert_eq!(server.text(SOON).await, "x", "the frame under way");
    assert_eq!(close_code(&server.message(SOON).await), (1001, ""), "and not `y`");
}

#[tokio::test]
async fn a_close_ordered_before_the_handshake_follows_it() {
    let (peer, proxy) = peer().await;
    proxy.prepare_connections(|connection| connection.close_with(Direction::Down, 1013, "retry=20"));
    let (mut client, _server) = connect(&peer, &proxy).await;
    assert_eq!(close_code(&receive(&mut client).await), (1013, "retry=20"));
}

#[tokio::test]
async fn a_connection_cut_within_the_answer_to_its_handshake_never_opens() {
    let (peer, proxy) = peer().await;
    proxy.prepare_connections(|connection| connection.cut_after(Direction::Down, 12));
    let mut client = RawClient::connect(proxy.address()).await;
    client.write(handshake_request("/", &proxy.address().to_string(), "").as_bytes()).await;
    let _server = peer.accept(SOON).await;
    assert_eq!(client.read_to_end(SOON).await, b"HTTP/1.1 101");
}
