//! Client to server: each message is handled once and in order, or the client
//! is told that its outcome is unknown; after a crash it may be handled again,
//! marked, and what a listener was stopped over has to be.

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

/// Looks at each delivery in its order; which messages a listener has had to the end.
fn judge_handled(
    handled: &[Handled],
    sent: &BTreeSet<u64>,
    runs: &[Option<RunEnd>],
    row: &mut Row,
    judged: &mut Judged<'_>,
) -> BTreeSet<u64> {
    let mut last: BTreeMap<u64, Handled> = BTreeMap::new();
    let mut highest = 0;
    for &again in handled {
        let Handled { number, run, is_redelivered, .. } = again;
        row.delivered += 1;
        if !sent.contains(&number) {
            judged.find(SEQUENCE, Violation::NeverSent(number));
        }
        match last.insert(number, again) {
            None if number < highest => {
                row.out_of_order += 1;
                judged.find(SEQUENCE, Violation::OutOfOrder(number, highest));
            }
            None => highest = number,
            Some(before)
                if !before.is_interrupted && !runs[before.run..run].contains(&Some(RunEnd::Killed)) =>
            {
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
    last.into_values().filter(|last| !last.is_interrupted).map(|last| last.number).collect()
}

fn numbers(events: &[ClientEvent], select: fn(&ClientEvent) -> Option<u64>) -> BTreeSet<u64> {
    events.iter().filter_map(select).collect()
}
