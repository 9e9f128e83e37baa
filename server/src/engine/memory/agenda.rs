//! What is due when.

use std::collections::BTreeMap;

use crate::sync::Mutex;

/// Entries in the order of their times, for work that touches only what is due.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    entries: BTreeMap<Entry, T>,
    last_number: u64,
}

/// A place in the agenda: when, in milliseconds, and a number that makes it unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    at: u64,
    number: u64,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { entries: BTreeMap::new(), last_number: 0 }) }
    }
}

impl<T> Agenda<T> {
    pub(super) fn add(&self, at: u64, what: T) -> Entry {
        let mut state = self.state.lock();
        state.last_number += 1;
        let entry = Entry { at, number: state.last_number };
        state.entries.insert(entry, what);
        entry
    }

    pub(super) fn remove(&self, entry: Entry) {
        self.state.lock().entries.remove(&entry);
    }

    /// Takes the next one out that is due by `now`.
    pub(super) fn next_due(&self, now: u64) -> Option<(Entry, T)> {
        self.state.lock().take_first(now)
    }

    /// Takes the next one out, due or not.
    pub(super) fn next(&self) -> Option<(Entry, T)> {
        self.state.lock().take_first(u64::MAX)
    }
}

impl<T> State<T> {
    fn take_first(&mut self, now: u64) -> Option<(Entry, T)> {
        let first = self.entries.first_entry()?;
        (first.key().at <= now).then(|| first.remove_entry())
    }
}
