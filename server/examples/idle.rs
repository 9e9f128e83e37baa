//! What idle clients cost: `cargo run --release -p staywire-server --example idle [-- CLIENTS]`.
//!
//! A server in a process of its own, with clients that say nothing: plain ones, then others in session mode, each of
//! whom has had its `hello` answered. It prints how many bytes of the server's resident memory each takes; what the
//! kernel keeps for its socket is not among them.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt};
use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

type Failure = Box<dyn Error + Send + Sync>;

/// Those that come first bring what is there once, such as the allocator's arenas.
const FIRST_CLIENTS: usize = 500;

struct Silent;

impl WsListener for Silent {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

/// Serves until the process is ended, after a line that says where.
async fn serve() -> Result<(), Failure> {
    let hour = Duration::from_secs(3600);
    let server = Server::builder()
        .endpoint("/ws", Silent)
        .max_sessions(usize::MAX)
        .heartbeat(hour, hour)
        .session_window(hour * 3)
        .build()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    server.serve(listener, std::future::pending()).await?;
    Ok(())
}

/// A server in a process of its own, which ends with this.
struct Served {
    process: Child,
    address: SocketAddr,
}

impl Served {
    fn start() -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg("serve").stdout(Stdio::piped()).spawn()?;
        let told = process.stdout.take().ok_or("the server has no output")?;
        let first = BufReader::new(told).lines().next().ok_or("the server has ended")??;
        Ok(Self { process, address: first.parse()? })
    }

    /// What it keeps in memory, in bytes, once it has nothing more to do.
    async fn settled(&self) -> Result<usize, Failure> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse::<usize>()? * 1024)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One that says nothing more.
type Client = WebSocketStream<TcpStream>;

async fn connect_plain(address: SocketAddr) -> Result<Client, Failure> {
    let request = format!("ws://{address}/ws").into_client_request()?;
    connect(address, request).await
}

async fn connect_session(address: SocketAddr, number: usize) -> Result<Client, Failure> {
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("staywire.v1"));
    let mut client = connect(address, request).await?;
    let mut token = [7; 32];
    token[..8].copy_from_slice(&number.to_be_bytes());
    client.send(format!("hello {} 1", BASE64_URL_SAFE_NO_PAD.encode(token)).into()).await?;
    client.next().await.ok_or("no answer")??;
    Ok(client)
}

async fn connect(address: SocketAddr, request: Request) -> Result<Client, Failure> {
    let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let stream = TcpStream::connect(address).await?;
    Ok(tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?.0)
}

/// What each of `clients` clients costs a server that has no others, beside the first.
async fn cost<C: Future<Output = Result<Client, Failure>>>(
    clients: usize,
    connect: impl Fn(SocketAddr, usize) -> C,
) -> Result<usize, Failure> {
    let served = Served::start()?;
    let (mut connected, mut before) = (Vec::new(), 0);
    for number in 0..FIRST_CLIENTS + clients {
        if number == FIRST_CLIENTS {
            before = served.settled().await?;
        }
        connected.push(connect(served.address, number).await?);
    }
    Ok(served.settled().await?.saturating_sub(before) / clients)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let told = std::env::args().nth(1);
    if told.as_deref() == Some("serve") {
        return serve().await;
    }
    let clients = told.map_or(Ok(5_000), |clients| clients.parse())?;
    println!(
        "{clients} plain clients: {} bytes each",
        cost(clients, |address, _| connect_plain(address)).await?
    );
    println!("{clients} sessions: {} bytes each", cost(clients, connect_session).await?);
    Ok(())
}
