//! What topics cost: `cargo run --release -p staywire-server --example topics [-- SESSIONS]`.
//!
//! Clients in session mode, in this process, read 125 topics each: 8,000 of them make 1,000,000 subscriptions to
//! 100,000 topics. It prints bytes of resident memory for each, and what a subscription and a publication take where
//! there are few topics and where there are many.

use std::error::Error;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::{SinkExt, StreamExt};
use staywire_server::{ListenerError, Message, Server, Session, TopicError, TopicName, WsHelper, WsListener};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as WsMessage;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

type Failure = Box<dyn Error + Send + Sync>;

const TOPICS_OF_A_SESSION: usize = 125;
const READERS_OF_A_TOPIC: usize = 10;
/// So many topics there are when the first costs are measured.
const FEW_TOPICS: usize = 1_000;
const PUBLICATIONS: usize = 20_000;

struct Open;

impl WsListener for Open {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
        Ok(())
    }
}

/// Which sessions read which topics.
#[derive(Clone, Copy)]
struct Plan {
    sessions: usize,
}

/// The sessions that read the first topics, all of them with as many readers as the others will have.
const FIRST_SESSIONS: usize = FEW_TOPICS * READERS_OF_A_TOPIC / TOPICS_OF_A_SESSION;

impl Plan {
    fn topics(self) -> usize {
        FEW_TOPICS + self.later_topics()
    }

    fn later_topics(self) -> usize {
        (self.sessions - FIRST_SESSIONS) * TOPICS_OF_A_SESSION / READERS_OF_A_TOPIC
    }

    fn topic_of(self, session: usize, place: usize) -> usize {
        match session.checked_sub(FIRST_SESSIONS) {
            None => (session * TOPICS_OF_A_SESSION + place) % FEW_TOPICS,
            Some(later) => FEW_TOPICS + (later * TOPICS_OF_A_SESSION + place) % self.later_topics(),
        }
    }
}

/// A connection in session mode whose messages nobody looks at.
struct Client {
    number: usize,
    stream: WebSocketStream<TcpStream>,
}

impl Client {
    async fn connect(address: SocketAddr, number: usize) -> Result<Self, Failure> {
        let mut request = format!("ws://{address}/ws").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("staywire.v1"));
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let stream = TcpStream::connect(address).await?;
        let (stream, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let mut client = Self { number, stream };
        let mut token = [7; 32];
        token[..8].copy_from_slice(&number.to_be_bytes());
        client.stream.send(format!("hello {} 1", BASE64_URL_SAFE_NO_PAD.encode(token)).into()).await?;
        client.stream.next().await.ok_or("no answer")??;
        Ok(client)
    }

    /// Subscribes to topics and waits for all the answers.
    async fn subscribe(&mut self, plan: Plan) -> Result<(), Failure> {
        for place in 0..TOPICS_OF_A_SESSION {
            let topic = plan.topic_of(self.number, place);
            self.stream.feed(format!("t{} * 0 topic/{topic}", place + 1).into()).await?;
        }
        self.stream.flush().await?;
        let mut answered = 0;
        while answered < TOPICS_OF_A_SESSION {
            let message = self.stream.next().await.ok_or("closed")??;
            answered +=
                usize::from(matches!(message, WsMessage::Text(text) if text.starts_with("recovered")));
        }
        Ok(())
    }

    /// Reads and forgets.
    async fn read(mut self) {
        while let Some(Ok(_)) = self.stream.next().await {}
    }
}

/// What this process keeps in memory, in bytes.
fn resident() -> Result<usize, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse::<usize>()? * 1024)
}

/// Publishes to one of the first `topics` after the other, in no order, and says how long each call took.
async fn publish(helper: &WsHelper, topics: usize) -> Result<Duration, Failure> {
    let names: Vec<_> =
        (0..PUBLICATIONS).map(|number| format!("topic/{}", number * 7_919 % topics)).collect();
    let mut spent = Duration::ZERO;
    for batch in names.chunks(100) {
        let start = Instant::now();
        for name in batch {
            let publication = helper.publish(name, "a price of 12.34").await?;
            if publication.delivery.queued != READERS_OF_A_TOPIC {
                return Err(format!("{name} has other readers: {publication:?}").into());
            }
        }
        spent += start.elapsed();
        // The readers take what waits.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(spent / PUBLICATIONS as u32)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let sessions: usize = std::env::args().nth(1).map_or(Ok(8_000), |sessions| sessions.parse())?;
    let hour = Duration::from_secs(3600);
    let server =
        Server::builder().endpoint("/ws", Open).heartbeat(hour, hour).session_window(hour * 3).build()?;
    let helper = server.helper();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { server.serve(listener, std::future::pending()).await });

    let mut clients = Vec::new();
    for number in 0..sessions {
        clients.push(Client::connect(address, number).await?);
    }
    let plan = Plan { sessions };
    let topics = plan.topics();
    let mut later = clients.split_off(FIRST_SESSIONS);
    // These read every later topic once.
    let others = later.split_off(plan.later_topics() / TOPICS_OF_A_SESSION);
    let (few, _) = subscribe_all(clients, plan).await?;
    println!(
        "{FEW_TOPICS} topics: {few:?} a subscription, {:?} a publication",
        publish(&helper, FEW_TOPICS).await?
    );
    let (_, first) = subscribe_all(later, plan).await?;
    let (many, other) = subscribe_all(others, plan).await?;
    println!(
        "{topics} topics: {many:?} a subscription, {:?} a publication",
        publish(&helper, FEW_TOPICS).await?
    );
    println!(
        "spread over all of their {sessions} readers: {:?} a publication",
        publish(&helper, topics).await?
    );
    println!(
        "{} subscriptions: {other} bytes each; {topics} topics: {} bytes each",
        sessions * TOPICS_OF_A_SESSION,
        first.saturating_sub(other)
    );
    Ok(())
}

/// Has all subscribe, one after the other, and read: what each subscription takes in time, and in bytes.
async fn subscribe_all(clients: Vec<Client>, plan: Plan) -> Result<(Duration, usize), Failure> {
    let count = clients.len() * TOPICS_OF_A_SESSION;
    let (start, before) = (Instant::now(), resident()?);
    let mut reading = Vec::with_capacity(clients.len());
    for mut client in clients {
        client.subscribe(plan).await?;
        reading.push(client);
    }
    let spent = start.elapsed() / u32::try_from(count)?;
    let bytes = resident()?.saturating_sub(before) / count;
    reading.into_iter().for_each(|client| drop(tokio::spawn(client.read())));
    Ok((spent, bytes))
}
