//! What time does to lives: they are forgotten, and what they keep grows too old.
//!
//! Owns: where a life stands in the agendas. A life that nobody reads is in one
//! of them, so that every life is forgotten in the end.

use std::sync::atomic::Ordering;

use super::Memory;
use super::agenda::Entry;
use super::life::State;
use crate::engine::StreamName;

impl Memory {
    /// Enters the stream in the agendas where it belongs now.
    pub(super) fn settle(&self, stream: &StreamName, state: &mut State) {
        match (state.is_idle(), state.unread) {
            (true, None) => {
                state.unread = Some(self.unread.add(state.forgotten_at(self.linger), stream.clone()));
            }
            (false, Some(entry)) => {
                self.unread.remove(entry);
                state.unread = None;
            }
            _ => {}
        }
        if state.aging.is_none() {
            state.aging = state.too_old_at().map(|at| self.aging.add(at, stream.clone()));
        }
    }

    /// Forgets the stream that nobody has read for the longest; whether there was one.
    pub(super) fn forget_one(&self) -> bool {
        while let Some((entry, stream)) = self.unread.next() {
            if self.forget(entry, &stream, |_| true) {
                return true;
            }
        }
        false
    }

    /// Forgets `stream` if `entry` is still its place in the agenda and `may_go` says so; whether it did.
    pub(super) fn forget(
        &self,
        entry: Entry,
        stream: &StreamName,
        may_go: impl FnOnce(&State) -> bool,
    ) -> bool {
        let mut lives = self.lives.of(stream);
        let Some(life) = lives.get(stream).cloned() else { return false };
        let mut state = life.state.lock();
        if state.unread != Some(entry) {
            return false;
        }
        state.unread = None;
        if !may_go(&state) {
            self.settle(stream, &mut state);
            return false;
        }
        state.is_over = true;
        if state.last > 0
            && let Some(process) = self.process.get()
        {
            process.lives_forgotten.fetch_add(1, Ordering::Relaxed);
        }
        self.count_kept(-state.kept_bytes().cast_signed());
        if let Some(entry) = state.aging.take() {
            self.aging.remove(entry);
        }
        lives.remove(stream);
        self.life_count.fetch_sub(1, Ordering::Relaxed);
        true
    }

    /// Drops what of `stream` is too old.
    pub(super) fn age(&self, entry: Entry, stream: &StreamName) {
        let Some(life) = self.lives.of(stream).get(stream).cloned() else { return };
        let mut state = life.state.lock();
        if state.aging == Some(entry) {
            state.aging = None;
            self.count_kept(-state.trim(self.now()).cast_signed());
            self.settle(stream, &mut state);
        }
    }
}
