//! Requests: a handler is given each one once, and its client is told its
//! reply, or that it was interrupted or lost with its session, once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judged, Row, Violation};
use crate::chaos::ledger::{Asked, ClientEvent, Records, RunEnd};

const SEQUENCE: &str = "requests";

/// Compares what one client asked and was told with what handlers were given of it.
pub(super) fn judge(
    events: &[ClientEvent],
    asked: &[Asked],
    records: &Records,
    row: &mut Row,
    judged: &mut Judged<'_>,
) {
    let requested: BTreeSet<u64> = events.iter().filter_map(requested).collect();
    row.sent += requested.len() as u64;
    let handled = judge_asked(asked, &requested, &records.runs, row, judged);
    let mut settled = BTreeSet::new();
    for event in events {
        let Some(number) = judge_settled(event, &handled, records, row, judged) else { continue };
        if !settled.insert(number) {
            row.twice += 1;
            judged.find(SEQUENCE, Violation::Twice(number));
        }
    }
    for &number in requested.difference(&settled) {
        row.lost += 1;
        judged.find(SEQUENCE, Violation::Lost(number));
    }
}

const fn requested(event: &ClientEvent) -> Option<u64> {
    match event {
        ClientEvent::Requested(number) => Some(*number),
        _ => None,
    }
}

/// Looks at each call of a handler; which requests any of them was given.
fn judge_asked(
    asked: &[Asked],
    requested: &BTreeSet<u64>,
    runs: &[Option<RunEnd>],
    row: &mut Row,
    judged: &mut Judged<'_>,
) -> BTreeSet<u64> {
    let mut last: BTreeMap<u64, usize> = BTreeMap::new();
    for &Asked { number, run } in asked {
        row.delivered += 1;
        if !requested.contains(&number) {
            judged.find(SEQUENCE, Violation::NeverSent(number));
        }
        match last.insert(number, run) {
            None => {}
            Some(before) if runs[before..run].contains(&Some(RunEnd::Killed)) => row.redelivered += 1,
            Some(_) => {
                row.twice += 1;
                judged.find(SEQUENCE, Violation::Twice(number));
            }
        }
    }
    last.into_keys().collect()
}

/// Looks at what a client was told of a request; its number, if `event` is about one.
fn judge_settled(
    event: &ClientEvent,
    handled: &BTreeSet<u64>,
    records: &Records,
    row: &mut Row,
    judged: &mut Judged<'_>,
) -> Option<u64> {
    let has_ended = |end| records.runs.contains(&Some(end));
    let (number, is_excused) = match event {
        ClientEvent::Replied(number) => {
            if !handled.contains(number) {
                judged.find(SEQUENCE, Violation::AnsweredUnhandled(*number));
            }
            return Some(*number);
        }
        ClientEvent::RequestInterrupted(number) => {
            (*number, has_ended(RunEnd::Terminated) || has_ended(RunEnd::Killed))
        }
        // A reply may have been among what fell out of a small ring.
        ClientEvent::RequestUnknown(number) => (*number, has_ended(RunEnd::Killed) || records.excuses_gaps),
        ClientEvent::RequestFailed(number, why) => {
            judged.find(SEQUENCE, Violation::RequestFailed(*number, why.clone()));
            return Some(*number);
        }
        _ => return None,
    };
    row.told += 1;
    if !is_excused {
        judged.find(SEQUENCE, Violation::Unexcused(format!("that request {number} has no reply")));
    }
    Some(number)
}
