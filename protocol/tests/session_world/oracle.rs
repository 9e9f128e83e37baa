//! What has to be true in the end, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use super::Payload;
use super::node::{Node, SECRET};
use super::page::{InboxLife, Page};

/// How much happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) dials: u64,
    pub(crate) resumed: u64,
    pub(crate) fresh: u64,
    pub(crate) gaps: u64,
    pub(crate) stops: u64,
    pub(crate) delivered: u64,
    pub(crate) redelivered: u64,
    pub(crate) subscribed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.dials += other.dials;
        self.resumed += other.resumed;
        self.fresh += other.fresh;
        self.gaps += other.gaps;
        self.stops += other.stops;
        self.delivered += other.delivered;
        self.redelivered += other.redelivered;
        self.subscribed += other.subscribed;
    }

    /// Whether everything that can happen has happened: a quiet run proves nothing.
    pub(crate) fn is_stormy(&self) -> bool {
        let counts = [self.resumed, self.fresh, self.gaps, self.stops, self.redelivered, self.subscribed];
        counts.into_iter().all(|count| count > 20)
    }
}

/// Every promise that was not kept, in words.
pub(super) fn findings(node: &Node, pages: &[Page]) -> Vec<String> {
    let mut findings = takeovers(node);
    for (number, page) in pages.iter().enumerate() {
        let mut find = |what: String| findings.push(format!("page {number}: {what}"));
        lane(node, page, &mut find);
        requests(page, &mut find);
        inbox(node, page, &mut find);
        broadcast(node, page, &mut find);
        topics(node, page, &mut find);
        publications(node, page, &mut find);
        if page.told.ended {
            find("a violation ended the session".into());
        }
    }
    findings
}

/// A session is never taken back by an older attempt.
fn takeovers(node: &Node) -> Vec<String> {
    let mut last = BTreeMap::new();
    let mut findings = Vec::new();
    for &(session, attempt) in &node.given.takeovers {
        let before = last.insert(session, attempt);
        if let Some(before) = before.filter(|&before| before >= attempt) {
            findings.push(format!("session {session}: attempt {attempt} took over after {before}"));
        }
    }
    findings
}

/// Client to server: once, in order, or told.
fn lane(node: &Node, page: &Page, find: &mut impl FnMut(String)) {
    let own: BTreeSet<Payload> = page.told.sent.iter().chain(&page.told.asked).copied().collect();
    let messages: BTreeSet<Payload> = page.told.sent.iter().copied().collect();
    let unknown: BTreeSet<Payload> = page.told.unknown.iter().copied().collect();
    let mut counts: BTreeMap<Payload, u32> = BTreeMap::new();
    let mut last = 0;
    for &(payload, redelivered) in node.given.delivered.iter().filter(|(payload, _)| own.contains(payload)) {
        let count = counts.entry(payload).or_default();
        *count += 1;
        if *count > 1 && !redelivered {
            find(format!("{payload} was delivered {count} times without a mark"));
        }
        if messages.contains(&payload) && !redelivered {
            if payload < last {
                find(format!("{payload} came after {last}"));
            }
            last = payload;
        }
    }
    for payload in &messages {
        if !unknown.contains(payload) && !counts.contains_key(payload) {
            find(format!("{payload} was lost without a word"));
        }
    }
    for payload in &page.told.acknowledged {
        if messages.contains(payload) && !node.given.finished.contains(payload) {
            find(format!("{payload} was acknowledged and never finished"));
        }
    }
    let told: BTreeSet<Payload> = page.told.acknowledged.iter().copied().chain(unknown).collect();
    for payload in messages.difference(&told) {
        find(format!("{payload} is neither acknowledged nor unknown"));
    }
}

/// Each request is settled once.
fn requests(page: &Page, find: &mut impl FnMut(String)) {
    let mut settled: BTreeMap<Payload, u32> = BTreeMap::new();
    for &(payload, _) in &page.told.settled {
        *settled.entry(payload).or_default() += 1;
    }
    for payload in &page.told.asked {
        let count = settled.get(payload).copied().unwrap_or_default();
        if count != 1 {
            find(format!("the request {payload} was settled {count} times"));
        }
    }
}

/// Server to one session: once, in order, and gaps exactly told.
fn inbox(node: &Node, page: &Page, find: &mut impl FnMut(String)) {
    let sent_to: BTreeMap<Payload, u64> = node
        .given
        .sent
        .iter()
        .flat_map(|(&key, payloads)| payloads.iter().map(move |&payload| (payload, key)))
        .collect();
    for (number, life) in page.told.inbox.iter().enumerate() {
        if !life.payloads.is_sorted_by(|one, other| one < other) {
            find(format!("life {number}: the inbox is out of order or repeats: {:?}", life.payloads));
        }
        let Some(key) = life.payloads.first().and_then(|payload| sent_to.get(payload)) else { continue };
        let is_last = number + 1 == page.told.inbox.len();
        complete(&node.given.sent[key], life, is_last && node.is_alive(*key), number, find);
    }
}

/// What is missing between the first and the last message that came has to have been told.
fn complete(
    sent: &[Payload],
    life: &InboxLife,
    is_alive: bool,
    number: usize,
    find: &mut impl FnMut(String),
) {
    let got: BTreeSet<Payload> = life.payloads.iter().copied().collect();
    let last = life.payloads.last().copied().unwrap_or_default();
    let expected = sent.iter().filter(|&&payload| is_alive || payload <= last);
    let missing = expected.filter(|payload| !got.contains(payload)).count() as u64;
    // A gap also counts the replies that were lost with the messages.
    if missing > life.lost {
        find(format!("life {number}: {missing} messages are missing and {} were told", life.lost));
    }
}

/// Broadcast: offsets follow each other, or the gap is told.
fn broadcast(node: &Node, page: &Page, find: &mut impl FnMut(String)) {
    for (epoch, (offsets, lost)) in &page.told.broadcast {
        let mut next = None;
        for &offset in offsets {
            let expected = next.unwrap_or(offset);
            if offset < expected {
                find(format!("{epoch}: offset {offset} came again"));
            }
            if let Some(silent) = (expected..offset).find(|missing| !lost.contains(missing)) {
                find(format!("{epoch}: offset {silent} is missing and was not told"));
            }
            next = Some(offset + 1);
        }
        if node.given.published.get(epoch).is_some_and(|&last| next.is_some_and(|next| next > last + 1)) {
            find(format!("{epoch}: an offset came that was never published"));
        }
    }
}

/// Topics: what is held is read to its end, every offset once and in order or told.
fn topics(node: &Node, page: &Page, find: &mut impl FnMut(String)) {
    for (&name, reading) in &page.told.topics {
        for finding in reading.findings(node.topic_end(name)) {
            find(format!("{name}: {finding}"));
        }
    }
}

/// What is acknowledged was published, or is told to be refused; the rest is told to be unknown.
fn publications(node: &Node, page: &Page, find: &mut impl FnMut(String)) {
    let acknowledged: BTreeSet<Payload> = page.told.acknowledged.iter().copied().collect();
    let unknown: BTreeSet<Payload> = page.told.unknown.iter().copied().collect();
    let refused: BTreeSet<Payload> = page.told.refused.iter().copied().collect();
    // A refusal is a message of the inbox, and can be lost with it.
    let loses_inbox = page.told.inbox.len() > 1 || page.told.inbox.iter().any(|life| life.lost > 0);
    for &(payload, topic) in &page.told.published {
        if !acknowledged.contains(&payload) && !unknown.contains(&payload) {
            find(format!("the publication {payload} is neither acknowledged nor unknown"));
        }
        let is_secret = topic == SECRET;
        if refused.contains(&payload) != is_secret && !(is_secret && loses_inbox) {
            find(format!("the publication {payload} to {topic} was refused wrongly, or not"));
        }
        if acknowledged.contains(&payload) && !is_secret && !node.given.published_to_topics.contains(&payload)
        {
            find(format!("{payload} was acknowledged and never published"));
        }
    }
}
