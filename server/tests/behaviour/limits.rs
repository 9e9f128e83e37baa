//! Bounds: what a client can take from the server, and from others.

use std::time::{Duration, Instant};

use staywire_server::{ListenerError, Message, SendError, Server, Session, WsListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};

use crate::support::{Echo, frame, serve, soon, told};

#[tokio::test]
async fn silent_and_half_sent_connections_are_closed() {
    let deadline = Duration::from_millis(100);
    let running = serve(Server::builder().endpoint("/ws", Echo).head_timeout(deadline)).await;
    let half_heads =
        ["", "G", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgr", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"];
    for half_head in half_heads {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(half_head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // Closed is what matters; a reset is as good as an end.
        drop(soon(stream.read_to_end(&mut answer)).await);
        assert!(!answer.starts_with(b"HTTP/1.1 101"));
    }
}

#[tokio::test]
async fn a_dribbled_head_has_the_same_deadline() {
    let deadline = Duration::from_millis(200);
    let running = serve(Server::builder().endpoint("/ws", Echo).head_timeout(deadline)).await;
    let (mut read, mut write) = TcpStream::connect(running.address).await.unwrap().into_split();
    let dribbling = tokio::spawn(async move {
        for byte in b"GET /ws HTTP/1.1\r\nHost: x\r\nX-Filler: ".iter().chain(std::iter::repeat(&b'x')) {
            if write.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let began = Instant::now();
    drop(soon(read.read_to_end(&mut Vec::new())).await);
    assert!(began.elapsed() >= deadline);
    soon(dribbling).await.unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let running = serve(Server::builder().endpoint("/ws", Echo)).await;
    let mut stream = running.raw_handshake("/ws", &format!("X-Filler: {}\r\n", "x".repeat(100_000))).await;
    let mut status = [0; 12];
    soon(stream.read_exact(&mut status)).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 431");
    drop(stream);
}

/// Waits until the test lets it go on.
struct Gated {
    gate: watch::Receiver<bool>,
    begun: mpsc::UnboundedSender<()>,
}

impl WsListener for Gated {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        self.begun.send(())?;
        self.gate.clone().wait_for(|&open| open).await?;
        session.send(message)?;
        Ok(())
    }
}

#[tokio::test]
async fn a_client_whose_listener_is_behind_is_read_no_further() {
    let (open, gate) = watch::channel(false);
    let (begun, mut beginnings) = mpsc::unbounded_channel();
    let builder = Server::builder()
        .endpoint("/ws", Gated { gate, begun })
        .max_inbox_bytes(64 * 1024)
        .max_queue_bytes(64 << 20);
    let running = serve(builder).await;
    let (mut read, mut write) = running.raw_connect("/ws").await.into_split();
    let message = frame(0x82, &[7; 60_000]);
    // More than all buffers of the kernel on the way hold.
    const MESSAGES: usize = 400;
    let sending = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            write.write_all(&message).await.unwrap();
        }
        write
    });
    soon(beginnings.recv()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!sending.is_finished(), "the client's messages were read though nobody took them");

    open.send(true).unwrap();
    let mut received = vec![0; MESSAGES * (60_000 + 4)];
    soon(read.read_exact(&mut received)).await.unwrap();
    soon(sending).await.unwrap();
}

#[tokio::test]
async fn a_slow_reader_is_closed_and_the_others_are_not() {
    let (listener, mut heard) = told();
    let builder = Server::builder()
        .endpoint("/ws", listener)
        .max_queue_bytes(256 * 1024)
        .close_timeout(Duration::from_millis(50));
    let running = serve(builder).await;
    let helper = running.server.helper();
    let slow = running.raw_connect_narrow("/ws").await;
    let mut fast = running.connect("/ws").await;
    heard.until("open").await;
    heard.until("open").await;

    let refused = loop {
        let delivery = helper.broadcast(vec![7; 10_000]);
        assert_eq!(fast.next().await.len(), 10_000);
        if let [refused] = &*delivery.refused {
            break *refused;
        }
    };
    assert_eq!(refused.1, SendError::SlowReader { limit: 256 * 1024 });
    assert_eq!(heard.until("error").await, "error the client reads too slowly");
    assert_eq!(heard.next().await, "close 3008 \"slow reader\" unclean by Server");
    assert_eq!(helper.online(), 1);
    fast.send("still here").await;
    assert_eq!(fast.next_text().await, "still here");
    drop(slow);
}

#[tokio::test]
async fn a_slow_reader_that_wakes_up_in_time_reads_why_it_was_closed() {
    let builder = Server::builder().endpoint("/ws", Echo).max_queue_bytes(64 * 1024);
    let running = serve(builder).await;
    let helper = running.server.helper();
    let mut slow = running.raw_connect_narrow("/ws").await;
    while helper.broadcast(vec![7; 10_000]).is_complete() {
        tokio::task::yield_now().await;
    }
    let mut received = Vec::new();
    while !received.ends_with(b"slow reader") {
        assert_ne!(soon(slow.read_buf(&mut received)).await.unwrap(), 0, "no close frame came");
    }
    assert_eq!(received[received.len() - 15..][..4], [0x88, 13, 0x0b, 0xc0]);
    drop(slow);
}

#[tokio::test]
async fn a_flood_of_pings_grows_no_queue_and_is_survived() {
    const PINGS: usize = 200_000;
    let running = serve(Server::builder().endpoint("/ws", Echo).max_queue_bytes(64 * 1024)).await;
    let (mut read, mut write) = running.raw_connect("/ws").await.into_split();
    let ping = frame(0x89, &[7; 125]);
    write.write_all(&ping.repeat(PINGS)).await.unwrap();
    write.write_all(&frame(0x81, b"after")).await.unwrap();
    let echo = [0x81, 5, b'a', b'f', b't', b'e', b'r'];
    let (mut received, mut searched) = (Vec::new(), 0);
    // Not at the end: the last pong may follow the echo.
    while !received[searched..].windows(echo.len()).any(|bytes| bytes == echo) {
        searched = received.len().saturating_sub(echo.len());
        assert_ne!(soon(read.read_buf(&mut received)).await.unwrap(), 0, "the connection ended");
    }
    // What is not with the kernel has been replaced by its successor (RFC 6455 §5.5.3).
    assert!(received.len() < PINGS * 127 / 2, "{} bytes of pongs had waited", received.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_stalled_readers_do_not_delay_the_next() {
    let running = serve(Server::builder().endpoint("/ws", Echo).max_queue_bytes(64 * 1024)).await;
    let helper = running.server.helper();
    let mut stalled = Vec::new();
    for _ in 0..1_000 {
        stalled.push(running.raw_connect_narrow("/ws").await);
    }
    let mut reader = running.connect("/ws").await;
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let began = Instant::now();
        let _ = helper.broadcast(vec![7; 30_000]);
        assert_eq!(reader.next().await.len(), 30_000);
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    drop(stalled);
}
