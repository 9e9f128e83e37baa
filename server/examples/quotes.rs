//! What a slow reader of quotes costs the others: `cargo run --release -p staywire-server --example quotes`.
//!
//! Five clients in this process read a topic of which the newest message of each key is wanted. It prints how late
//! quotes come to them, at first alone and then beside a client that does not read, and what that one gets in the end.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt};
use staywire_server::{
    ListenerError, Message, Server, Session, TopicError, TopicName, TopicSettings, WsHelper, WsListener,
};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, client_async};

type Failure = Box<dyn Error + Send + Sync>;
type Client = WebSocketStream<tokio::net::TcpStream>;

const READERS: u8 = 5;
const QUOTES: usize = 1_500;
const KEYS: usize = 50;
const QUOTE_BYTES: usize = 8192;
const PAUSE: Duration = Duration::from_millis(10);

struct Open;

impl WsListener for Open {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
        Ok(())
    }
}

/// Connects, and reads quotes from now on.
async fn connect(address: SocketAddr, number: u8) -> Result<Client, Failure> {
    let mut request = format!("ws://{address}/ws").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("staywire.v1"));
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(64 * 1024)?;
    let (mut client, _) = client_async(request, socket.connect(address).await?).await?;
    let token = BASE64_URL_SAFE_NO_PAD.encode([number; 32]);
    client.send(format!("hello {token} 1").into()).await?;
    client.send("t1 * 0 quotes".into()).await?;
    loop {
        let message = client.next().await.ok_or("closed")??.into_text()?;
        if message.starts_with("recovered ") {
            return Ok(client);
        }
    }
}

/// What became of the quotes `from` to `to` at one reader.
#[derive(Default)]
struct Read {
    late: Vec<Duration>,
    left_out: usize,
}

impl Read {
    /// Reads up to the quote `last`, whose payloads begin with when they were published since `start`.
    async fn of(client: &mut Client, start: Instant, last: usize) -> Result<Self, Failure> {
        let mut read = Self::default();
        loop {
            let message = client.next().await.ok_or("closed")??.into_text()?;
            let words: Vec<_> = message.split_ascii_whitespace().collect();
            if let ["skip", _, from, to] = words[..] {
                read.left_out += to.parse::<usize>()? - from.parse::<usize>()? + 1;
            } else if let [header, offset, published] = words[..]
                && header.starts_with('s')
            {
                let published = Duration::from_micros(published.parse()?);
                read.late.push(start.elapsed().saturating_sub(published));
                if offset.parse::<usize>()? >= last {
                    return Ok(read);
                }
            }
        }
    }
}

async fn publish(helper: &WsHelper, start: Instant) -> Result<(), Failure> {
    let mut tick = tokio::time::interval(PAUSE);
    for number in 0..QUOTES {
        tick.tick().await;
        let quote = format!("{:<QUOTE_BYTES$}", start.elapsed().as_micros());
        helper.publish_keyed("quotes", format!("key {}", number % KEYS), quote).await?;
    }
    Ok(())
}

/// Publishes up to the quote `last`, and prints how late quotes came.
async fn round(
    what: &str,
    helper: &WsHelper,
    clients: Vec<Client>,
    start: Instant,
    last: usize,
) -> Result<Vec<Client>, Failure> {
    let read = |mut client: Client| async move {
        let read = Read::of(&mut client, start, last).await?;
        Ok::<_, Failure>((client, read))
    };
    let reading: Vec<JoinHandle<_>> = clients.into_iter().map(|client| tokio::spawn(read(client))).collect();
    publish(helper, start).await?;
    let (mut clients, mut late, mut left_out) = (Vec::new(), Vec::new(), 0);
    for reading in reading {
        let (client, read) = reading.await??;
        clients.push(client);
        late.extend(read.late);
        left_out += read.left_out;
    }
    late.sort_unstable();
    let at = |share: usize| late[late.len() * share / 1000];
    println!("{what}: p50 {:?}, p99 {:?}, p99.9 {:?}; {left_out} left out", at(500), at(990), at(999));
    Ok(clients)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let hour = Duration::from_secs(3600);
    let quotes = TopicSettings::new().latest_per_key(true);
    let builder = Server::builder().endpoint("/ws", Open).topics("quotes", quotes);
    let server = builder.heartbeat(hour, hour).session_window(hour * 3).build()?;
    let helper = server.helper();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { server.serve(listener, std::future::pending()).await });

    let mut clients = Vec::new();
    for number in 1..=READERS {
        clients.push(connect(address, number).await?);
    }
    let start = Instant::now();
    let clients = round("alone", &helper, clients, start, QUOTES).await?;
    let mut slow = connect(address, READERS + 1).await?;
    round("beside a slow reader", &helper, clients, start, 2 * QUOTES).await?;
    let read = Read::of(&mut slow, start, 2 * QUOTES).await?;
    println!("the slow reader: {} quotes, and {} told to be left out", read.late.len(), read.left_out);
    Ok(())
}
