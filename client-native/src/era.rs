//! What became of the numbers of one session, and of the session that followed it.
//!
//! Owns: how far a session's lane is acknowledged, who waits for that, and,
//! once the session is lost, where its unsent messages went.
//!
//! ```text
//!  Sent ─► Era ──lost──► Era ──lost──► Era (of the session that lives)
//! ```
//!
//! A [`Sent`](crate::Sent) holds the era it was sent in, and an era the next,
//! so what nobody asks about any more is freed without being counted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::AcknowledgeError;

/// What is said of a number.
pub(crate) type Outcome = Result<(), AcknowledgeError>;

#[derive(Default)]
pub(crate) struct Era(Mutex<State>);

#[derive(Default)]
struct State {
    /// Everything up to this number is handled.
    done: u64,
    /// What was too large for the server, and so was never sent.
    refused: BTreeSet<u64>,
    /// Who asked, by number.
    waiting: BTreeMap<u64, oneshot::Sender<Outcome>>,
    end: Option<End>,
}

/// How the session ended.
struct End {
    /// The numbers of what was never sent, and those that it has in the next era.
    moved: BTreeMap<u64, u64>,
    /// None where the client was closed.
    next: Option<Arc<Era>>,
}

/// What is known of a number.
pub(crate) enum Known {
    Outcome(Outcome),
    NotYet(oneshot::Receiver<Outcome>),
}

/// Where a number is looked for next.
enum Place {
    /// Here, or nowhere.
    Found(Known),
    Moved(Arc<Era>, u64),
}

impl Era {
    /// What became of `number`, or a receiver that will be told.
    pub(crate) fn ask(self: &Arc<Self>, number: u64) -> Known {
        let (mut era, mut number) = (Arc::clone(self), number);
        loop {
            let place = era.state().look_up(number);
            match place {
                Place::Found(known) => return known,
                Place::Moved(next, to) => (era, number) = (next, to),
            }
        }
    }

    /// The number that `number` has in the era `current`, if it is there and not acknowledged.
    pub(crate) fn number_in(self: &Arc<Self>, current: &Arc<Self>, number: u64) -> Option<u64> {
        let (mut era, mut number) = (Arc::clone(self), number);
        while !Arc::ptr_eq(&era, current) {
            (era, number) = era.state().moved(number)?;
        }
        Some(number)
    }

    /// Everything up to `number` is handled.
    pub(crate) fn acknowledge(&self, number: u64) {
        let mut state = self.state();
        state.done = number;
        while let Some(first) = state.waiting.first_entry().filter(|first| *first.key() <= number) {
            // Who asked may have stopped waiting.
            let _ = first.remove().send(Ok(()));
        }
    }

    /// `number` is larger than the server takes.
    pub(crate) fn refuse(&self, number: u64) {
        let mut state = self.state();
        state.refused.insert(number);
        if let Some(waiter) = state.waiting.remove(&number) {
            let _ = waiter.send(Err(AcknowledgeError::TooLarge));
        }
    }

    /// The session is lost, and what was never sent has other numbers in the `next` one.
    pub(crate) fn lose(&self, moved: BTreeMap<u64, u64>, next: Arc<Self>) {
        let mut state = self.state();
        for (number, waiter) in std::mem::take(&mut state.waiting) {
            match moved.get(&number) {
                Some(&to) => drop(next.state().waiting.insert(to, waiter)),
                None => drop(waiter.send(Err(AcknowledgeError::OutcomeUnknown))),
            }
        }
        state.end = Some(End { moved, next: Some(next) });
    }

    /// The client is closed; the last number that was acknowledged.
    pub(crate) fn close(&self) -> u64 {
        let mut state = self.state();
        for waiter in std::mem::take(&mut state.waiting).into_values() {
            let _ = waiter.send(Err(AcknowledgeError::OutcomeUnknown));
        }
        state.end = Some(End { moved: BTreeMap::new(), next: None });
        state.done
    }

    /// No user code runs under the lock, so what a panic elsewhere left behind is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn look_up(&mut self, number: u64) -> Place {
        if self.refused.contains(&number) {
            return Place::Found(Known::Outcome(Err(AcknowledgeError::TooLarge)));
        }
        if number <= self.done {
            return Place::Found(Known::Outcome(Ok(())));
        }
        if let Some((next, to)) = self.moved(number) {
            return Place::Moved(next, to);
        }
        if self.end.is_some() {
            return Place::Found(Known::Outcome(Err(AcknowledgeError::OutcomeUnknown)));
        }
        let (teller, told) = oneshot::channel();
        self.waiting.insert(number, teller);
        Place::Found(Known::NotYet(told))
    }

    fn moved(&self, number: u64) -> Option<(Arc<Era>, u64)> {
        let end = self.end.as_ref()?;
        Some((Arc::clone(end.next.as_ref()?), *end.moved.get(&number)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(era: &Arc<Era>, number: u64) -> Option<Outcome> {
        match era.ask(number) {
            Known::Outcome(outcome) => Some(outcome),
            Known::NotYet(mut told) => told.try_recv().ok(),
        }
    }

    #[test]
    fn who_asks_late_is_told_at_once() {
        let era = Arc::new(Era::default());
        era.acknowledge(3);
        assert_eq!(outcome(&era, 3), Some(Ok(())));
        assert_eq!(outcome(&era, 4), None);
    }

    #[test]
    fn who_waits_is_told_when_a_later_number_is_acknowledged() {
        let era = Arc::new(Era::default());
        let (Known::NotYet(mut second), Known::NotYet(mut fourth)) = (era.ask(2), era.ask(4)) else {
            panic!("nothing was acknowledged");
        };
        era.acknowledge(3);
        assert_eq!(second.try_recv(), Ok(Ok(())));
        assert!(fourth.try_recv().is_err());
    }

    #[test]
    fn a_lost_session_leaves_what_was_sent_unknown_and_what_was_not_to_the_next() {
        let (lost, next) = (Arc::new(Era::default()), Arc::new(Era::default()));
        let (Known::NotYet(mut sent), Known::NotYet(mut unsent)) = (lost.ask(2), lost.ask(3)) else {
            panic!("nothing was acknowledged");
        };
        lost.acknowledge(1);
        lost.lose(BTreeMap::from([(3, 1)]), Arc::clone(&next));
        assert_eq!(sent.try_recv(), Ok(Err(AcknowledgeError::OutcomeUnknown)));
        assert_eq!(outcome(&lost, 1), Some(Ok(())), "it was acknowledged before the loss");
        assert_eq!(lost.number_in(&next, 3), Some(1));
        assert_eq!(lost.number_in(&next, 2), None);
        next.acknowledge(1);
        assert_eq!(unsent.try_recv(), Ok(Ok(())));
        assert_eq!(outcome(&lost, 3), Some(Ok(())), "asked by its old number");
    }

    #[test]
    fn the_end_of_the_client_leaves_everything_unknown() {
        let era = Arc::new(Era::default());
        let Known::NotYet(mut waiting) = era.ask(2) else { panic!("nothing was acknowledged") };
        era.acknowledge(1);
        assert_eq!(era.close(), 1);
        assert_eq!(waiting.try_recv(), Ok(Err(AcknowledgeError::OutcomeUnknown)));
        assert_eq!(outcome(&era, 2), Some(Err(AcknowledgeError::OutcomeUnknown)));
    }

    #[test]
    fn an_era_that_nobody_asks_about_is_freed() {
        let (lost, next) = (Arc::new(Era::default()), Arc::new(Era::default()));
        let weak = Arc::downgrade(&lost);
        lost.lose(BTreeMap::new(), next);
        drop(lost);
        assert!(weak.upgrade().is_none());
    }
}
