//! What became of what the page sent and asked.

use std::collections::{BTreeMap, VecDeque};

use crate::session_world::Kind;
use crate::session_world::finding::{Findings, Promise};
use crate::session_world::tally::Tally;

/// What the page was told of something that it sent.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Fate {
    pub(in super::super) kind: Kind,
    pub(in super::super) acknowledged: u32,
    pub(in super::super) unknown: u32,
    /// How often a request was settled.
    pub(in super::super) settled: u32,
    /// How often a publication was refused.
    pub(in super::super) refused: u32,
}

/// A number of the lane that is neither acknowledged nor of unknown outcome.
#[derive(Clone, Copy, Debug)]
struct Outstanding {
    number: u64,
    /// None for a reply, of which nothing is told.
    payload: Option<u64>,
    charge: u64,
}

#[derive(Debug, Default)]
pub(in super::super) struct Lane {
    pub(in super::super) fates: BTreeMap<u64, Fate>,
    outstanding: VecDeque<Outstanding>,
    /// What was outstanding when the session was lost, and has not been told of yet.
    orphans: VecDeque<Outstanding>,
    /// The requests that wait, and their numbers.
    waiting: BTreeMap<u64, u64>,
    /// The publications of this session, by their numbers.
    publications: BTreeMap<u64, u64>,
    /// The last number that was written to any wire in this session, and in the one before.
    transmitted: u64,
    transmitted_before: u64,
}

impl Lane {
    // What the page did.

    pub(super) fn accepted(&mut self, number: u64, payload: u64, bytes: u32, kind: Kind) {
        self.fates.insert(payload, Fate { kind, acknowledged: 0, unknown: 0, settled: 0, refused: 0 });
        match kind {
            Kind::Message => {}
            Kind::Request => drop(self.waiting.insert(payload, number)),
            Kind::Publication { .. } => drop(self.publications.insert(number, payload)),
        }
        self.push(number, Some(payload), bytes);
    }

    pub(super) fn replied(&mut self, number: u64, bytes: u32) {
        self.push(number, None, bytes);
    }

    fn push(&mut self, number: u64, payload: Option<u64>, bytes: u32) {
        self.outstanding.push_back(Outstanding { number, payload, charge: u64::from(bytes.max(16)) });
    }

    pub(super) fn transmitted(&mut self, number: u64) {
        self.transmitted = self.transmitted.max(number);
    }

    // What it was told.

    /// The request has its reply, or never will.
    pub(super) fn settled(&mut self, payload: u64) {
        self.waiting.remove(&payload);
        self.tell(payload, |fate| fate.settled += 1);
    }

    pub(super) fn acknowledged(&mut self, number: u64) {
        while let Some(oldest) = self.outstanding.pop_front_if(|oldest| oldest.number <= number) {
            if let Some(payload) = oldest.payload {
                self.tell(payload, |fate| fate.acknowledged += 1);
            }
        }
    }

    /// The session is lost: each outstanding message is either moved or of unknown outcome.
    pub(super) fn lost(&mut self) {
        self.orphans = std::mem::take(&mut self.outstanding);
        self.transmitted_before = std::mem::take(&mut self.transmitted);
        self.publications.clear();
    }

    pub(super) fn moved(&mut self, number: u64, to: u64, findings: &mut Findings) {
        if number <= self.transmitted_before {
            findings.add(Promise::ToldTruly, format!("{number} was transmitted and moved all the same"));
        }
        if let Some(orphan) = self.take_orphan(number) {
            self.outstanding.push_back(Outstanding { number: to, ..orphan });
            let Some(payload) = orphan.payload else { return };
            match self.fates[&payload].kind {
                Kind::Message => {}
                // Unless it was given up or timed out before.
                Kind::Request => drop(self.waiting.entry(payload).and_modify(|waiting| *waiting = to)),
                Kind::Publication { .. } => drop(self.publications.insert(to, payload)),
            }
        }
    }

    pub(super) fn unknown(&mut self, number: u64, findings: &mut Findings) {
        if number > self.transmitted_before {
            findings.add(
                Promise::ToldTruly,
                format!("{number} was never transmitted, and is said to be unknown"),
            );
        }
        if let Some(payload) = self.take_orphan(number).and_then(|orphan| orphan.payload) {
            self.tell(payload, |fate| fate.unknown += 1);
        }
    }

    fn take_orphan(&mut self, number: u64) -> Option<Outstanding> {
        let place = self.orphans.iter().position(|orphan| orphan.number == number)?;
        self.orphans.remove(place)
    }

    /// The conversation is over: everything that is outstanding is of unknown outcome.
    pub(super) fn over(&mut self, tally: &mut Tally) {
        self.transmitted = 0;
        self.publications.clear();
        for payload in std::mem::take(&mut self.outstanding).into_iter().filter_map(|gone| gone.payload) {
            self.tell(payload, |fate| fate.unknown += 1);
            tally.outcomes += 1;
        }
    }

    /// The publication `number` was refused.
    pub(super) fn refused(&mut self, number: u64, findings: &mut Findings) {
        match self.publications.get(&number) {
            Some(&payload) => self.tell(payload, |fate| fate.refused += 1),
            None => findings.add(Promise::ToldTruly, format!("{number} was refused, and is no publication")),
        }
    }

    fn tell(&mut self, payload: u64, what: impl FnOnce(&mut Fate)) {
        if let Some(fate) = self.fates.get_mut(&payload) {
            what(fate);
        }
    }

    // Questions.

    /// The number and the payload of the oldest request that waits for its reply.
    pub(super) fn oldest_request(&self) -> Option<(u64, u64)> {
        self.waiting.first_key_value().map(|(&payload, &number)| (number, payload))
    }

    /// What the outstanding messages count as, in bytes.
    pub(super) fn charged(&self) -> u64 {
        self.outstanding.iter().map(|outstanding| outstanding.charge).sum()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.outstanding.is_empty() && self.waiting.is_empty()
    }
}
