//! Client to server: each message is handled once and in order, or the client
//! is told that its outcome is unknown; after a crash it may be handled again,
//! marked.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judged, Row, Violation};
use crate::chaos::ledger::{ClientEvent, Handled, RunEnd};

const SEQUENCE: &str = "lane";

/// Compares what one client sent and was told with what listeners had of it.
pub(super) fn judge(
    events: &[ClientEvent],
    handled: &[Handled],
    runs: &[Option<RunEnd>],
    row: &mut Row,
    judged: &mut Judged<'_>,
) {
    let sent = numbers(events, |event| match event {
        ClientEvent::Sent(number) => Some(*number),
        _ => None,
    });
    let unknown = numbers(events, |event| match event {
        ClientEvent::OutcomeUnknown(number) => Some(*number),
        _ => None,
    });
    let acknowledged = numbers(events, |event| match event {
        ClientEvent::Acknowledged(number) => Some(*number),
        _ => None,
    });
    row.sent += sent.len() as u64;
    let arrived = judge_handled(handled, &sent, runs, row, judged);
    for &number in sent.difference(&arrived) {
        if unknown.contains(&number) {
            row.told += 1;
        } else {
            row.lost += 1;
            judged.find(SEQUENCE, Violation::Lost(number));
        }
    }
    for &number in acknowledged.difference(&arrived) {
        judged.find(SEQUENCE, Violation::AcknowledgedUnhandled(number));
    }
}

/// Looks at each delivery in its order; which messages arrived at all.
fn judge_handled(
    handled: &[Handled],
    sent: &BTreeSet<u64>,
    runs: &[Option<RunEnd>],
    row: &mut Row,
    judged: &mut Judged<'_>,
) -> BTreeSet<u64> {
    // In which life of the server each message was handled last.
    let mut last_run: BTreeMap<u64, usize> = BTreeMap::new();
    let mut highest = 0;
    for &Handled { number, run, is_redelivered } in handled {
        row.delivered += 1;
        if !sent.contains(&number) {
            judged.find(SEQUENCE, Violation::NeverSent(number));
        }
        match last_run.insert(number, run) {
            None if number < highest => {
                row.out_of_order += 1;
                judged.find(SEQUENCE, Violation::OutOfOrder(number, highest));
            }
            None => highest = number,
            Some(before) if !runs[before..run].contains(&Some(RunEnd::Killed)) => {
                row.twice += 1;
                judged.find(SEQUENCE, Violation::Twice(number));
            }
            Some(_) if !is_redelivered => {
                row.twice += 1;
                judged.find(SEQUENCE, Violation::Unmarked(number));
            }
            Some(_) => row.redelivered += 1,
        }
    }
    last_run.into_keys().collect()
}

fn numbers(events: &[ClientEvent], select: fn(&ClientEvent) -> Option<u64>) -> BTreeSet<u64> {
    events.iter().filter_map(select).collect()
}
