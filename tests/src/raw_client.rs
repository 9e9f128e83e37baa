//! A TCP connection to a server under test, byte by byte.
//!
//! Owns: writing what no well-behaved client writes, and reading what comes
//! back. Never: speaks WebSocket by itself.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A client whose every byte is written in the test.
#[derive(Debug)]
pub struct RawClient {
    stream: TcpStream,
}

/// An opening handshake (RFC 6455 §4.1) for `path` at `host`, with further `headers`, each ended by `\r\n`.
#[must_use]
pub fn handshake_request(path: &str, host: &str, headers: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

impl RawClient {
    /// Connects and says nothing.
    ///
    /// # Panics
    ///
    /// When nobody listens there.
    pub async fn connect(address: SocketAddr) -> Self {
        let stream =
            TcpStream::connect(address).await.unwrap_or_else(|error| panic!("connect to {address}: {error}"));
        Self { stream }
    }

    /// Writes `bytes` as they are.
    pub async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("the server should still read");
    }

    /// Reads an HTTP response's head: status line and headers.
    ///
    /// # Panics
    ///
    /// When it is not complete within `limit`.
    pub async fn response_head(&mut self, limit: Duration) -> String {
        let mut head = Vec::new();
        let read = async {
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.stream.read_u8().await.expect("the server should answer"));
            }
        };
        assert!(timeout(limit, read).await.is_ok(), "no response within {limit:?}: {}", head.escape_ascii());
        String::from_utf8(head).expect("a response's head is ASCII")
    }

    /// Reads until the server closes the connection; returns what it sent.
    ///
    /// # Panics
    ///
    /// When it does not close within `limit`.
    pub async fn read_to_end(&mut self, limit: Duration) -> Vec<u8> {
        let mut received = Vec::new();
        let end = timeout(limit, self.stream.read_to_end(&mut received)).await;
        let end = end.unwrap_or_else(|_| panic!("the connection was still open after {limit:?}"));
        match end {
            Ok(_) => received,
            // A reset ends a connection as surely as a FIN.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => received,
            Err(error) => panic!("reading to the end: {error}"),
        }
    }
}
