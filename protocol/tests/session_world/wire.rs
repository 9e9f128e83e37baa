//! One wire between a page and the server.

use staywire_protocol::Instant;

#[derive(Clone, Copy, Debug)]
pub(super) enum Direction {
    Up,
    Down,
}

/// What a wire carries, and when the last message on it arrives each way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    pub(super) page: usize,
    up: bool,
    down: bool,
    is_cut: bool,
    last_up: Instant,
    last_down: Instant,
}

impl Wire {
    pub(super) const fn new(page: usize, now: Instant) -> Self {
        Self { page, up: true, down: true, is_cut: false, last_up: now, last_down: now }
    }

    pub(super) const fn cut(&mut self) {
        self.is_cut = true;
    }

    /// From now on nothing reaches the server, and nobody is told: the heartbeats have to find out.
    pub(super) const fn lose_up(&mut self) {
        self.up = false;
    }

    /// From now on nothing reaches the client, and nobody is told.
    pub(super) const fn lose_down(&mut self) {
        self.down = false;
    }

    pub(super) const fn carries_up(self) -> bool {
        self.up && !self.is_cut
    }

    pub(super) const fn carries_down(self) -> bool {
        self.down && !self.is_cut
    }

    pub(super) fn arrive(&mut self, direction: Direction, at: Instant) -> Instant {
        let last = match direction {
            Direction::Up => &mut self.last_up,
            Direction::Down => &mut self.last_down,
        };
        *last = at.max(*last);
        *last
    }
}
