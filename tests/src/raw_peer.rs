//! The far end of a connection, played by the test itself, move by move.
//!
//! Owns: a listening socket and the opening handshake. Never: answers,
//! closes or pings by itself: a test reads as the script of what the server
//! does, and a connection that is merely held is a server fallen silent.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

/// A WebSocket server whose every move is written in the test.
#[derive(Debug)]
pub struct RawPeer {
    listener: TcpListener,
}

/// One connection that a page made to a [`RawPeer`].
#[derive(Debug)]
pub struct RawConnection {
    stream: WebSocketStream<TcpStream>,
    path: String,
}

impl RawPeer {
    /// Listens on a loopback port that the system chooses.
    ///
    /// # Panics
    ///
    /// When the system has none.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free loopback port");
        Self { listener }
    }

    /// The address for a page to dial.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ws://{}/", self.address())
    }

    /// Where the peer listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("a bound listener has an address")
    }

    /// Waits for the next connection and completes its opening handshake.
    ///
    /// # Panics
    ///
    /// When none comes within `limit`.
    pub async fn accept(&self, limit: Duration) -> RawConnection {
        let accepted = timeout(limit, self.listener.accept()).await;
        let (stream, _) = accepted
            .unwrap_or_else(|_| panic!("no connection within {limit:?}"))
            .expect("the listener is open");
        let mut path = String::new();
        // The error type is the library's, as is its size.
        #[allow(clippy::result_large_err)]
        let read_path = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
            request.uri().to_string().clone_into(&mut path);
            Ok(response)
        };
        let stream = accept_hdr_async(stream, read_path).await.expect("the page speaks WebSocket");
        RawConnection { stream, path }
    }

    /// Checks that no further connection comes within `span`.
    ///
    /// # Panics
    ///
    /// When one does.
    pub async fn expect_no_connection(&self, span: Duration) {
        let accepted = timeout(span, self.listener.accept()).await;
        assert!(accepted.is_err(), "a connection that should not be came within {span:?}");
    }
}

impl RawConnection {
    /// Path and query that the page asked for.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The next text message.
    ///
    /// # Panics
    ///
    /// When something else comes, or nothing within `limit`.
    pub async fn text(&mut self, limit: Duration) -> String {
        match self.message(limit).await {
            Message::Text(text) => text.to_string(),
            other => panic!("a text message was due, {other:?} came"),
        }
    }

    /// The next message of any kind, the closing handshake's included.
    ///
    /// # Panics
    ///
    /// When the connection ends instead, or nothing comes within `limit`.
    pub async fn message(&mut self, limit: Duration) -> Message {
        match timeout(limit, self.stream.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(end) => panic!("a message was due, the connection ended: {end:?}"),
            Err(_) => panic!("no message within {limit:?}"),
        }
    }

    /// Checks that the page sends nothing within `span`.
    ///
    /// # Panics
    ///
    /// When it does, or when it ends the connection.
    pub async fn expect_nothing(&mut self, span: Duration) {
        if let Ok(received) = timeout(span, self.stream.next()).await {
            panic!("within {span:?} came {received:?}");
        }
    }

    /// Sends a text or binary message.
    pub async fn send(&mut self, message: impl Into<Message>) {
        self.stream.send(message.into()).await.expect("the page should still be there");
    }

    /// Closes with `code`, and waits for the page's side of the closing handshake.
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        self.stream.close(Some(frame)).await.expect("the page should still be there");
        while let Some(received) = self.stream.next().await {
            match received {
                Ok(_) => {}
                Err(Error::ConnectionClosed | Error::Protocol(_) | Error::Io(_)) => return,
                Err(error) => panic!("closing with {code}: {error}"),
            }
        }
    }

    /// Waits for the page's closing handshake, and answers it.
    ///
    /// # Panics
    ///
    /// When it does not come within `limit`.
    pub async fn closed(mut self, limit: Duration) {
        while !matches!(self.message(limit).await, Message::Close(_)) {}
        // What is left is the answer, which the library has ready.
        let _ = timeout(limit, self.stream.next()).await;
    }

    /// Cuts the connection without a closing handshake.
    pub fn cut(self) {
        drop(self);
    }
}
