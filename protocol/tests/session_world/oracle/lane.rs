//! Client to server: once, in order, or told.

use std::collections::{BTreeMap, BTreeSet};

use crate::session_world::Kind;
use crate::session_world::cluster::Given;
use crate::session_world::finding::{Findings, Promise};
use crate::session_world::page::Page;

/// What listeners and handlers were given: in order as long as no process crashed, and never twice without a mark.
pub(super) fn deliveries(given: &Given, findings: &mut Findings) {
    let mut last = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for delivery in &given.deliveries {
        let payload = delivery.payload;
        if !seen.insert(payload) && !delivery.redelivered {
            findings.add(Promise::NothingTwice, format!("{payload} was delivered again without a mark"));
        }
        let before = last.insert((delivery.session, delivery.crashes, delivery.kind), payload);
        if let Some(before) = before.filter(|&before| before >= payload) {
            findings.add(Promise::InOrder, format!("{payload} came after {before}"));
        }
        if delivery.redelivered && delivery.crashes == 0 {
            findings.add(Promise::ToldTruly, format!("{payload} was marked, and no process had crashed"));
        }
    }
}

/// What the page was told of what it sent and asked.
pub(super) fn outcomes(given: &Given, page: &Page, findings: &mut Findings) {
    let delivered: BTreeSet<u64> = given.deliveries.iter().map(|delivery| delivery.payload).collect();
    for (&payload, fate) in &page.told.lane.fates {
        if fate.unknown == 0 && fate.kind != Kind::Request && !delivered.contains(&payload) {
            findings.add(Promise::NothingLost, format!("{payload} was lost without a word"));
        }
        if fate.acknowledged > 0 && !given.finished.contains(&payload) {
            findings.add(Promise::ToldTruly, format!("{payload} was acknowledged and never finished"));
        }
        let told = fate.acknowledged + fate.unknown;
        if told != 1 && fate.kind != Kind::Request {
            findings.add(Promise::ToldTruly, format!("the outcome of {payload} was told {told} times"));
        }
        if fate.kind == Kind::Request && fate.settled != 1 {
            let what = format!("the request {payload} was settled {} times", fate.settled);
            findings.add(Promise::SettledOnce, what);
        }
        // A refusal is a message of the inbox, and may be lost with it.
        let is_refused = fate.kind == Kind::Publication { is_secret: true };
        let may_be_lost = is_refused && (fate.unknown > 0 || page.told.inbox.has_lost_something());
        if fate.refused != u32::from(is_refused) && !may_be_lost {
            findings.add(Promise::ToldTruly, format!("{payload} was refused {} times", fate.refused));
        }
    }
}
