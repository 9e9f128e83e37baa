//! What a ledger amounts to: counts, and every promise that was not kept.
//!
//! Owns: the rules of the session's promises, seen from outside. Never: knows
//! the protocol; it knows what applications sent, got and were told.
//!
//! ```text
//! records ─┬─ lane: client to server ────────────┐
//!          ├─ requests: asked and answered ───────┼─► rows, findings
//!          ├─ reading: each stream, each reader ──┤
//!          └─ told: losses and doubts ────────────┘
//! ```

mod lane;
mod reading;
mod requests;
#[cfg(test)]
mod tests;
mod told;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::ledger::{ClientEvent, Records, RunEnd};
use super::stream::StreamKind;

/// Counts and findings of a run so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Client to server, all clients together.
    pub lane: Row,
    /// Requests of clients, all clients together: `delivered` is how often a handler was given one.
    pub requests: Row,
    /// Server to client, by kind of stream, all readers together.
    pub streams: BTreeMap<StreamKind, Row>,
    /// Promises that were not kept.
    pub findings: Vec<Finding>,
    /// How clients fared.
    pub wire: Wire,
}

/// What became of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Messages that were taken for sending; one to many counts once.
    pub sent: u64,
    /// Messages that arrived, repeats included; one to many counts at each reader.
    pub delivered: u64,
    /// Messages that did not arrive, and of which nobody was told.
    pub lost: u64,
    /// Messages that arrived again where they may not.
    pub twice: u64,
    /// Messages that arrived again after a crash or an interruption, and were marked.
    pub redelivered: u64,
    /// Messages that arrived after a later one.
    pub out_of_order: u64,
    /// Messages that did not arrive, as was told: by a gap, a reset, a fresh session or an unknown outcome.
    pub told: u64,
}

/// What clients went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// Attempts to connect again.
    pub attempts: u64,
    /// Sessions that went on after their connection was lost.
    pub resumed: u64,
    /// Sessions that went on while it still delivered.
    pub moved: u64,
    /// Sessions that were replaced, by reason.
    pub fresh: BTreeMap<String, u64>,
    /// Gaps that were told.
    pub gaps: u64,
    /// Resets that were told.
    pub resets: u64,
    /// Messages that `send` refused.
    pub refused: u64,
    /// The longest time that a client waited for a message of any kind.
    pub longest_outage: Duration,
    /// How often the server was restarted by SIGTERM.
    pub terminated: u64,
    /// How often the server was restarted by SIGKILL.
    pub killed: u64,
}

/// One promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whose.
    pub client: String,
    /// Which of its sequences: `lane`, or the name of a stream.
    pub sequence: String,
    /// What is wrong.
    pub violation: Violation,
}

/// What is wrong with a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// Message `.0` did not arrive, and nobody was told.
    Lost(u64),
    /// Message `.0` arrived twice, and no crash excuses it.
    Twice(u64),
    /// Message `.0` arrived again where it may, without the mark.
    Unmarked(u64),
    /// Message `.0` arrived after message `.1`.
    OutOfOrder(u64, u64),
    /// So many messages are missing before message `before`, and another number was told.
    WrongGap {
        /// The first message after the gap.
        before: u64,
        /// How many are missing.
        missing: u64,
        /// How many were told.
        told: u64,
    },
    /// A session was replaced, and nothing came to the inbox of the one that the client has now.
    NothingSinceFresh,
    /// Message `.0` was acknowledged, and no listener has had it.
    AcknowledgedUnhandled(u64),
    /// Request `.0` was answered, and no handler has had it.
    AnsweredUnhandled(u64),
    /// Request `.0` failed, for the reason `.1`.
    RequestFailed(u64, String),
    /// Message `.0` arrived, and nobody has sent it.
    NeverSent(u64),
    /// A text arrived that nobody can have sent.
    Garbled(String),
    /// The client was told of a loss or a doubt, `.0`, and no process had crashed.
    Unexcused(String),
    /// The session ended, as `.0` says, and nobody had ended it.
    Ended(String),
}

impl Verdict {
    pub(super) fn of(records: &Records) -> Self {
        let mut verdict = Self { wire: Wire::of(records), ..Self::default() };
        for (stream, offered) in &records.offered {
            let refused =
                offered.iter().filter(|number| records.refused.contains(&(stream.clone(), **number)));
            let sent = offered.len() as u64 - refused.count() as u64;
            verdict.streams.entry(stream.kind()).or_default().sent += sent;
        }
        for (name, client) in &records.clients {
            let mut judged = Judged { client: name, findings: &mut verdict.findings };
            told::judge(&client.events, records, &mut judged);
            let handled = records.handled.get(name).map_or(&[][..], Vec::as_slice);
            lane::judge(&client.events, handled, &records.runs, &mut verdict.lane, &mut judged);
            let asked = records.asked.get(name).map_or(&[][..], Vec::as_slice);
            requests::judge(&client.events, asked, records, &mut verdict.requests, &mut judged);
            reading::judge(records, name, client, &mut verdict.streams, &mut judged);
        }
        verdict
    }

    /// Whether every promise was kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many of the clients' messages arrived.
    #[must_use]
    pub fn messages_up(&self) -> u64 {
        self.lane.delivered
    }

    /// How many messages arrived at clients.
    #[must_use]
    pub fn messages_down(&self) -> u64 {
        self.streams.values().map(|row| row.delivered).sum()
    }

    /// Whether nothing is on its way any more: every message arrived, or somebody was told.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.lane.lost == 0 && self.requests.lost == 0 && self.streams.values().all(|row| row.lost == 0)
    }
}

impl Wire {
    /// How often a client that had lost its connection got back to a session, whether or not it was the same.
    #[must_use]
    pub fn reconnects(&self) -> u64 {
        self.resumed + self.fresh.values().sum::<u64>()
    }

    fn of(records: &Records) -> Self {
        let mut wire = Self {
            terminated: count(&records.runs, RunEnd::Terminated),
            killed: count(&records.runs, RunEnd::Killed),
            ..Self::default()
        };
        for client in records.clients.values() {
            wire.longest_outage = wire.longest_outage.max(client.longest_outage);
            let mut is_lost = false;
            for event in &client.events {
                match event {
                    ClientEvent::Reconnecting => {
                        wire.attempts += 1;
                        is_lost = true;
                    }
                    ClientEvent::Resumed if is_lost => {
                        wire.resumed += 1;
                        is_lost = false;
                    }
                    ClientEvent::Resumed => wire.moved += 1,
                    ClientEvent::Fresh(reason) => {
                        *wire.fresh.entry(reason.clone()).or_default() += 1;
                        is_lost = false;
                    }
                    ClientEvent::Gap(..) => wire.gaps += 1,
                    ClientEvent::Reset(_) => wire.resets += 1,
                    ClientEvent::SendRefused => wire.refused += 1,
                    _ => {}
                }
            }
        }
        wire
    }
}

fn count(runs: &[Option<RunEnd>], end: RunEnd) -> u64 {
    runs.iter().filter(|run| **run == Some(end)).count() as u64
}

/// Where findings about one client go.
struct Judged<'a> {
    client: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Judged<'_> {
    fn find(&mut self, sequence: &str, violation: Violation) {
        self.findings.push(Finding { client: self.client.into(), sequence: sequence.into(), violation });
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: ", self.client, self.sequence)?;
        match &self.violation {
            Violation::Lost(number) => write!(f, "{number} was lost without a word"),
            Violation::Twice(number) => write!(f, "{number} came twice"),
            Violation::Unmarked(number) => write!(f, "{number} came again and was not marked"),
            Violation::OutOfOrder(number, after) => write!(f, "{number} came after {after}"),
            Violation::WrongGap { before, missing, told } => {
                write!(f, "before {before} are {missing} missing, and {told} were told")
            }
            Violation::NothingSinceFresh => f.write_str("nothing came since the session was replaced"),
            Violation::AcknowledgedUnhandled(number) => {
                write!(f, "{number} was acknowledged and never handled")
            }
            Violation::AnsweredUnhandled(number) => write!(f, "{number} was answered and never handled"),
            Violation::RequestFailed(number, why) => write!(f, "{number} failed: {why}"),
            Violation::NeverSent(number) => write!(f, "{number} came and was never sent"),
            Violation::Unexcused(told) => write!(f, "was told {told}, and nothing had crashed"),
            Violation::Ended(why) => write!(f, "ended: {why}"),
            Violation::Garbled(text) => write!(f, "`{}` came", text.escape_debug()),
        }
    }
}
