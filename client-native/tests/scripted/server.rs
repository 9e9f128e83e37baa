//! A server that does what each test says: it hears and says lines.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use staywire_client_native::{Client, ClientBuilder, Event, Events};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The line of an answer that says what is allowed: messages of 1000 bytes, acknowledgements after 50 ms, much credit.
pub(crate) const LIMITS: &str = "limits 1000 120000 15000 5000 100000 50 1000000";

const SESSION: &str = "00000000000000000000000000000001";
const OTHER_SESSION: &str = "00000000000000000000000000000002";
const INSTANCE: &str = "000000000000000000000000000000ff";

pub(crate) fn welcome() -> String {
    format!("welcome {SESSION} {INSTANCE} 1\n{LIMITS}")
}

pub(crate) fn resumed(accepted: u64, done: u64, oldest: u64) -> String {
    format!("resumed {INSTANCE} {accepted} {done} {oldest}\n{LIMITS}")
}

pub(crate) fn fresh(reason: &str) -> String {
    format!("fresh {reason} {OTHER_SESSION} {INSTANCE} 1\n{LIMITS}")
}

pub(crate) struct Server {
    listener: TcpListener,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.expect("a port is free") }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://{}/chat", self.listener.local_addr().expect("it is bound"))
    }

    /// A client that comes back at once.
    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder(self.url()).backoff(Duration::ZERO, Duration::ZERO)
    }

    pub(crate) async fn accept_tcp(&self) -> TcpStream {
        soon(self.listener.accept()).await.expect("a client connects").0
    }

    /// Agrees to sessions.
    pub(crate) async fn accept(&self) -> Connection {
        let connection = self.accept_with(Some("staywire.v1")).await;
        Connection(connection)
    }

    #[expect(clippy::result_large_err, reason = "the type of the callback is tungstenite's")]
    pub(crate) async fn accept_with(&self, protocol: Option<&'static str>) -> WebSocketStream<TcpStream> {
        let choose = |_: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
            let headers = response.headers_mut();
            protocol.map(|name| headers.insert("Sec-WebSocket-Protocol", HeaderValue::from_static(name)));
            Ok(response)
        };
        tokio_tungstenite::accept_hdr_async(self.accept_tcp().await, choose)
            .await
            .expect("the handshake is right")
    }

    /// Agrees, hears the opening and answers it.
    pub(crate) async fn answer(&self, answer: &str) -> Connection {
        let mut connection = self.accept().await;
        connection.hear().await;
        connection.say(answer).await;
        connection
    }

    /// A client with a session, its events after `Open`, and the connection.
    pub(crate) async fn open(&self, builder: ClientBuilder) -> (Client, Events, Connection) {
        let (client, mut events) = builder.connect().expect("the description is right");
        let connection = self.answer(&welcome()).await;
        assert!(matches!(next(&mut events).await, Event::Open));
        (client, events, connection)
    }
}

pub(crate) struct Connection(pub(crate) WebSocketStream<TcpStream>);

impl Connection {
    /// The next message, as text.
    pub(crate) async fn hear(&mut self) -> String {
        match soon(self.0.next()).await {
            Some(Ok(Message::Text(text))) => text.as_str().to_owned(),
            other => panic!("no text message: {other:?}"),
        }
    }

    /// The next message that is no acknowledgement.
    pub(crate) async fn hear_lane(&mut self) -> String {
        loop {
            let heard = self.hear().await;
            if !heard.starts_with('a') {
                return heard;
            }
        }
    }

    pub(crate) async fn say(&mut self, text: &str) {
        soon(self.0.send(Message::text(text))).await.expect("the client is there");
    }

    pub(crate) async fn close(&mut self, code: u16, reason: &str) {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        soon(self.0.close(Some(frame))).await.expect("the client is there");
    }

    /// The code and reason that the client closes with.
    pub(crate) async fn hear_close(&mut self) -> (u16, String) {
        loop {
            match soon(self.0.next()).await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    // The answer to it leaves with the next use of the stream.
                    let _ = self.0.flush().await;
                    return (frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    }
}

/// Waits for what must come soon; a test that hangs says where.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it comes within 10 s")
}

pub(crate) async fn next(events: &mut Events) -> Event {
    soon(events.recv()).await.expect("there is another event")
}

/// The next message, and nothing else.
pub(crate) async fn next_text(events: &mut Events) -> String {
    match next(events).await {
        Event::Message(message) => message.as_text().expect("it is text").to_owned(),
        other => panic!("no message: {other:?}"),
    }
}
