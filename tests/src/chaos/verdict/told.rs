//! What a client may be told at all: that something is lost or in doubt, where
//! a process has crashed; of a gap also where the server keeps little; and
//! never that its session has ended.

use super::{Judged, Violation};
use crate::chaos::ledger::{ClientEvent, Records, RunEnd};

const SEQUENCE: &str = "session";

/// Looks for what one client should never have been told.
pub(super) fn judge(events: &[ClientEvent], records: &Records, judged: &mut Judged<'_>) {
    let has_crashed = records.runs.contains(&Some(RunEnd::Killed));
    for event in events {
        let is_excused = has_crashed || records.excuses_gaps && matches!(event, ClientEvent::Gap(..));
        if let ClientEvent::Ended(why) = event {
            judged.find(SEQUENCE, Violation::Ended(why.clone()));
        } else if let Some(told) = loss_or_doubt(event).filter(|_| !is_excused) {
            judged.find(SEQUENCE, Violation::Unexcused(told));
        }
    }
}

fn loss_or_doubt(event: &ClientEvent) -> Option<String> {
    match event {
        ClientEvent::Fresh(reason) => Some(format!("fresh {reason}")),
        ClientEvent::Gap(stream, lost) => Some(format!("a gap of {lost} in {stream}")),
        ClientEvent::Reset(stream) => Some(format!("a reset of {stream}")),
        ClientEvent::OutcomeUnknown(number) => Some(format!("that the outcome of {number} is unknown")),
        _ => None,
    }
}
