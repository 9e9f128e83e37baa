//! The server that load and conformance tools are pointed at: `bench -- PORT`.
//!
//! `/echo` returns each message as it came; `/bcast` sends each to all sessions on that path, sender included.
//! It says nothing by itself: its first ping would come after an hour.

use std::error::Error;
use std::time::Duration;

use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use tokio::net::TcpListener;

struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}

struct Broadcast;

impl WsListener for Broadcast {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        // A reader too slow for its queue is the load tool's business.
        let _ = session.helper().broadcast(message);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    const MIB: usize = 1024 * 1024;
    const HOUR: Duration = Duration::from_secs(3600);
    let port: u16 = std::env::args().nth(1).ok_or("usage: bench PORT")?.parse()?;
    let server = Server::builder()
        .endpoint("/echo", Echo)
        .endpoint("/bcast", Broadcast)
        .max_sessions(usize::MAX)
        .max_message_bytes(16 * MIB)
        .max_queue_bytes(64 * MIB)
        .heartbeat(HOUR, HOUR)
        .session_window(3 * HOUR)
        .build()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("serving /echo and /bcast on ws://{}", listener.local_addr()?);
    server.serve(listener, std::future::pending()).await?;
    Ok(())
}
