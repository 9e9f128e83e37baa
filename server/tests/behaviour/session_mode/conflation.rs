//! Topics of which a slow reader gets the newest message of each key.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use staywire_server::{
    ListenerError, Message, Retention, Server, ServerBuilder, Session, TopicError, TopicName, TopicSettings,
    WsHelper, WsListener,
};
use tokio::net::TcpSocket;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::client::{Visitor, Wire};
use super::cut;
use crate::support::{Client, Running, serve, soon, until};

const KEYS: u64 = 5;

/// At 16 KiB each they are more than the kernel keeps for a connection that nobody reads.
const QUOTES: u64 = 800;

/// Lets everybody read everything.
struct Open;

impl WsListener for Open {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
        Ok(())
    }
}

/// Readers that do not read answer no ping, and that is no matter here however busy the machine is.
fn builder() -> ServerBuilder {
    let minute = Duration::from_secs(60);
    let quotes = TopicSettings::new().latest_per_key(true);
    let kept = quotes.history(Retention::new(100, Duration::from_secs(60)));
    let builder = Server::builder().heartbeat(minute, minute).session_window(4 * minute);
    builder.endpoint("/ws", Open).topics("quotes", quotes).topics("quotes/kept", kept)
}

/// Publishes the quotes `numbers` in turn to all keys, each of `bytes` bytes.
fn publish(helper: &WsHelper, topic: &str, numbers: std::ops::RangeInclusive<u64>, bytes: usize) {
    for number in numbers {
        let key = format!("key {}", number % KEYS);
        let quote = format!("{number:>bytes$}");
        helper.publish_keyed(topic, key, quote).at_once().unwrap().unwrap();
    }
}

/// What a reader of quotes has been given and told, whose numbers are their offsets.
#[derive(Default)]
struct Read {
    last: u64,
    newest: BTreeMap<u64, u64>,
    got: u64,
    left_out: u64,
}

impl Read {
    fn after(last: u64) -> Self {
        Self { last, ..Self::default() }
    }

    /// Takes in a message of the server; nothing may be missing that was not told.
    fn take(&mut self, text: &str) {
        if let Some(skip) = text.strip_prefix("skip ") {
            let numbers: Vec<u64> = skip.split(' ').map(|number| number.parse().unwrap()).collect();
            assert_eq!(numbers[1], self.last + 1, "{text}");
            self.left_out += numbers[2] - self.last;
            self.last = numbers[2];
        } else if let Some((header, quote)) = text.split_once('\n').filter(|_| text.starts_with('s')) {
            let offset: u64 = header.split(' ').nth(1).unwrap().parse().unwrap();
            assert_eq!((offset, quote.trim().parse()), (self.last + 1, Ok(offset)));
            self.newest.insert(offset % KEYS, offset);
            self.got += 1;
            self.last = offset;
        }
    }

    async fn until(&mut self, wire: &mut Wire, offset: u64) {
        while self.last < offset {
            self.take(&wire.next().await);
        }
    }
}

/// A connection that reads `topic` from now on.
async fn subscribe(mut wire: Wire, first: u32, topic: &str) -> Wire {
    assert_eq!(wire.hello(first, 1).await.kind(), "welcome");
    wire.send(format!("t1 * 0 {topic}")).await;
    while !wire.next().await.starts_with("recovered ") {}
    wire
}

/// A connection with the smallest window, so that it stalls without filling the kernel's memory.
async fn narrow(running: &Running) -> Wire {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(running.address).await.unwrap();
    let mut request = format!("ws://{}/ws", running.address).into_client_request().unwrap();
    request.headers_mut().append("sec-websocket-protocol", "staywire.v1".parse().unwrap());
    let (stream, _) = soon(tokio_tungstenite::client_async(request, stream)).await.unwrap();
    Wire(Client { stream, protocol: None })
}

#[tokio::test]
async fn a_slow_reader_gets_the_newest_of_each_key_and_the_others_get_everything() {
    let running = serve(builder()).await;
    let helper = running.server.helper();
    let mut slow = subscribe(narrow(&running).await, 1, "quotes").await;
    let mut fast = Vec::new();
    for first in 0..4 {
        let wire = Wire::open(&running, "/ws").await;
        fast.push((subscribe(wire, 100 * (first + 1), "quotes").await, Read::default()));
    }
    for number in 1..=QUOTES {
        publish(&helper, "quotes", number..=number, 16 * 1024);
        join_all(fast.iter_mut().map(|(wire, read)| read.until(wire, number))).await;
    }
    for (_, read) in &fast {
        assert_eq!((read.got, read.left_out), (QUOTES, 0));
    }
    let mut read = Read::default();
    read.until(&mut slow, QUOTES).await;
    let newest: Vec<_> = read.newest.values().copied().collect();
    assert_eq!(newest, [QUOTES, QUOTES - 4, QUOTES - 3, QUOTES - 2, QUOTES - 1]);
    assert_eq!(read.got + read.left_out, QUOTES);
    assert!(read.left_out > QUOTES / 2, "{} of {QUOTES} were left out", read.left_out);
    assert_eq!(running.server.counters().messages.left_out, read.left_out);
    assert_eq!(running.server.counters().connections.slow_reader, 0);

    // It is one of the others again.
    publish(&helper, "quotes", QUOTES + 1..=QUOTES + 3, 10);
    let before = read.got;
    read.until(&mut slow, QUOTES + 3).await;
    assert_eq!(read.got, before + 3);
}

#[tokio::test]
async fn a_topic_that_a_slow_reader_gives_up_is_not_sent_any_more() {
    let running = serve(builder()).await;
    let mut slow = subscribe(narrow(&running).await, 1, "quotes").await;
    for number in 1..=QUOTES {
        publish(&running.server.helper(), "quotes", number..=number, 16 * 1024);
        tokio::task::yield_now().await;
    }
    slow.send("u2 quotes").await;
    slow.send("d3\non").await;
    until(|| running.server.counters().messages.received == 1).await;
    let mut read = Read::default();
    let acknowledged = loop {
        let text = slow.next().await;
        read.take(&text);
        if text.starts_with('a') {
            break text;
        }
    };
    assert_eq!(acknowledged, "a3");
    assert!(read.last < QUOTES - KEYS, "what was held back has come");
    slow.send("p0").await;
    assert_eq!(slow.next().await, "o3");
}

#[tokio::test]
async fn a_reader_that_comes_back_gets_the_newest_of_each_key() {
    let running = serve(builder()).await;
    let helper = running.server.helper();
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.sent += 1;
    visitor.wire.send("t1 * 0 quotes").await;
    let line = loop {
        let line = visitor.wire.next().await;
        if line.starts_with("recovered ") {
            break line;
        }
    };
    let epoch = line.split(' ').nth(3).unwrap().to_owned();
    publish(&helper, "quotes", 1..=2, 10);
    let mut read = Read::default();
    read.until(&mut visitor.wire, 2).await;
    cut(&running, &visitor.session).await;
    publish(&helper, "quotes", 3..=100, 10);
    visitor.held.push(format!("stream t {epoch} 2 quotes"));
    assert_eq!(visitor.come_back(&running).await.kind(), "resumed");
    read.until(&mut visitor.wire, 100).await;
    assert_eq!((read.got, read.left_out), (2 + KEYS, 98 - KEYS));
    assert_eq!(read.newest.into_values().collect::<Vec<_>>(), [100, 96, 97, 98, 99]);
}

#[tokio::test]
async fn a_late_reader_gets_the_newest_of_each_key_of_the_history() {
    let running = serve(builder()).await;
    publish(&running.server.helper(), "quotes/kept", 1..=300, 10);
    let mut wire = Wire::open(&running, "/ws").await;
    assert_eq!(wire.hello(1, 1).await.kind(), "welcome");
    wire.send("t1 * 50 quotes/kept").await;
    let line = loop {
        let line = wire.next().await;
        if line.starts_with("recovered ") {
            break line;
        }
    };
    assert!(line.ends_with(" 250 quotes/kept"), "{line}");
    let mut read = Read::after(250);
    read.until(&mut wire, 300).await;
    assert_eq!((read.got, read.left_out), (KEYS, 50 - KEYS));
}
