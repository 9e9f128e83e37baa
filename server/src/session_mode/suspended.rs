//! The sessions of a server that wait for their clients to come back.
//!
//! Owns: when each one's window is over, and how many bytes they keep together.
//! Never: ends one, or takes a session's lock; whoever asks does.

use std::collections::BTreeMap;

use staywire_protocol::Instant;

use crate::session::Session;
use crate::sync::Mutex;

pub(crate) struct SuspendedSessions {
    max_bytes: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that has been silent for the longest first.
    waiting: BTreeMap<Ticket, Waiting>,
    bytes: u64,
    last_number: u64,
}

struct Waiting {
    session: Session,
    bytes: u64,
}

/// A place in the line: when the window is over, and a number that makes it unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    until: Instant,
    number: u64,
}

impl SuspendedSessions {
    /// Sessions that keep at most `max_bytes` bytes together.
    pub(crate) fn new(max_bytes: u64) -> Self {
        Self { max_bytes, state: Mutex::default() }
    }

    /// `session` has no connection any more; its inbox keeps `bytes` bytes.
    pub(crate) fn add(&self, session: Session, until: Instant, bytes: u64) -> Ticket {
        let mut state = self.state.lock();
        state.last_number += 1;
        let ticket = Ticket { until, number: state.last_number };
        state.bytes += bytes;
        state.waiting.insert(ticket, Waiting { session, bytes });
        ticket
    }

    /// The session has a connection again, or is over.
    pub(crate) fn remove(&self, ticket: Ticket) {
        let mut state = self.state.lock();
        let Some(waiting) = state.waiting.remove(&ticket) else { return };
        state.bytes -= waiting.bytes;
    }

    /// The session's inbox keeps `bytes` bytes by now.
    pub(crate) fn charge(&self, ticket: Ticket, bytes: u64) {
        let mut state = self.state.lock();
        let Some(waiting) = state.waiting.get_mut(&ticket) else { return };
        let before = std::mem::replace(&mut waiting.bytes, bytes);
        state.bytes = state.bytes - before + bytes;
    }

    /// The sessions whose windows are over.
    pub(crate) fn due(&self, now: Instant) -> Vec<Session> {
        let state = self.state.lock();
        let due = state.waiting.iter().take_while(|(ticket, _)| ticket.until <= now);
        due.map(|(_, waiting)| waiting.session.clone()).collect()
    }

    /// The sessions that have to go for the others to stay within the bound: those silent for the longest.
    pub(crate) fn excess(&self) -> Vec<Session> {
        let state = self.state.lock();
        let mut excess = state.bytes.saturating_sub(self.max_bytes);
        let goes = |waiting: &&Waiting| {
            let goes = excess > 0;
            excess = excess.saturating_sub(waiting.bytes);
            goes
        };
        state.waiting.values().take_while(goes).map(|waiting| waiting.session.clone()).collect()
    }
}
