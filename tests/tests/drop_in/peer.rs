//! A peer that does to each connection what its path says.
//!
//! Owns: the moves. Never: asserts.

use std::io;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

/// Serves until the test's runtime ends; where.
pub(crate) async fn serve() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free loopback port");
    let address = listener.local_addr().expect("a bound listener has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // What a page does to its end of a connection is for the page's log to tell.
            tokio::spawn(async move { drop(play(stream).await) });
        }
    });
    address
}

async fn play(mut stream: TcpStream) -> io::Result<()> {
    let path = peek_path(&stream).await?;
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    match steps[..] {
        ["hang"] => return std::future::pending().await,
        ["no-answer"] => return Ok(()),
        ["refuse", status] => {
            return answer(&mut stream, &format!("{status} Refused\r\nContent-Length: 0\r\n\r\n")).await;
        }
        ["redirect"] => {
            return answer(&mut stream, "302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n").await;
        }
        _ => {}
    }
    let protocol = if let ["protocol", protocol] = steps[..] { Some(protocol) } else { None };
    let mut connection = handshake(stream, protocol).await.map_err(io::Error::other)?;
    // What breaks a connection waits for the page to say that it has seen `open`. Otherwise a browser may tell
    // of the break alone: Firefox does, two times in three, with its own WebSocket.
    if let ["cut" | "cut-in-a-message" | "nonsense"] = steps[..] {
        connection.next().await;
    }
    match steps[..] {
        ["greet"] => {
            let _ = connection.send("hello".into()).await;
            let _ = connection.send(vec![1, 2, 3].into()).await;
            echo(connection).await;
        }
        ["close", code] => close(connection, code, "").await,
        ["close", code, reason] => close(connection, code, reason).await,
        ["cut"] => {}
        // A text frame of five bytes of which two come.
        ["cut-in-a-message"] => connection.get_mut().write_all(&[0x81, 5, b'a', b'b']).await?,
        // A reserved opcode.
        ["nonsense"] => {
            connection.get_mut().write_all(&[0x83, 0]).await?;
            echo(connection).await;
        }
        _ => echo(connection).await,
    }
    Ok(())
}

/// The path of the request that the connection begins with, which stays to be read.
async fn peek_path(stream: &TcpStream) -> io::Result<String> {
    let mut head = [0; 1024];
    loop {
        let length = stream.peek(&mut head).await?;
        if let Some((line, _)) = String::from_utf8_lossy(&head[..length]).split_once("\r\n") {
            return Ok(line.split(' ').nth(1).unwrap_or_default().to_owned());
        }
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

async fn answer(stream: &mut TcpStream, rest: &str) -> io::Result<()> {
    stream.write_all(format!("HTTP/1.1 {rest}").as_bytes()).await?;
    // Unread bytes at the end of a connection would make it a reset.
    let _ = stream.read(&mut [0; 4096]).await?;
    Ok(())
}

async fn handshake(stream: TcpStream, protocol: Option<&str>) -> Result<WebSocketStream<TcpStream>, Error> {
    // The error type is the library's, as is its size.
    #[allow(clippy::result_large_err)]
    let choose = |_: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
        if let Some(protocol) = protocol {
            let value = HeaderValue::from_str(protocol).expect("a path's step is a token");
            response.headers_mut().insert("Sec-WebSocket-Protocol", value);
        }
        Ok(response)
    };
    accept_hdr_async(stream, choose).await
}

async fn close(mut connection: WebSocketStream<TcpStream>, code: &str, reason: &str) {
    let code: u16 = code.parse().expect("a path's step is a number");
    // 0 stands for a close frame without a code.
    let frame = (code > 0).then(|| CloseFrame { code: code.into(), reason: reason.into() });
    if connection.close(frame).await.is_ok() {
        echo(connection).await;
    }
}

async fn echo(mut connection: WebSocketStream<TcpStream>) {
    while let Some(Ok(message)) = connection.next().await {
        if (message.is_text() || message.is_binary()) && connection.send(message).await.is_err() {
            return;
        }
    }
}
