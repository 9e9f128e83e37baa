//! A WebSocket client that does what the test says, and nothing by itself.
//!
//! Owns: one connection to a server under test. Never: reconnects, pings, or
//! keeps a session.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// A plain client, as a program in any language would be one.
#[derive(Debug)]
pub struct PlainClient {
    stream: WebSocketStream<TcpStream>,
}

impl PlainClient {
    /// Connects to `path`, which is percent-encoded where it has to be.
    ///
    /// # Panics
    ///
    /// When the server does not accept.
    pub async fn connect(address: SocketAddr, path: &str) -> Self {
        Self::try_connect(address, path, &[])
            .await
            .unwrap_or_else(|status| panic!("{path} is accepted, not {status}"))
    }

    /// The same with further `headers`; where the server refuses, the status of its answer.
    ///
    /// # Errors
    ///
    /// The status with which the server refused.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn try_connect(
        address: SocketAddr,
        path: &str,
        headers: &[(HeaderName, &str)],
    ) -> Result<Self, u16> {
        let stream =
            TcpStream::connect(address).await.unwrap_or_else(|error| panic!("connect to {address}: {error}"));
        let mut request = format!("ws://{address}{path}").into_client_request().expect("the path is one");
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).expect("the value may be sent");
            request.headers_mut().insert(name, value);
        }
        match client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("an opening handshake for {path}: {error}"),
        }
    }

    /// Sends a text message.
    ///
    /// # Panics
    ///
    /// When the connection is over.
    pub async fn send(&mut self, text: impl Into<String>) {
        self.stream.send(Message::text(text.into())).await.expect("the connection is open");
    }

    /// The next text message.
    ///
    /// # Panics
    ///
    /// When something else comes, or nothing within `limit`.
    pub async fn text(&mut self, limit: Duration) -> String {
        match timeout(limit, self.next()).await {
            Ok(Some(Message::Text(text))) => text.to_string(),
            Ok(other) => panic!("a text message was due, {other:?} came"),
            Err(_) => panic!("no message within {limit:?}"),
        }
    }

    /// Reads until `last` comes; returns all texts, that one included.
    ///
    /// # Panics
    ///
    /// When it does not come within `limit`.
    pub async fn texts_until(&mut self, last: &str, limit: Duration) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        let read = async {
            while texts.last().is_none_or(|text| text != last) {
                texts.push(self.text(limit).await);
            }
        };
        assert!(timeout(limit, read).await.is_ok(), "no {last:?} within {limit:?}: {texts:?}");
        texts
    }

    /// Waits for the server to close; returns its code and reason.
    ///
    /// # Panics
    ///
    /// When it does not within `limit`, or sends something else.
    pub async fn closed(&mut self, limit: Duration) -> Option<(u16, String)> {
        match timeout(limit, self.next()).await {
            Ok(Some(Message::Close(frame))) => {
                frame.map(|CloseFrame { code, reason }| (code.into(), reason.to_string()))
            }
            Ok(other) => panic!("a close frame was due, {other:?} came"),
            Err(_) => panic!("the connection was still open after {limit:?}"),
        }
    }

    /// Leaves with a closing handshake.
    pub async fn close(mut self) {
        // The server may be quicker.
        let _ = self.stream.close(None).await;
        while self.next().await.is_some() {}
    }

    /// Vanishes: the connection ends without a closing handshake.
    pub fn cut(self) {
        drop(self);
    }

    /// Reads and drops what comes, until the connection is over.
    pub async fn ignore_all(&mut self) {
        while self.next().await.is_some() {}
    }

    /// The next message that is no ping or pong; `None` once the connection is over.
    async fn next(&mut self) -> Option<Message> {
        loop {
            match self.stream.next().await?.ok()? {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return Some(message),
            }
        }
    }
}
