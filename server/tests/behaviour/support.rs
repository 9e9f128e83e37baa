//! A server on a port of its own, clients of it, and a listener that tells what it hears.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use staywire_server::{
    CloseReason, ListenerError, Message, Resumption, Server, ServerBuilder, Session, SessionError, WsListener,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error as WsError, Message as WsMessage};

/// Everything that should happen at once happens within this, also on a busy machine.
const SOON: Duration = Duration::from_secs(20);

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("it should have happened by now")
}

/// A served server.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) server: Server,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

pub(crate) async fn serve(builder: ServerBuilder) -> Running {
    let server = builder.build().unwrap();
    let router = server.router();
    serve_router(server, router).await
}

pub(crate) async fn serve_router(server: Server, router: axum::Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn({
        let server = server.clone();
        async move {
            let shutdown = async { drop(stopped.await) };
            server.serve_router(router, listener, shutdown).await.unwrap();
        }
    });
    Running { address, server, stop, serving }
}

impl Running {
    pub(crate) async fn connect(&self, path: &str) -> Client {
        self.connect_with(path, &[]).await
    }

    pub(crate) async fn connect_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Client {
        self.try_connect(path, headers).await.expect("the handshake is refused")
    }

    /// Connects as soon as a session's place is free: it is, some time after the last client saw its end.
    pub(crate) async fn connect_when_free(&self, path: &str) -> Client {
        loop {
            match self.try_connect(path, &[]).await {
                Ok(client) => return client,
                Err(status) => assert_eq!(status, 503),
            }
        }
    }

    /// Connects, or returns the status of the refusal.
    async fn try_connect(&self, path: &str, headers: &[(&'static str, &str)]) -> Result<Client, u16> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let (stream, response) = match soon(tokio_tungstenite::client_async(request, stream)).await {
            Ok(connected) => connected,
            Err(WsError::Http(response)) => return Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        };
        let protocol = response.headers().get("sec-websocket-protocol");
        let protocol = protocol.map(|protocol| protocol.to_str().unwrap().to_owned());
        Ok(Client { stream, protocol })
    }

    /// Sends an opening handshake for `path` with `headers` besides, and returns the answer that refuses it.
    pub(crate) async fn request(&self, path: &str, headers: &str) -> String {
        self.request_or_upgrade(path, headers).await.expect("the handshake is accepted")
    }

    /// The same; `None` when the handshake is accepted.
    pub(crate) async fn request_or_upgrade(&self, path: &str, headers: &str) -> Option<String> {
        let mut stream = self.raw_handshake(path, headers).await;
        let mut answer = vec![0; 12];
        soon(stream.read_exact(&mut answer)).await.unwrap();
        if answer == b"HTTP/1.1 101" {
            return None;
        }
        soon(stream.read_to_end(&mut answer)).await.unwrap();
        Some(String::from_utf8(answer).unwrap())
    }

    /// Sends a whole request that asks for `Connection: close`, and returns the whole answer.
    pub(crate) async fn raw_request(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        soon(stream.read_to_string(&mut answer)).await.unwrap();
        answer
    }

    /// Sends an opening handshake. Its answer is unread; a refusal closes the connection.
    pub(crate) async fn raw_handshake(&self, path: &str, headers: &str) -> TcpStream {
        self.handshake_on(TcpSocket::new_v4().unwrap(), path, headers).await
    }

    /// A connection after its opening handshake, as bare TCP.
    pub(crate) async fn raw_connect(&self, path: &str) -> TcpStream {
        accepted(self.raw_handshake(path, "").await).await
    }

    /// The same with the smallest window, for a reader that is to stall without filling the kernel's memory.
    pub(crate) async fn raw_connect_narrow(&self, path: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        accepted(self.handshake_on(socket, path, "").await).await
    }

    async fn handshake_on(&self, socket: TcpSocket, path: &str, headers: &str) -> TcpStream {
        let mut stream = socket.connect(self.address).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    /// Stops serving and waits until all of it has ended.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        soon(self.serving).await.unwrap();
    }
}

/// Reads the head of the answer that accepts a handshake.
async fn accepted(mut stream: TcpStream) -> TcpStream {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(soon(stream.read_u8()).await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    stream
}

/// A client's frame, masked with zeros.
pub(crate) fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first_byte];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend(u64::try_from(length).unwrap().to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

pub(crate) struct Client {
    pub(crate) stream: WebSocketStream<TcpStream>,
    /// The sub-protocol that the server named.
    pub(crate) protocol: Option<String>,
}

impl Client {
    pub(crate) async fn send(&mut self, message: impl Into<WsMessage>) {
        soon(self.stream.send(message.into())).await.unwrap();
    }

    /// The next message other than a ping or pong.
    pub(crate) async fn next(&mut self) -> WsMessage {
        loop {
            match soon(self.stream.next()).await.expect("the connection is over").unwrap() {
                WsMessage::Ping(_) | WsMessage::Pong(_) => {}
                message => return message,
            }
        }
    }

    pub(crate) async fn next_text(&mut self) -> String {
        self.next().await.into_text().unwrap().to_string()
    }

    /// The code and reason of the close frame, which must come next.
    pub(crate) async fn next_close(&mut self) -> (u16, String) {
        match self.next().await {
            WsMessage::Close(Some(frame)) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("not a close frame with a code: {other:?}"),
        }
    }

    pub(crate) async fn close(&mut self) {
        soon(self.stream.close(None)).await.unwrap();
    }

    /// Waits until the server has ended the connection, however it does.
    pub(crate) async fn ended(mut self) {
        while let Some(Ok(_)) = soon(self.stream.next()).await {}
    }
}

/// Waits for what others bring about.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    soon(async {
        while !is_so() {
            // Asking without a pause would keep them from it.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// A listener that tells what it hears, and does what the messages say.
pub(crate) struct Told {
    heard: mpsc::UnboundedSender<String>,
}

pub(crate) struct Hearing(mpsc::UnboundedReceiver<String>);

pub(crate) fn told() -> (Told, Hearing) {
    let (heard, hearing) = mpsc::unbounded_channel();
    (Told { heard }, Hearing(hearing))
}

impl Hearing {
    pub(crate) async fn next(&mut self) -> String {
        soon(self.0.recv()).await.expect("the listener is gone")
    }

    /// Skips to the event that begins with `prefix`.
    pub(crate) async fn until(&mut self, prefix: &str) -> String {
        loop {
            let event = self.next().await;
            if event.starts_with(prefix) {
                return event;
            }
        }
    }

    pub(crate) fn has_more(&mut self) -> bool {
        self.0.try_recv().is_ok()
    }
}

impl Told {
    fn tell(&self, event: String) {
        // A test may have heard enough.
        let _ = self.heard.send(event);
    }
}

impl WsListener for Told {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.tell("open".to_owned());
        match session.path_param("open") {
            Some("err") => Err(ListenerError::msg("no")),
            Some("panic") => panic!("open panics"),
            _ => Ok(()),
        }
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let text = message.as_text().unwrap_or("(binary)").to_owned();
        self.tell(format!("message {text}"));
        match &*text {
            "err" => return Err(ListenerError::msg("bad message")),
            "panic" => panic!("message panics"),
            "terminate" => session.terminate(),
            "close" => session.close(staywire_server::CloseCode::NORMAL, "bye"),
            _ => session.send(message)?,
        }
        Ok(())
    }

    async fn suspend(&self, _: &Session) {
        self.tell("suspend".to_owned());
    }

    async fn resume(&self, _: &Session, resumption: Resumption) {
        self.tell(format!("resume {resumption:?}"));
    }

    async fn error(&self, session: &Session, error: SessionError) {
        self.tell(format!("error {error}"));
        assert_ne!(session.path_param("open"), Some("panic in error"), "error panics");
    }

    async fn close(&self, session: &Session, reason: CloseReason) {
        let CloseReason { code, reason, was_clean, by, .. } = reason;
        let clean = if was_clean { "clean" } else { "unclean" };
        self.tell(format!("close {} {reason:?} {clean} by {by:?}", code.number()));
        assert_ne!(session.path_param("open"), Some("panic in close"), "close panics");
    }
}

/// Sends every message back.
pub(crate) struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}
