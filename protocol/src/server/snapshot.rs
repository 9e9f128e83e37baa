//! A session between two processes.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

use super::readings::Readings;
use super::{Session, SessionConfig, State};
use crate::Instant;
use crate::message::LaneMessage;
use crate::parts::credit::Grant;
use crate::parts::inbox::Inbox;
use crate::parts::pace::Pace;
use crate::parts::pending::PendingRequests;
use crate::parts::ring::Ring;
use crate::parts::tokens::KnownTokens;
use crate::wire::{FailureCode, Id};

/// What has to move with a session so that its client can resume it elsewhere.
///
/// Payloads and not frames; requests of the server are not part of it: who waits for them does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot<P, H> {
    /// Its name.
    pub id: Id,
    /// When its window is over; none while a connection is in charge, for then it has not begun.
    pub until: Option<Instant>,
    /// The tokens that are good.
    pub tokens: KnownTokens<H>,
    /// The last number of the client's lane that is done.
    pub done: u64,
    /// Numbers beyond it that are finished already, as requests are whose handlers have them.
    pub finished_ahead: Vec<u64>,
    /// Requests of the client that were handed out and not answered.
    pub unanswered: Vec<u64>,
    /// The sum of bytes that is done, for the credit.
    pub done_bytes: u64,
    /// The last number of the inbox.
    pub last: u64,
    /// The messages of the inbox that are kept, oldest first, with their sizes; the newest has the number `last`.
    pub kept: Vec<(LaneMessage<P>, u32)>,
    /// The last number that was in doubt already.
    pub doubtful: u64,
    /// Whether the listener may have got more of the client's lane than `done` says: the process crashed.
    pub is_doubtful: bool,
}

impl<P: Clone + Default, H: PartialEq + Clone, R> Session<P, H, R> {
    /// The session as it is now, for a process that stops cleanly: nothing may be with the listener any more.
    ///
    /// What was taken in and not done is left out: its client still has it, and sends it again.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<P, H> {
        let until = match self.state {
            State::Suspended { until } => Some(until),
            State::Connected { .. } | State::Ended { .. } => None,
        };
        Snapshot {
            id: self.id,
            until,
            tokens: self.tokens.clone(),
            done: self.lane.done(),
            finished_ahead: self.lane.finished_ahead().collect(),
            unanswered: self.unanswered.iter().copied().collect(),
            done_bytes: self.lane.done_bytes(),
            last: self.ring.last(),
            kept: self.ring.kept().map(|(message, bytes)| (message.clone(), bytes)).collect(),
            doubtful: self.lane.doubtful(),
            is_doubtful: self.is_doubtful,
        }
    }

    /// The session again, suspended: its client has until `until` on this process's clock, or the whole window.
    ///
    /// A request that is not sent again and whose handler is gone fails as interrupted, or its client would wait for
    /// ever.
    #[must_use]
    pub fn restore(config: SessionConfig, now: Instant, snapshot: Snapshot<P, H>) -> Self {
        let mut ring = Ring::restore(snapshot.last, snapshot.kept, config.max_ring_bytes);
        let is_handed_out =
            |number: &u64| *number <= snapshot.done || snapshot.finished_ahead.contains(number);
        for to in snapshot.unanswered.into_iter().filter(is_handed_out) {
            let (code, payload) = (FailureCode::INTERRUPTED, P::default());
            ring.push(LaneMessage::Failure { to, code, payload }, 0);
        }
        let mut lane = Inbox::from_done(snapshot.done, snapshot.done_bytes, snapshot.finished_ahead);
        lane.doubt(snapshot.doubtful);
        Self {
            id: snapshot.id,
            state: State::Suspended { until: snapshot.until.unwrap_or(now + config.window) },
            tokens: snapshot.tokens,
            lane,
            is_doubtful: snapshot.is_doubtful,
            grant: Grant::from_done(snapshot.done_bytes, config.max_inbound_bytes),
            pace: Pace::after(snapshot.done),
            ring,
            sent: 0,
            pending: PendingRequests::new(config.max_requests),
            unanswered: BTreeSet::new(),
            readings: Readings::new(config.max_subscriptions),
            heartbeat: None,
            outputs: VecDeque::new(),
            config,
        }
    }
}
