//! Readers that stall, and what those who read see of it.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use staywire_tests::{PlainClient, SOON, handshake_request, serve, until_online};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

const STALLED_READERS: usize = 1_000;
const BROADCASTS: usize = 200;
/// 200 of them are three times a session's queue of 1 MiB.
const MESSAGE_BYTES: usize = 16 * 1024;
/// What one broadcast may take until the reader has it, on a machine that is busy with other tests.
const BOUND: Duration = Duration::from_secs(2);

struct Mute;

impl WsListener for Mute {
    async fn message(&self, _session: &Session, _message: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_readers_that_stall_do_not_delay_the_one_that_reads() {
    allow_many_descriptors();
    let server =
        Server::builder().endpoint("/feed", Mute).close_timeout(Duration::from_secs(1)).build().unwrap();
    let address = serve(server.clone(), server.router()).await;
    let mut reader = PlainClient::connect(address, "/feed").await;
    let alone = delays_of_broadcasts(&server, &mut reader).await;

    let mut stalled = Vec::new();
    for _ in 0..STALLED_READERS {
        stalled.push(connect_and_stall(address).await);
    }
    until_online(&server, STALLED_READERS + 1).await;
    let beside = delays_of_broadcasts(&server, &mut reader).await;

    println!("a broadcast reaches the reader, alone:                {alone}");
    println!("a broadcast reaches the reader, beside 1,000 stalled: {beside}");
    assert!(beside.worst < BOUND, "{beside}");
    until_online(&server, 1).await;
    drop(stalled);
}

/// From the call of `broadcast` until the reader has the message.
struct Delays {
    median: Duration,
    worst: Duration,
}

impl std::fmt::Display for Delays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "median {:.2?}, worst {:.2?}", self.median, self.worst)
    }
}

async fn delays_of_broadcasts(server: &Server, reader: &mut PlainClient) -> Delays {
    let payload = "x".repeat(MESSAGE_BYTES);
    let mut delays = Vec::new();
    for _ in 0..BROADCASTS {
        let sent = Instant::now();
        let _ = server.helper().broadcast(payload.as_str());
        assert_eq!(reader.text(SOON).await.len(), MESSAGE_BYTES);
        delays.push(sent.elapsed());
    }
    delays.sort_unstable();
    Delays { median: delays[BROADCASTS / 2], worst: delays[BROADCASTS - 1] }
}

/// Completes the opening handshake and never reads again, with as little buffer as the system gives.
async fn connect_and_stall(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4 * 1024).expect("a small buffer is allowed");
    let mut stream = socket.connect(address).await.expect("the server listens");
    let request = handshake_request("/feed", &address.to_string(), "");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let _first_byte = stream.read_u8().await.expect("the server answers");
    stream
}

/// Both ends of every connection are in this process.
fn allow_many_descriptors() {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = 2 * (STALLED_READERS as u64) + 200;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = limit.maximum.map_or(Some(wanted), |maximum| Some(maximum.min(wanted)));
        setrlimit(Resource::Nofile, limit).expect("the soft limit may rise to the hard one");
    }
}
