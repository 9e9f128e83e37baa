//! Server to one session: once, in order, and gaps exactly told.

use std::collections::{BTreeMap, BTreeSet};

use crate::session_world::cluster::{Cluster, Given, SessionKey};
use crate::session_world::finding::{Findings, Promise};
use crate::session_world::page::{InboxEntry, InboxLife, Page};

/// The number that each payload has in its session's inbox.
pub(super) fn numbers(given: &Given) -> BTreeMap<u64, (SessionKey, u64)> {
    let of_session = |(&key, sent): (&SessionKey, &BTreeMap<u64, u64>)| {
        sent.iter().map(move |(&number, &payload)| (payload, (key, number))).collect::<Vec<_>>()
    };
    given.sent.iter().flat_map(of_session).collect()
}

/// What the page received, session by session.
pub(super) fn received(
    cluster: &Cluster,
    number_of: &BTreeMap<u64, (SessionKey, u64)>,
    page: &Page,
    findings: &mut Findings,
) {
    let lives = &page.told.inbox.lives;
    for (index, life) in lives.iter().enumerate() {
        let nothing = BTreeMap::new();
        let sent = cluster.given.sent.get(&life.session).unwrap_or(&nothing);
        let next = follow(life, sent, number_of, findings);
        let is_current = index + 1 == lives.len() && !page.told.is_over();
        if is_current && cluster.is_connected(life.session) {
            missing(life.session, sent, next, u64::MAX, findings);
        }
    }
}

/// Follows the numbers of what came; the one after the last.
fn follow(
    life: &InboxLife,
    sent: &BTreeMap<u64, u64>,
    number_of: &BTreeMap<u64, (SessionKey, u64)>,
    findings: &mut Findings,
) -> u64 {
    let session = life.session;
    let mut next = 1;
    for entry in &life.entries {
        match *entry {
            InboxEntry::Payload(payload) => {
                let known = payload.and_then(|payload| number_of.get(&payload));
                let Some(&(_, number)) = known.filter(|(key, _)| *key == session) else {
                    findings.add(Promise::ToldTruly, format!("session {session} was never sent {payload:?}"));
                    continue;
                };
                if number < next {
                    findings.add(
                        Promise::NothingTwice,
                        format!("session {session}: {number} came again, or late"),
                    );
                }
                missing(session, sent, next, number, findings);
                next = next.max(number + 1);
            }
            InboxEntry::Gap(gap) => {
                if gap.from < next {
                    findings.add(Promise::ToldTruly, format!("session {session}: {gap:?} was not lost"));
                }
                missing(session, sent, next, gap.from, findings);
                next = gap.to + 1;
            }
        }
    }
    next
}

/// What was sent from `next` up to `number` never came, and nobody was told.
fn missing(session: SessionKey, sent: &BTreeMap<u64, u64>, next: u64, number: u64, findings: &mut Findings) {
    if next < number {
        for (missing, payload) in sent.range(next..number) {
            let what = format!("session {session}: {missing} ({payload}) is missing and was not told");
            findings.add(Promise::NothingLost, what);
        }
    }
}

/// Requests to clients: each settled once, and none delivered that is said to be undelivered.
pub(super) fn requests(given: &Given, pages: &[Page], findings: &mut Findings) {
    let entries = pages.iter().flat_map(|page| &page.told.inbox.lives).flat_map(|life| &life.entries);
    let received: BTreeSet<u64> = entries
        .filter_map(|entry| match entry {
            InboxEntry::Payload(payload) => *payload,
            InboxEntry::Gap(_) => None,
        })
        .collect();
    for (payload, asked) in &given.asked {
        let expected = u32::from(!asked.is_orphan);
        if asked.settled != expected && !(asked.is_orphan && asked.settled == 1) {
            let what = format!("the server's request {payload} was settled {} times", asked.settled);
            findings.add(Promise::SettledOnce, what);
        }
        if asked.is_undelivered && received.contains(payload) {
            findings.add(Promise::ToldTruly, format!("{payload} was delivered after all"));
        }
    }
}
