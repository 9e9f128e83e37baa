//! The closing handshake, from both sides and for every reason.

use staywire_server::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message as WsMessage;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::support::{Echo, frame, serve, soon, told};

const TEXT: u8 = 0x81;

#[tokio::test]
async fn a_clients_close_is_answered_with_its_own_code() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    let mut client = running.connect("/ws").await;
    let frame = CloseFrame { code: 4001.into(), reason: "my reason".into() };
    client.send(WsMessage::Close(Some(frame))).await;
    assert_eq!(client.next_close().await, (4001, "my reason".into()));
    client.ended().await;
    assert_eq!(heard.until("close").await, "close 4001 \"my reason\" clean by Peer");
}

#[tokio::test]
async fn the_servers_close_waits_for_the_clients_answer() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    let mut client = running.connect("/ws").await;
    client.send("close").await;
    assert_eq!(client.next_close().await, (1000, "bye".into()));
    client.ended().await;
    assert_eq!(heard.until("close").await, "close 1000 \"bye\" clean by Server");
}

#[tokio::test]
async fn a_client_that_never_answers_the_close_is_dropped() {
    let (listener, mut heard) = told();
    let builder = Server::builder().endpoint("/ws", listener);
    let running = serve(builder.close_timeout(std::time::Duration::from_millis(50))).await;
    let mut stream = running.raw_connect("/ws").await;
    stream.write_all(&frame(TEXT, b"close")).await.unwrap();
    let mut received = Vec::new();
    soon(stream.read_to_end(&mut received)).await.unwrap();
    assert_eq!(received, [&[0x88, 5, 0x03, 0xe8][..], b"bye"].concat());
    assert_eq!(heard.until("close").await, "close 1000 \"bye\" unclean by Server");
}

#[tokio::test]
async fn a_client_that_just_goes_is_a_lost_connection() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    drop(running.raw_connect("/ws").await);
    assert!(heard.until("error").await.starts_with("error the connection was lost"));
    assert_eq!(heard.next().await, "close 1006 \"\" unclean by Network");
}

/// Sends `bytes` and returns the code of the close frame that must be the answer.
async fn code_for(bytes: &[u8]) -> u16 {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut stream = running.raw_connect("/ws").await;
    stream.write_all(bytes).await.unwrap();
    let mut received = Vec::new();
    soon(stream.read_to_end(&mut received)).await.unwrap();
    assert_eq!(received[0], 0x88, "not a close frame: {received:?}");
    drop(stream);
    running.stop().await;
    u16::from_be_bytes([received[2], received[3]])
}

#[tokio::test]
async fn messages_over_the_limit_close_with_1009() {
    const LIMIT: usize = 64 * 1024;
    assert_eq!(code_for(&frame(TEXT, &vec![b'x'; LIMIT + 1])).await, 1009);
    let fragments = [frame(0x01, &vec![b'x'; LIMIT]), frame(0x80, b"x")].concat();
    assert_eq!(code_for(&fragments).await, 1009);
    let largest_length = [&[TEXT, 0xff, 0x7f][..], &[0xff; 7], &[0; 4]].concat();
    assert_eq!(code_for(&largest_length).await, 1009);
}

#[tokio::test]
async fn a_message_of_exactly_the_limit_is_taken() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut client = running.connect("/ws").await;
    let text = "x".repeat(64 * 1024);
    client.send(text.as_str()).await;
    assert_eq!(client.next_text().await, text);
}

#[tokio::test]
async fn the_close_frame_survives_a_client_that_goes_on_sending() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let stream = running.raw_connect("/ws").await;
    let (mut read, mut write) = stream.into_split();
    let sending = tokio::spawn(async move {
        // Far more than the buffers of both sides hold: unread, it would reset the connection.
        write.write_all(&frame(TEXT, &vec![b'x'; 32 << 20])).await
    });
    let mut received = Vec::new();
    soon(read.read_to_end(&mut received)).await.unwrap();
    assert_eq!(received[..4], [0x88, 17, 0x03, 0xf1], "1009, whole");
    soon(sending).await.unwrap().unwrap();
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_with_1007() {
    assert_eq!(code_for(&frame(TEXT, &[0xff, 0xfe])).await, 1007);
}

#[tokio::test]
async fn violations_of_the_protocol_close_with_1002() {
    let unmasked = [TEXT, 1, b'x'];
    let reserved_bit = frame(0xc1, b"x");
    let reserved_opcode = frame(0x83, b"x");
    let continuation_of_nothing = frame(0x80, b"x");
    let fragmented_ping = frame(0x09, b"x");
    let close_of_one_byte = frame(0x88, b"x");
    for bytes in [
        &unmasked[..],
        &reserved_bit,
        &reserved_opcode,
        &continuation_of_nothing,
        &fragmented_ping,
        &close_of_one_byte,
    ] {
        assert_eq!(code_for(bytes).await, 1002, "{bytes:?}");
    }
}

#[tokio::test]
async fn a_close_with_a_code_that_may_not_be_sent_is_a_violation() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener)).await;
    for code in [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] {
        let mut stream = running.raw_connect("/ws").await;
        stream.write_all(&frame(0x88, &code.to_be_bytes())).await.unwrap();
        let mut received = Vec::new();
        soon(stream.read_to_end(&mut received)).await.unwrap();
        assert_eq!((received[0], &received[2..4]), (0x88, &1002_u16.to_be_bytes()[..]), "{code}");
        assert_eq!(
            heard.until("error").await,
            "error the client broke the protocol: its close frame has a code that may not be sent"
        );
        assert_eq!(heard.next().await, "close 1002 \"protocol error\" unclean by Server", "{code}");
    }
}

#[tokio::test]
async fn the_listener_is_told_of_a_violation_before_its_close() {
    let (listener, mut heard) = told();
    let running = serve(Server::builder().endpoint("/ws", listener).max_message_bytes(10)).await;
    let mut client = running.connect("/ws").await;
    client.send("eleven char").await;
    assert_eq!(client.next_close().await, (1009, "message too big".into()));
    assert_eq!(heard.until("error").await, "error a message is larger than 10 bytes");
    assert_eq!(heard.next().await, "close 1009 \"message too big\" unclean by Server");
}
