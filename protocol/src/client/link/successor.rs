//! Make before break: a second connection that takes over while the first still delivers.
//!
//! Only a session can have one; in plain mode two connections would be two
//! conversations (PROTOCOL.md §10).

use super::super::{Cause, Closed};
use super::{Link, State};
use crate::parts::advice::RetryWindow;
use crate::parts::backoff::Lost;
use crate::{CloseCode, ConnectionId, Duration, Instant};

/// The second connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Successor {
    connection: ConnectionId,
    /// When it is given up, unless it has opened or was answered.
    pub(super) deadline: Instant,
    has_opened: bool,
}

impl Successor {
    /// What it is when the connection before it is gone.
    pub(super) const fn promoted(self) -> State {
        let Self { connection, deadline, has_opened } = self;
        if has_opened {
            State::Asking { connection, deadline }
        } else {
            State::Connecting { connection, deadline }
        }
    }
}

impl<R, const IS_SESSION: bool> Link<R, IS_SESSION> {
    /// Has a second connection dialled in `after`, unless one is on its way already.
    pub(in super::super) fn relocate(&mut self, now: Instant, after: Duration) {
        if !IS_SESSION || self.successor.is_some() || !matches!(self.state, State::Open { .. }) {
            return;
        }
        let at = now + after;
        self.relocate_at = Some(self.relocate_at.map_or(at, |earlier| earlier.min(at)));
        self.on_successor_timeout(now);
    }

    pub(super) fn succeeds(&self, connection: ConnectionId) -> bool {
        IS_SESSION && self.successor.is_some_and(|successor| successor.connection == connection)
    }

    pub(super) fn on_successor_opened(&mut self, deadline: Instant) {
        if let Some(successor) = &mut self.successor {
            successor.has_opened = true;
            successor.deadline = deadline;
        }
    }

    /// Dials it when its time has come, and gives it up when its time is over.
    pub(super) fn on_successor_timeout(&mut self, now: Instant) {
        if !IS_SESSION {
            return;
        }
        match self.successor {
            Some(Successor { connection, deadline, .. }) if deadline <= now => {
                self.drop_connection(connection, CloseCode::NORMAL);
                let closed = Closed::abnormal(Cause::ConnectTimeout);
                self.on_successor_lost(now, connection, closed, None);
            }
            None if self.relocate_at.is_some_and(|at| at <= now) => {
                self.relocate_at = None;
                let connection = self.ask_for_connection(now);
                let deadline = now + self.config.connect_timeout;
                self.successor = Some(Successor { connection, deadline, has_opened: false });
            }
            _ => {}
        }
    }

    /// The successor is gone before it was established: the first goes on, and another is tried later.
    pub(super) fn on_successor_lost(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        closed: Closed<R>,
        retry: Option<RetryWindow>,
    ) {
        self.successor = None;
        if self.stops(connection, closed.code) {
            self.drop_first();
            let is_failure = !closed.was_clean;
            return self.finish(closed, is_failure);
        }
        let delay = self.retry_delay(Lost::BeforeOpen, retry);
        self.relocate_at = Some(now + delay);
    }

    /// The second connection, whose time has come or is over; none is planned any more.
    pub(super) fn take_successor(&mut self) -> Option<Successor> {
        if !IS_SESSION {
            return None;
        }
        self.relocate_at = None;
        self.successor.take()
    }

    /// Gives up the open connection, if there is one: its successor has brought the end.
    pub(super) fn drop_first(&mut self) {
        if let State::Open { connection, .. } = self.state {
            self.drop_connection(connection, CloseCode::NORMAL);
        }
    }

    /// Gives up the second connection, and the plan for one.
    pub(super) fn forget_successor(&mut self) {
        self.drop_successor(CloseCode::NORMAL);
    }

    /// The same, for the reason that `code` says.
    pub(super) fn drop_successor(&mut self, code: CloseCode) {
        if let Some(successor) = self.take_successor() {
            self.drop_connection(successor.connection, code);
        }
    }
}
