//! Server to client: each message of a stream arrives once and in order, or
//! the reader is told how many are missing, before the next one arrives.
//!
//! A reader joins the broadcast, its user's stream and a topic where its first
//! message is; an inbox it reads from the first message on. An inbox ends with its
//! session, of which the client is told by `fresh`. Replies travel in it, too,
//! so what is told of it may be more, by those that are told to be unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Judged, Row, Violation};
use crate::chaos::ledger::{ClientEvent, ClientRecord, Records};
use crate::chaos::stream::{Stream, StreamKind};

/// Compares what was offered to one client with what it got and was told.
pub(super) fn judge(
    records: &Records,
    name: &str,
    client: &ClientRecord,
    rows: &mut BTreeMap<StreamKind, Row>,
    judged: &mut Judged<'_>,
) {
    let mut readings: BTreeMap<&Stream, Reading<'_>> = records
        .offered
        .keys()
        .filter(|stream| is_for(stream, name, client))
        .map(|stream| (stream, Reading::of(records, stream)))
        .collect();
    let mut told: BTreeMap<StreamKind, Told> = BTreeMap::new();
    let mut inbox = None;
    let mut is_new_session_mute = false;
    let unknown = |event: &&ClientEvent| matches!(event, ClientEvent::RequestUnknown(_));
    let mut lost_replies = client.events.iter().filter(unknown).count() as u64;
    for event in &client.events {
        match event {
            ClientEvent::Message(stream, number) => {
                let Some(reading) = readings.get_mut(stream) else {
                    judged.find(&stream.to_string(), Violation::NeverSent(*number));
                    continue;
                };
                let row = rows.entry(stream.kind()).or_default();
                let mut told = told.remove(&stream.kind()).unwrap_or_default();
                if stream.kind() == StreamKind::Inbox {
                    lost_replies -= told.discount(reading.missing_before(*number), lost_replies);
                }
                reading.message(*number, told, row, judged);
                if stream.kind() == StreamKind::Inbox {
                    inbox = Some(stream);
                    is_new_session_mute = false;
                }
            }
            ClientEvent::Gap(kind, lost) => told.entry(*kind).or_default().add(*lost),
            ClientEvent::Reset(kind) => *told.entry(*kind).or_default() = Told::Unknown,
            ClientEvent::Fresh(_) => {
                readings.values_mut().for_each(Reading::fresh);
                told.remove(&StreamKind::Inbox);
                is_new_session_mute = true;
            }
            ClientEvent::Garbled(text) => judged.find("messages", Violation::Garbled(text.clone())),
            _ => {}
        }
    }
    if is_new_session_mute {
        rows.entry(StreamKind::Inbox).or_default().lost += 1;
        judged.find("inbox", Violation::NothingSinceFresh);
    }
    for (stream, mut reading) in readings {
        let row = rows.entry(stream.kind()).or_default();
        // What was told last belongs to the session that goes on.
        let is_current = stream.kind() != StreamKind::Inbox || inbox.is_none_or(|inbox| inbox == stream);
        let told = told.get(&stream.kind()).filter(|_| is_current).copied().unwrap_or_default();
        reading.end(is_current, told, row, judged);
    }
}

fn is_for(stream: &Stream, name: &str, record: &ClientRecord) -> bool {
    match stream {
        Stream::Inbox { client, .. } => client == name,
        Stream::User(user) => *user == record.user,
        Stream::Broadcast => true,
        Stream::Topic(topic) => record.topics.contains(topic),
    }
}

/// What a client was told to be missing since the last message of a stream.
#[derive(Clone, Copy, Debug)]
enum Told {
    Number(u64),
    Unknown,
}

impl Default for Told {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Told {
    /// Takes off what is more than `missing`, as far as it is at most `replies`; how much that is.
    fn discount(&mut self, missing: u64, replies: u64) -> u64 {
        match self {
            Self::Number(number) if (missing..=missing + replies).contains(number) => {
                let lost = *number - missing;
                *number = missing;
                lost
            }
            Self::Number(_) | Self::Unknown => 0,
        }
    }

    fn add(&mut self, lost: u64) {
        if let Self::Number(number) = self {
            *number += lost;
        }
    }
}

/// How far one client has read one stream.
struct Reading<'a> {
    stream: &'a Stream,
    /// Every number that was sent, in its order.
    offered: Vec<u64>,
    /// The place of the message that is due; none before the reader has joined.
    next: Option<usize>,
    got: BTreeSet<u64>,
    /// What was passed over without a word, and may still come late.
    missed: BTreeSet<u64>,
    /// Whether the client was told, since the last message, that its session is another one.
    is_fresh: bool,
}

impl<'a> Reading<'a> {
    fn of(records: &Records, stream: &'a Stream) -> Self {
        let numbers = records.offered.get(stream).into_iter().flatten().copied();
        let offered =
            numbers.filter(|number| !records.refused.contains(&(stream.clone(), *number))).collect();
        let next = (stream.kind() == StreamKind::Inbox).then_some(0);
        Self { stream, offered, next, got: BTreeSet::new(), missed: BTreeSet::new(), is_fresh: false }
    }

    fn fresh(&mut self) {
        self.is_fresh = true;
    }

    /// How many messages lie between the last one and `number`.
    fn missing_before(&self, number: u64) -> u64 {
        let place = self.offered.binary_search(&number).unwrap_or_default();
        self.next.map_or(0, |next| place.saturating_sub(next) as u64)
    }

    fn message(&mut self, number: u64, told: Told, row: &mut Row, judged: &mut Judged<'_>) {
        row.delivered += 1;
        self.is_fresh = false;
        let Ok(place) = self.offered.binary_search(&number) else {
            return judged.find(&self.stream.to_string(), Violation::NeverSent(number));
        };
        let next = self.next.unwrap_or(place);
        if !self.got.insert(number) {
            row.twice += 1;
            return judged.find(&self.stream.to_string(), Violation::Twice(number));
        }
        if place < next {
            row.out_of_order += 1;
            self.missed.remove(&number);
            let last = self.offered[next - 1];
            return judged.find(&self.stream.to_string(), Violation::OutOfOrder(number, last));
        }
        self.skip(next..place, told, row, judged);
        self.next = Some(place + 1);
    }

    /// The messages at `places` were passed over: were they told?
    fn skip(&mut self, places: Range<usize>, told: Told, row: &mut Row, judged: &mut Judged<'_>) {
        let missing = places.len() as u64;
        match told {
            Told::Number(0) => self.missed.extend(&self.offered[places]),
            Told::Number(told) if told != missing => {
                row.lost += missing.saturating_sub(told);
                row.told += missing.min(told);
                let before = self.offered[places.end];
                judged.find(&self.stream.to_string(), Violation::WrongGap { before, missing, told });
            }
            Told::Number(_) | Told::Unknown => row.told += missing,
        }
    }

    /// Nothing more comes. An inbox that is not `is_current` has ended with its session.
    fn end(&mut self, is_current: bool, told: Told, row: &mut Row, judged: &mut Judged<'_>) {
        // Whoever joined at whatever time gets the last message.
        let next = self.next.unwrap_or(self.offered.len().saturating_sub(1));
        let tail = &self.offered[next..];
        let is_over = self.is_fresh && self.stream.kind() == StreamKind::Inbox;
        let told = match told {
            Told::Number(told) if !is_over => tail.len().min(usize::try_from(told).unwrap_or(usize::MAX)),
            Told::Unknown if !is_current && !is_over => 0,
            Told::Number(_) | Told::Unknown => tail.len(),
        };
        row.told += told as u64;
        self.missed.extend(&tail[told..]);
        row.lost += self.missed.len() as u64;
        for number in &self.missed {
            judged.find(&self.stream.to_string(), Violation::Lost(*number));
        }
    }
}
