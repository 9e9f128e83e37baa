//! What a page was told of one topic, held against itself.
//!
//! Owns: the next offset that has to come. A message that is another one, or
//! that comes while nobody reads, is a finding at once.

use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::StreamPosition;

#[derive(Debug, Default)]
pub(super) struct Reading {
    is_held: bool,
    /// The position that the subscription was asked from, if from one.
    asked_from: Option<StreamPosition>,
    /// The last position that was told, while it is read.
    at: Option<StreamPosition>,
    /// The last position that was ever told.
    last: Option<StreamPosition>,
    findings: Vec<String>,
}

impl Reading {
    pub(super) const fn is_held(&self) -> bool {
        self.is_held
    }

    /// The position that an application would have stored.
    pub(super) const fn last(&self) -> Option<StreamPosition> {
        self.last
    }

    pub(super) const fn hold(&mut self, asked_from: Option<StreamPosition>) {
        self.is_held = true;
        self.asked_from = asked_from;
    }

    pub(super) const fn let_go(&mut self) {
        self.is_held = false;
        self.at = None;
    }

    pub(super) fn on_subscribed(&mut self, position: StreamPosition) {
        if !self.is_held || self.at.is_some() {
            self.find(format!("subscribed at {position:?} without having asked"));
        }
        let asked = self.asked_from.filter(|asked| asked.epoch == position.epoch);
        self.at = Some(asked.unwrap_or(position));
    }

    pub(super) fn on_gap(&mut self, gap: Gap) {
        match &mut self.at {
            Some(at) if at.offset + 1 == gap.from => at.offset = gap.to,
            at => {
                let finding = format!("{gap:?} was told at {at:?}");
                self.find(finding);
            }
        }
    }

    pub(super) fn on_reset(&mut self, position: StreamPosition) {
        if self.at.replace(position).is_none() {
            self.find(format!("reset to {position:?} and not read"));
        }
    }

    pub(super) fn on_message(&mut self, position: StreamPosition) {
        let expected = self.at.map(|at| StreamPosition { offset: at.offset + 1, ..at });
        if expected != Some(position) {
            self.find(format!("{position:?} came instead of {expected:?}"));
        }
        self.last = Some(position);
        self.at = self.at.and(self.last);
    }

    /// What is not as promised, where the topic ends at `end`.
    pub(super) fn findings(&self, end: Option<StreamPosition>) -> Vec<String> {
        let mut findings = self.findings.clone();
        if self.is_held && self.at != end {
            findings.push(format!("it ends at {end:?} and was read up to {:?}", self.at));
        }
        findings
    }

    fn find(&mut self, what: String) {
        self.findings.push(what);
    }
}
