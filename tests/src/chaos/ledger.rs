//! Who sent which number and who got it, as all sides tell it.
//!
//! Owns: what was told, each teller's in its order. Never: compares; that is
//! the [`verdict`](super::verdict)'s, at any time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::report::Report;
use super::sabotage::{Sabotage, Saboteur};
use super::stream::{Stream, StreamKind, Topic};
use super::verdict::Verdict;

/// The book of one chaos run. Cheap to clone; clones are the same book.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    records: Arc<Mutex<Records>>,
}

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// Whether a client may be told of a gap although nothing has crashed.
    pub(super) excuses_gaps: bool,
    /// How each life of the server ended, in their order; the last may go on.
    pub(super) runs: Vec<Option<RunEnd>>,
    pub(super) offered: BTreeMap<Stream, Vec<u64>>,
    pub(super) refused: BTreeSet<(Stream, u64)>,
    /// By client.
    pub(super) handled: BTreeMap<String, Vec<Handled>>,
    /// By client.
    pub(super) asked: BTreeMap<String, Vec<Asked>>,
    pub(super) clients: BTreeMap<String, ClientRecord>,
}

/// How a life of the server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEnd {
    /// By SIGTERM, which gives it time to store its state.
    Terminated,
    /// By SIGKILL, which gives it none.
    Killed,
}

/// A client's message in the hands of the listener.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handled {
    pub(super) number: u64,
    /// The life of the server, counted from 0.
    pub(super) run: usize,
    pub(super) is_redelivered: bool,
    /// Whether the listener was stopped over it.
    pub(super) is_interrupted: bool,
}

/// A client's request in the hands of a handler.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) number: u64,
    /// The life of the server, counted from 0.
    pub(super) run: usize,
}

/// What one client told.
#[derive(Debug, Default)]
pub(super) struct ClientRecord {
    /// The user that its session belongs to.
    pub(super) user: String,
    pub(super) events: Vec<ClientEvent>,
    /// What it has ever subscribed to.
    pub(super) topics: BTreeSet<Topic>,
    messages: u64,
    last_message: Option<Duration>,
    /// The longest time between two messages.
    pub(super) longest_outage: Duration,
    /// Whether it will have no session any more.
    has_ended: bool,
}

/// What a client tells, in the order in which its application learned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// `send` has taken message `.0`.
    Sent(u64),
    /// `send` has refused a message, which gets no number.
    SendRefused,
    /// The server is done with message `.0`.
    Acknowledged(u64),
    /// What became of message `.0` is unknown, and it will not be sent again.
    OutcomeUnknown(u64),
    /// Request `.0` is under way.
    Requested(u64),
    /// Request `.0` has its reply.
    Replied(u64),
    /// Request `.0` was with a handler that a restart has stopped.
    RequestInterrupted(u64),
    /// What became of request `.0` is unknown.
    RequestUnknown(u64),
    /// Request `.0` has failed in a way that nobody can have caused.
    RequestFailed(u64, String),
    /// A message arrived.
    Message(Stream, u64),
    /// A topic was subscribed to, for the first time.
    Joined(Topic),
    /// A message arrived that nobody can have sent.
    Garbled(String),
    /// So many messages of a stream are lost.
    Gap(StreamKind, u64),
    /// Messages of a stream are lost, and how many cannot be known.
    Reset(StreamKind),
    /// The connection is lost and another one will be tried.
    Reconnecting,
    /// The session goes on, on another connection.
    Resumed,
    /// Another session begins, for this reason.
    Fresh(String),
    /// There will be no session any more, for this reason.
    Ended(String),
}

/// One client's hand in the ledger. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ClientLog {
    ledger: Ledger,
    client: String,
    saboteur: Arc<Mutex<Saboteur>>,
}

impl Ledger {
    /// The book of a run in which the server keeps too little for the outages there are.
    #[must_use]
    pub fn excusing_gaps() -> Self {
        let records = Records { excuses_gaps: true, ..Records::default() };
        Self { records: Arc::new(Mutex::new(records)) }
    }

    /// Opens the account of `client`, whose session belongs to `user`.
    #[must_use]
    pub fn client(&self, client: &str, user: &str, sabotage: Option<Sabotage>) -> ClientLog {
        let record = ClientRecord { user: user.into(), ..ClientRecord::default() };
        self.records().clients.insert(client.into(), record);
        let saboteur = Arc::new(Mutex::new(Saboteur::new(sabotage)));
        ClientLog { ledger: self.clone(), client: client.into(), saboteur }
    }

    /// The server begins another life; its number.
    #[must_use]
    pub fn begin_run(&self) -> usize {
        let mut records = self.records();
        records.runs.push(None);
        records.runs.len() - 1
    }

    /// Life `run` of the server has ended.
    pub fn end_run(&self, run: usize, end: RunEnd) {
        self.records().runs[run] = Some(end);
    }

    /// The server tells something in its life `run`.
    pub fn report(&self, run: usize, report: Report) {
        let mut records = self.records();
        match report {
            Report::Offered(stream, number) => records.offered.entry(stream).or_default().push(number),
            Report::Refused(stream, number) => {
                records.refused.insert((stream, number));
            }
            Report::Handled { client, number, is_redelivered } => {
                let handled = Handled { number, run, is_redelivered, is_interrupted: false };
                records.handled.entry(client).or_default().push(handled);
            }
            Report::Asked { client, number } => {
                records.asked.entry(client).or_default().push(Asked { number, run });
            }
            Report::Interrupted { client, number } => {
                let handled = records.handled.entry(client).or_default().iter_mut().rev();
                handled
                    .filter(|handled| handled.number == number)
                    .take(1)
                    .for_each(|it| it.is_interrupted = true);
            }
        }
    }

    /// What all of it amounts to by now.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.records())
    }

    /// How many messages each client has got so far that still has a session.
    pub(super) fn messages_by_client(&self) -> BTreeMap<String, u64> {
        let records = self.records();
        let alive = records.clients.iter().filter(|(_, record)| !record.has_ended);
        alive.map(|(client, record)| (client.clone(), record.messages)).collect()
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientLog {
    /// The client tells something, at a time by its own clock.
    pub fn tell(&self, at: Duration, event: ClientEvent) {
        let events = self.saboteur.lock().unwrap_or_else(PoisonError::into_inner).pass(event);
        let mut records = self.ledger.records();
        let record = records.clients.entry(self.client.clone()).or_default();
        for event in events {
            record.tell(at, event);
        }
    }

    /// A text arrived.
    pub fn tell_text(&self, at: Duration, text: &str) {
        let event = match Stream::of_message(text) {
            Ok((stream, number)) => ClientEvent::Message(stream, number),
            Err(_) => ClientEvent::Garbled(text.into()),
        };
        self.tell(at, event);
    }
}

impl ClientRecord {
    fn tell(&mut self, at: Duration, event: ClientEvent) {
        if let ClientEvent::Message(..) = event {
            let since = at.saturating_sub(self.last_message.unwrap_or(at));
            self.longest_outage = self.longest_outage.max(since);
            self.last_message = Some(at);
            self.messages += 1;
        }
        if let ClientEvent::Joined(topic) = event {
            self.topics.insert(topic);
        }
        self.has_ended |= matches!(event, ClientEvent::Ended(_));
        self.events.push(event);
    }
}
