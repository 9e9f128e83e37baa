//! What happened on the server's side, for the oracle.

use std::collections::{BTreeMap, BTreeSet};

use staywire_protocol::message::RequestError;

use super::SessionKey;
use crate::session_world::Kind;
use crate::session_world::finding::{Findings, Promise};
use crate::session_world::payload::Payload;

/// A message that a listener got, a request that a handler got, or a publication.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Delivery {
    pub(in super::super) session: SessionKey,
    /// How often a process that held the session had crashed before.
    pub(in super::super) crashes: u32,
    pub(in super::super) payload: u64,
    pub(in super::super) kind: Kind,
    pub(in super::super) redelivered: bool,
}

/// What became of a request to a client.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Asked {
    pub(in super::super) settled: u32,
    /// Who waited is gone with its process.
    pub(in super::super) is_orphan: bool,
    /// It was said that it never reached the client.
    pub(in super::super) is_undelivered: bool,
}

#[derive(Debug, Default)]
pub(in super::super) struct Given {
    pub(in super::super) deliveries: Vec<Delivery>,
    /// What a listener is done with, or a handler was given.
    pub(in super::super) finished: BTreeSet<u64>,
    /// What was sent to each session's inbox, by number.
    pub(in super::super) sent: BTreeMap<SessionKey, BTreeMap<u64, u64>>,
    pub(in super::super) asked: BTreeMap<u64, Asked>,
    /// The last attempt that took each session over.
    pub(super) taken_over: BTreeMap<SessionKey, u64>,
    pub(in super::super) findings: Findings,
}

impl Given {
    /// A session is never taken back by an older attempt.
    pub(super) fn took_over(&mut self, session: SessionKey, attempt: u64) {
        let before = self.taken_over.insert(session, attempt);
        if let Some(before) = before.filter(|&before| before >= attempt) {
            let what = format!("session {session}: attempt {attempt} took over after {before}");
            self.findings.add(Promise::ToldTruly, what);
        }
    }

    pub(super) fn settled(&mut self, payload: u64, result: &Result<Payload, RequestError<Payload>>) {
        let asked = self.asked.entry(payload).or_default();
        asked.settled += 1;
        asked.is_undelivered |= *result == Err(RequestError::Undelivered);
        if let Ok(reply) = result
            && !reply.answers(payload)
        {
            self.findings.add(Promise::ToldTruly, format!("the request {payload} was answered {reply:?}"));
        }
    }
}
