//! One life of a stream: its numbering, what is kept of it, and who is in it.

use std::collections::VecDeque;
use std::time::Duration;

use staywire_protocol::wire::{Epoch, StreamPosition, SubscribeFrom};

use super::agenda::Entry;
use super::member_sessions::MemberSessions;
use crate::engine::history::wanted;
use crate::engine::{History, Published, Retention};
use crate::sync::Mutex;

pub(super) struct Life {
    pub(super) epoch: Epoch,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    /// The number of the last message, 0 for none.
    pub(super) last: u64,
    /// Oldest first; the last one is the stream's last.
    kept: VecDeque<Kept>,
    kept_bytes: u64,
    retention: Retention,
    /// How many times it is attached.
    pub(super) attached: usize,
    pub(super) members: MemberSessions,
    /// When it was last published to or read.
    pub(super) used_at: u64,
    /// Its place among those that are forgotten, while nobody reads it.
    pub(super) unread: Option<Entry>,
    /// Its place among those whose messages grow too old.
    pub(super) aging: Option<Entry>,
    /// It was forgotten: whoever has found it looks again.
    pub(super) is_over: bool,
}

struct Kept {
    published: Published,
    at: u64,
}

impl Life {
    pub(super) fn new(epoch: Epoch, now: u64) -> Self {
        Self::at(epoch, 0, now)
    }

    /// A life that has come to `last`.
    pub(super) fn at(epoch: Epoch, last: u64, now: u64) -> Self {
        let state = State {
            last,
            kept: VecDeque::new(),
            kept_bytes: 0,
            retention: Retention::NONE,
            attached: 0,
            members: MemberSessions::default(),
            used_at: now,
            unread: None,
            aging: None,
            is_over: false,
        };
        Self { epoch, state: Mutex::new(state) }
    }

    pub(super) fn position(&self, state: &State) -> StreamPosition {
        StreamPosition { epoch: self.epoch, offset: state.last }
    }

    pub(super) fn history(&self, state: &State, from: SubscribeFrom) -> History {
        let position = self.position(state);
        let skipped = state.kept.len() - wanted(from, position, state.kept.len());
        let messages = state.kept.iter().skip(skipped).map(|kept| kept.published.clone());
        History { position, messages: messages.collect() }
    }
}

impl State {
    /// Keeps the stream's last message as `retention` says; how many bytes more are kept than before.
    pub(super) fn keep(&mut self, published: &Published, retention: &Retention, now: u64) -> i64 {
        let before = self.kept_bytes;
        self.retention = *retention;
        if !retention.is_none() {
            self.push(published.clone(), now);
        }
        self.trim(now);
        self.kept_bytes.cast_signed() - before.cast_signed()
    }

    /// Keeps what was kept elsewhere.
    pub(super) fn keep_again(&mut self, kept: Vec<(Published, Duration)>, retention: Retention, now: u64) {
        self.retention = retention;
        for (published, age) in kept {
            self.push(published, now.saturating_sub(millis(age)));
        }
    }

    fn push(&mut self, published: Published, at: u64) {
        self.kept_bytes += charge(&published);
        self.kept.push_back(Kept { published, at });
    }

    /// Drops what is beyond the bounds; how many bytes that were.
    pub(super) fn trim(&mut self, now: u64) -> u64 {
        let before = self.kept_bytes;
        while self.kept.len() > self.retention.count()
            || self.kept_bytes > self.retention.bytes()
            || self.too_old_at().is_some_and(|at| at <= now)
        {
            self.drop_oldest();
        }
        before - self.kept_bytes
    }

    /// Drops the oldest message; how many bytes it had.
    pub(super) fn drop_oldest(&mut self) -> u64 {
        let Some(kept) = self.kept.pop_front() else { return 0 };
        let bytes = charge(&kept.published);
        self.kept_bytes -= bytes;
        bytes
    }

    pub(super) fn kept_bytes(&self) -> u64 {
        self.kept_bytes
    }

    /// When the oldest message that is kept is too old.
    pub(super) fn too_old_at(&self) -> Option<u64> {
        let oldest = self.kept.front()?;
        Some(oldest.at.saturating_add(millis(self.retention.age())))
    }

    /// Whether nobody reads it and nobody is in it.
    pub(super) fn is_idle(&self) -> bool {
        self.attached == 0 && self.members.is_empty()
    }

    /// When it is forgotten if nothing happens: `linger` after its last use, and no sooner than what it keeps.
    pub(super) fn forgotten_at(&self, linger: Duration) -> u64 {
        self.used_at.saturating_add(millis(linger.max(self.retention.age())))
    }

    /// How long what is kept.
    pub(super) fn retention(&self) -> Retention {
        self.retention
    }

    /// What is kept, with the age of each.
    pub(super) fn take_kept(&mut self, now: u64) -> Vec<(Published, Duration)> {
        self.kept_bytes = 0;
        let age = |kept: &Kept| Duration::from_millis(now.saturating_sub(kept.at));
        self.kept.drain(..).map(|kept| (age(&kept), kept)).map(|(age, kept)| (kept.published, age)).collect()
    }
}

/// What a message counts as, in bytes.
fn charge(published: &Published) -> u64 {
    let key = published.key.as_ref().map_or(0, |key| key.len());
    ((published.message.len() + key) as u64).max(16)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
