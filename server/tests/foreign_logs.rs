//! What other crates log of the server's messages, by the crate `log`.

// A test that cannot go on may panic, also outside the function that carries the attribute.
#![allow(clippy::unwrap_used)]

use std::sync::Mutex;

use futures_util::{SinkExt, StreamExt};
use log::{LevelFilter, Log, Metadata, Record};
use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// The records that have a secret in them: their targets.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Stands in every message, token, header and query, as text and as a frame's bytes are written.
const SECRET: [&str; 2] = ["canary", "63616e617279"];

struct Ear;

impl Log for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let text = record.args().to_string();
        if SECRET.iter().any(|secret| text.contains(secret)) {
            TOLD.lock().unwrap().push(record.target().to_owned());
        }
    }

    fn flush(&self) {}
}

struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}

#[tokio::test]
async fn nobody_but_tungstenite_logs_what_passes() {
    log::set_logger(&Ear).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let server = Server::builder().endpoint("/ws", Echo).build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { server.serve(listener, std::future::pending()).await });
    let mut request = format!("ws://{address}/ws?token=canary").into_client_request().unwrap();
    request.headers_mut().insert("cookie", "token=canary".parse().unwrap());
    request.headers_mut().insert("sec-websocket-protocol", "staywire.v1".parse().unwrap());
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    for (message, answer) in
        [(format!("hello canary{}A 1", "a".repeat(36)), "welcome "), ("d1\ncanary".into(), "d1\n")]
    {
        client.send(message.into()).await.unwrap();
        while !client.next().await.unwrap().unwrap().to_text().unwrap().starts_with(answer) {}
    }
    serving.abort();

    let told = TOLD.lock().unwrap();
    assert!(!told.is_empty(), "the documentation of logs is out of date");
    let is_tungstenite = |target: &&String| target.starts_with("tungstenite::");
    assert_eq!(told.iter().find(|target| !is_tungstenite(target)), None);
}
