//! What a client may be told at all: that something is lost or in doubt, where
//! a process has crashed, and never that its session has ended.

use super::{Judged, Violation};
use crate::chaos::ledger::{ClientEvent, RunEnd};

const SEQUENCE: &str = "session";

/// Looks for what one client should never have been told.
pub(super) fn judge(events: &[ClientEvent], runs: &[Option<RunEnd>], judged: &mut Judged<'_>) {
    let is_excused = runs.contains(&Some(RunEnd::Killed));
    for event in events {
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
