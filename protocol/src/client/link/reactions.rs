//! What a link does when a connection opens, ends or falls silent.

use super::super::{Cause, Closed};
use super::{Event, Link, Output, State};
use crate::parts::advice::RetryWindow;
use crate::parts::backoff::Lost;
use crate::parts::heartbeat::{Beat, Heartbeat, HeartbeatConfig};
use crate::{Advice, CloseCode, ConnectionId, Duration, Instant};

impl<R, const IS_SESSION: bool> Link<R, IS_SESSION> {
    /// Asks for a new connection; whoever calls has given up the one before.
    #[inline(never)]
    pub(super) fn dial(&mut self, now: Instant) {
        let connection = self.ask_for_connection(now);
        self.heartbeat = None;
        self.woke_up = false;
        self.forget_successor();
        self.transition(State::Connecting { connection, deadline: now + self.config.connect_timeout });
    }

    pub(super) fn ask_for_connection(&mut self, now: Instant) -> ConnectionId {
        let connection = ConnectionId::from_number(self.next_connection);
        self.next_connection = self.next_connection.wrapping_add(1);
        self.dialled_at = now;
        self.emit(Output::Connect { connection });
        connection
    }

    pub(in super::super) fn on_opened(&mut self, now: Instant, opened: ConnectionId) {
        let deadline = now + self.config.answer_timeout;
        match self.state {
            State::Connecting { connection, .. } if connection == opened => {
                if IS_SESSION {
                    self.transition(State::Asking { connection, deadline });
                } else {
                    let heartbeat = self.config.heartbeat.filter(HeartbeatConfig::is_on);
                    let heartbeat = heartbeat.map(|config| Heartbeat::new(config, now));
                    self.established(now, connection, heartbeat);
                }
            }
            State::Open { .. } if self.succeeds(opened) => self.on_successor_opened(deadline),
            _ => return,
        }
        self.last_asked = Some(opened);
        self.tell(Event::Open { connection: opened });
    }

    /// `connection` carries messages from now on; the one before, if there is one, has been given up.
    pub(in super::super) fn established(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        heartbeat: Option<Heartbeat>,
    ) {
        self.was_tried = true;
        self.woke_up = false;
        self.note_uptime(now);
        self.take_successor();
        self.heartbeat = heartbeat;
        self.transition(State::Open { connection, since: now });
    }

    pub(in super::super) fn on_closed(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        closed: Closed<R>,
        retry: Option<RetryWindow>,
    ) {
        if self.state.connection() == Some(connection) {
            match self.state {
                State::Closing { .. } => self.finish(closed, false),
                _ => self.on_lost(now, connection, closed, retry),
            }
        } else if self.succeeds(connection) {
            self.on_successor_lost(now, connection, closed, retry);
        }
    }

    pub(in super::super) fn on_failed(&mut self, connection: ConnectionId, reason: Option<R>) {
        if self.state.connection() == Some(connection) {
            let asked_for = self.is_closing();
            self.drop_first();
            self.finish(Closed { reason, ..Closed::abnormal(Cause::Undialable) }, !asked_for);
        } else if self.succeeds(connection) {
            // The first still delivers: it ends the conversation when it is lost itself.
            self.take_successor();
        }
    }

    pub(super) fn on_connect_timeout(&mut self, now: Instant, connection: ConnectionId) {
        self.drop_connection(connection, CloseCode::NORMAL);
        self.on_lost(now, connection, Closed::abnormal(Cause::ConnectTimeout), None);
    }

    pub(super) fn on_close_timeout(&mut self) {
        if let State::Closing { connection, .. } = self.state {
            self.drop_connection(connection, CloseCode::NORMAL);
        }
        self.finish(Closed::abnormal(Cause::Requested), false);
    }

    pub(super) fn on_heartbeat_timeout(&mut self, now: Instant, connection: ConnectionId) {
        let Some(heartbeat) = &mut self.heartbeat else {
            return;
        };
        match heartbeat.handle_timeout(now) {
            Beat::Nothing => self.woke_up = false,
            Beat::Ping => self.emit(Output::Ping { connection }),
            Beat::Doubtful => {
                self.tell(Event::Stale);
                self.relocate(now, Duration::ZERO);
            }
            Beat::Dead => {
                self.drop_connection(connection, CloseCode::NORMAL);
                self.tell(Event::Stale);
                self.on_lost(now, connection, Closed::abnormal(Cause::Silence), None);
            }
        }
    }

    /// The connection in charge is gone, and nobody asked for that: go on with its successor, retry, stop, or give up.
    fn on_lost(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        closed: Closed<R>,
        retry: Option<RetryWindow>,
    ) {
        let lost = match self.state {
            State::Open { .. } if closed.cause == Cause::Silence => Lost::Silent,
            State::Open { .. } => Lost::Established,
            _ => Lost::BeforeOpen,
        };
        self.note_uptime(now);
        if self.stops(connection, closed.code) {
            let is_failure = !closed.was_clean;
            return self.finish(closed, is_failure);
        }
        if let Some(successor) = self.take_successor() {
            if self.is_own_doing(connection, closed.code) {
                // The successor's answer is on its way; this close has only overtaken it.
                self.heartbeat = None;
            } else {
                self.announce_reconnecting(Duration::ZERO, self.backoff.attempt(), closed);
            }
            return self.transition(successor.promoted());
        }
        if self.config.max_attempts.is_some_and(|max| self.backoff.attempt() >= max) && !self.is_offline {
            return self.finish(closed, true);
        }
        let attempt = self.backoff.attempt();
        let delay = self.retry_delay(lost, retry);
        self.announce_reconnecting(delay, attempt, closed);
        self.transition(State::Waiting { retry_at: now + delay });
    }

    /// Whether the end of `connection` with `code` is the end of all.
    pub(super) fn stops(&self, connection: ConnectionId, code: CloseCode) -> bool {
        code.advice() == Advice::Stop && !self.is_own_doing(connection, code)
    }

    /// Whether `connection` was ended because this client took over by a later one (PROTOCOL.md §10).
    fn is_own_doing(&self, connection: ConnectionId, code: CloseCode) -> bool {
        IS_SESSION && code == CloseCode::SUPERSEDED && self.last_asked != Some(connection)
    }

    pub(super) fn retry_delay(&mut self, lost: Lost, retry: Option<RetryWindow>) -> Duration {
        if self.is_offline {
            // The browser may be wrong about it, so attempts go on, but they neither hurry nor count.
            return self.config.backoff.max_reconnect_delay;
        }
        let delay = self.backoff.next_delay(&self.config.backoff, lost, &mut self.random);
        if let Some(window) = retry {
            return window.draw(&mut self.random);
        }
        // Somebody came back to the page and found a dead connection: no herd, no reason to wait.
        if self.woke_up && lost == Lost::Silent { Duration::ZERO } else { delay }
    }

    fn note_uptime(&mut self, now: Instant) {
        if let State::Open { since, .. } = self.state {
            self.backoff.on_uptime(&self.config.backoff, now.saturating_duration_since(since));
        }
    }
}
