//! A client of session mode that says exactly what a test tells it to.

use std::collections::VecDeque;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::StreamExt;
use tokio_tungstenite::tungstenite::Message as WsMessage;

use crate::support::{Client, Running, soon};

/// The token number `number`.
pub(crate) fn token(number: u32) -> String {
    let mut bits = [7; 32];
    bits[..4].copy_from_slice(&number.to_be_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(bits)
}

/// The answer to an opening: its first line in words, and the lines of its streams.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) words: Vec<String>,
    pub(crate) limits: String,
    pub(crate) protocol: Option<String>,
    pub(crate) streams: Vec<String>,
}

impl Answer {
    fn parse(text: &str) -> Self {
        let mut lines: VecDeque<_> = text.split('\n').map(str::to_owned).collect();
        let words = lines.pop_front().unwrap().split(' ').map(str::to_owned).collect();
        let limits = lines.pop_front().unwrap();
        let protocol = lines.pop_front_if(|line| line.starts_with("protocol "));
        Self { words, limits, protocol, streams: lines.into() }
    }

    pub(crate) fn kind(&self) -> &str {
        &self.words[0]
    }

    /// The first line without ids.
    pub(crate) fn summary(&self) -> String {
        let is_id = |word: &&String| word.len() == 32;
        let words: Vec<_> = self.words.iter().filter(|word| !is_id(word)).map(String::as_str).collect();
        words.join(" ")
    }

    /// The line of the stream `kind`, without its alias and epochs: `recovered 5`, `gap 3 9`, `reset 5 0`.
    pub(crate) fn stream(&self, kind: &str) -> String {
        let mut lines = self.streams.iter().map(|line| line.split(' ').collect::<Vec<_>>());
        let line = lines.find(|words| words[2] == kind).expect("the stream has a line");
        match line[0] {
            "recovered" => format!("recovered {}", line[4]),
            "gap" => format!("gap {} {}", line[4], line[5]),
            "reset" => format!("reset {} {}", line[4], line[6]),
            other => panic!("not a stream's line: {other}"),
        }
    }

    /// The stream `kind` and where its answer leaves the client, as a `resume` says it.
    pub(crate) fn held(&self, kind: &str) -> String {
        let mut lines = self.streams.iter().map(|line| line.split(' ').collect::<Vec<_>>());
        let line = lines.find(|words| words[2] == kind).expect("the stream has a line");
        match line[0] {
            "reset" => format!("stream {kind} {} {}", line[5], line[6]),
            _ => format!("stream {kind} {} {}", line[3], line.last().unwrap()),
        }
    }
}

/// The line that a stream has in an answer, or that answers a subscription.
#[derive(Debug)]
pub(crate) struct Line(Vec<String>);

impl Line {
    fn parse(text: &str) -> Self {
        Self(text.split(' ').map(str::to_owned).collect())
    }

    pub(crate) fn alias(&self) -> &str {
        &self.0[1]
    }

    /// The topic's name, as it is on the wire.
    pub(crate) fn name(&self) -> &str {
        &self.0[self.0.len() - 1]
    }

    /// The line without alias, epochs and name: `recovered 5`, `gap 3 9`, `reset 5 0`.
    pub(crate) fn outcome(&self) -> String {
        let words = &self.0;
        match words[0].as_str() {
            "recovered" => format!("recovered {}", words[4]),
            "gap" => format!("gap {} {}", words[4], words[5]),
            "reset" => format!("reset {} {}", words[4], words[6]),
            other => panic!("not a stream's line: {other}"),
        }
    }

    /// Where it leaves the client: an epoch and an offset.
    pub(crate) fn position(&self) -> String {
        let words = &self.0;
        match words[0].as_str() {
            "recovered" => format!("{} {}", words[3], words[4]),
            "gap" => format!("{} {}", words[3], words[5]),
            _ => format!("{} {}", words[5], words[6]),
        }
    }

    /// Where it leaves the client in the stream.
    pub(crate) fn offset(&self) -> u64 {
        self.position().split_once(' ').unwrap().1.parse().unwrap()
    }

    /// The field of a `resume` for a topic that was read up to `offset`.
    pub(crate) fn held_at(&self, offset: u64) -> String {
        let position = self.position();
        let (epoch, _) = position.split_once(' ').unwrap();
        format!("stream t {epoch} {offset} {}", self.name())
    }
}

/// One connection in session mode.
pub(crate) struct Wire(pub(crate) Client);

impl Wire {
    pub(crate) async fn open(running: &Running, path: &str) -> Self {
        Self::open_with(running, path, &[]).await
    }

    pub(crate) async fn open_with(running: &Running, path: &str, headers: &[(&'static str, &str)]) -> Self {
        let headers = [&[("sec-websocket-protocol", "staywire.v1")], headers].concat();
        let client = running.connect_with(path, &headers).await;
        assert_eq!(client.protocol.as_deref(), Some("staywire.v1"));
        Self(client)
    }

    pub(crate) async fn send(&mut self, text: impl Into<String>) {
        self.0.send(text.into()).await;
    }

    pub(crate) async fn next(&mut self) -> String {
        self.0.next_text().await
    }

    /// The next message that the listener or the application sent, past the protocol's own.
    pub(crate) async fn next_data(&mut self) -> String {
        loop {
            let text = self.next().await;
            if text.contains('\n') {
                return text;
            }
        }
    }

    pub(crate) async fn hello(&mut self, first: u32, attempt: u64) -> Answer {
        self.ask(format!("hello {} {attempt}", token(first))).await
    }

    pub(crate) async fn ask(&mut self, opening: String) -> Answer {
        self.send(opening).await;
        Answer::parse(&self.next().await)
    }

    /// The next message; an error when the connection closes first.
    pub(crate) async fn next_or_close(&mut self) -> Result<String, ()> {
        match soon(self.0.stream.next()).await {
            Some(Ok(WsMessage::Text(text))) => Ok(text.to_string()),
            _ => Err(()),
        }
    }

    /// The next message of a stream, as its offset and its payload, which is a number; `None` if none comes any more.
    pub(crate) async fn next_of_stream(&mut self) -> Option<(u64, u64)> {
        let next = tokio::time::timeout(std::time::Duration::from_secs(1), self.next_data()).await;
        let data = next.ok()?;
        let (header, payload) = data.split_once('\n').unwrap();
        assert!(header.starts_with('s'), "{data}");
        let offset = header.split(' ').nth(1).unwrap();
        Some((offset.parse().unwrap(), payload.parse().unwrap()))
    }

    pub(crate) async fn next_close(&mut self) -> (u16, String) {
        loop {
            match self.0.next().await {
                WsMessage::Close(Some(frame)) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                WsMessage::Text(_) => {}
                other => panic!("not a close frame with a code: {other:?}"),
            }
        }
    }
}

/// What a client remembers of its session from one connection to the next.
pub(crate) struct Visitor {
    pub(crate) wire: Wire,
    pub(crate) session: String,
    path: String,
    current: u32,
    attempt: u64,
    pub(crate) inbox: u64,
    pub(crate) sent: u64,
    /// The lines of the streams that it names in a `resume`.
    pub(crate) held: Vec<String>,
}

impl Visitor {
    /// A new session that begins with the token `first`; its later tokens follow it.
    pub(crate) async fn arrive(running: &Running, path: &str, first: u32) -> Self {
        let mut wire = Wire::open(running, path).await;
        let answer = wire.hello(first, 1).await;
        assert_eq!(answer.kind(), "welcome");
        let session = answer.words[1].clone();
        let held = vec![answer.held("b")];
        Self { wire, session, path: path.to_owned(), current: first, attempt: 1, inbox: 0, sent: 0, held }
    }

    /// Sends `payload` as the next message of the lane.
    pub(crate) async fn say(&mut self, payload: &str) {
        self.sent += 1;
        self.wire.send(format!("d{}\n{payload}", self.sent)).await;
    }

    /// Sends the next message of the lane: its kind, and what follows its number.
    pub(crate) async fn tell(&mut self, kind: &str, what: &str) {
        self.sent += 1;
        self.wire.send(format!("{kind}{} {what}", self.sent)).await;
    }

    /// Subscribes from what `what` says, and returns the line that answers.
    pub(crate) async fn subscribe(&mut self, what: &str) -> Line {
        self.tell("t", what).await;
        self.next_line().await
    }

    /// The next message, which answers a subscription by a line.
    pub(crate) async fn next_line(&mut self) -> Line {
        Line::parse(&self.next_told().await)
    }

    /// The next message, past acknowledgements, credit and heartbeats.
    pub(crate) async fn next_told(&mut self) -> String {
        loop {
            let text = self.wire.next().await;
            let is_own = text[1..].bytes().all(|byte| byte.is_ascii_digit());
            if !(is_own && text.starts_with(['a', 'c', 'p', 'o'])) {
                return text;
            }
        }
    }

    /// The next message of the inbox, which must have the next number, or of a stream.
    pub(crate) async fn hear(&mut self) -> String {
        let data = self.wire.next_data().await;
        let (header, payload) = data.split_once('\n').unwrap();
        if let Some(number) = header.strip_prefix('d') {
            assert_eq!(number.parse(), Ok(self.inbox + 1), "{data}");
            self.inbox += 1;
        }
        payload.to_owned()
    }

    /// The `resume` of the next attempt, which nobody has to answer.
    pub(crate) fn next_resume(&mut self) -> String {
        self.attempt += 1;
        let lines: String = self.held.iter().map(|line| format!("\n{line}")).collect();
        format!(
            "resume {} {} {} {} {} {}{lines}",
            self.session,
            token(self.current),
            token(self.current + 1),
            self.attempt,
            self.inbox,
            self.sent,
        )
    }

    /// The broadcast stream was read up to `offset`.
    pub(crate) fn held_at(&mut self, offset: u64) {
        let words: Vec<_> = self.held[0].split(' ').collect();
        self.held = vec![format!("{} {} {} {offset}", words[0], words[1], words[2])];
    }

    /// Cuts the connection, and resumes on another, where nothing is missing in the broadcast stream.
    pub(crate) async fn come_back_holding(&mut self, running: &Running) {
        let held = self.held.clone();
        let answer = self.come_back(running).await;
        assert_eq!(answer.kind(), "resumed");
        assert_eq!(vec![answer.held("b")], held);
    }

    /// Cuts the connection, and resumes on another.
    pub(crate) async fn come_back(&mut self, running: &Running) -> Answer {
        self.wire = Wire::open(running, &self.path).await;
        let resume = self.next_resume();
        let answer = self.wire.ask(resume).await;
        self.current += 1;
        if answer.kind() == "fresh" {
            self.session = answer.words[2].clone();
            (self.inbox, self.sent) = (0, 0);
        }
        self.held = vec![answer.held("b")];
        answer
    }
}
