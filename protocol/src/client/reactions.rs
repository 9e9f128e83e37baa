//! What the client does when a connection opens, ends or falls silent.

use core::time::Duration;

use super::{Cause, Client, Closed, Event, Output, Phase, Reconnecting, State};
use crate::parts::backoff::Lost;
use crate::parts::heartbeat::{Beat, Heartbeat};
use crate::{Advice, ConnectionId, Instant};

impl<P> Client<P> {
    /// Asks for a new connection; whoever calls has given up the one before.
    #[inline(never)]
    pub(super) fn dial(&mut self, now: Instant) {
        let connection = ConnectionId::from_number(self.next_connection);
        self.next_connection = self.next_connection.wrapping_add(1);
        self.dialled_at = now;
        self.heartbeat = None;
        self.woke_up = false;
        self.emit(Output::Connect { connection });
        self.transition(State::Connecting { connection, deadline: now + self.config.connect_timeout });
    }

    pub(super) fn on_opened(&mut self, now: Instant, opened: ConnectionId) {
        let State::Connecting { connection, .. } = self.state else {
            return;
        };
        if connection != opened {
            return;
        }
        self.was_tried = true;
        self.heartbeat = self.config.heartbeat.map(|config| Heartbeat::new(config, now));
        self.transition(State::Open { connection, since: now, phase: Phase::Greeting });
        self.emit(Output::Event(Event::Open { connection }));
    }

    pub(super) fn on_open_handled(&mut self, handled: ConnectionId) {
        let State::Open { connection, since, phase: Phase::Greeting } = self.state else {
            return;
        };
        if connection == handled {
            self.transition(State::Open { connection, since, phase: Phase::Flowing });
            self.drain_queue(connection);
        }
    }

    /// Hands the queue to the open `connection`.
    pub(super) fn drain_queue(&mut self, connection: ConnectionId) {
        while let Some(payload) = self.queue.pop() {
            self.emit(Output::Transmit { connection, payload });
        }
    }

    pub(super) fn on_closed(&mut self, now: Instant, connection: ConnectionId, closed: Closed<P>) {
        if self.state.connection() != Some(connection) {
            return;
        }
        match self.state {
            State::Closing { .. } => self.finish(closed, false),
            _ => self.on_lost(now, closed),
        }
    }

    pub(super) fn on_failed(&mut self, connection: ConnectionId, reason: Option<P>) {
        if self.state.connection() == Some(connection) {
            let asked_for = matches!(self.state, State::Closing { .. });
            self.finish(Closed { reason, ..Closed::abnormal(Cause::Undialable) }, !asked_for);
        }
    }

    pub(super) fn on_connect_timeout(&mut self, now: Instant, connection: ConnectionId) {
        self.emit(Output::Detach { connection });
        self.on_lost(now, Closed::abnormal(Cause::ConnectTimeout));
    }

    pub(super) fn on_close_timeout(&mut self, connection: Option<ConnectionId>) {
        if let Some(connection) = connection {
            self.emit(Output::Detach { connection });
        }
        self.finish(Closed::abnormal(Cause::Requested), false);
    }

    pub(super) fn on_heartbeat_timeout(&mut self, now: Instant, connection: ConnectionId) {
        let Some(heartbeat) = &mut self.heartbeat else {
            return;
        };
        match heartbeat.handle_timeout(now) {
            Beat::Nothing | Beat::Doubtful => self.woke_up = false,
            Beat::Ping => self.emit(Output::Ping { connection }),
            Beat::Dead => {
                self.emit(Output::Detach { connection });
                self.emit(Output::Event(Event::Stale));
                self.on_lost(now, Closed::abnormal(Cause::Silence));
            }
        }
    }

    /// The connection in charge is gone, and nobody asked for that: retry, stop, or give up.
    fn on_lost(&mut self, now: Instant, closed: Closed<P>) {
        let lost = match self.state {
            State::Open { .. } if closed.cause == Cause::Silence => Lost::Silent,
            State::Open { .. } => Lost::Established,
            _ => Lost::BeforeOpen,
        };
        if let State::Open { since, .. } = self.state {
            self.backoff.on_uptime(now.saturating_duration_since(since));
        }
        if closed.code.advice() == Advice::Stop {
            let is_failure = !closed.was_clean;
            return self.finish(closed, is_failure);
        }
        if self.config.max_attempts.is_some_and(|max| self.backoff.attempt() >= max) && !self.is_offline {
            return self.finish(closed, true);
        }
        let attempt = self.backoff.attempt();
        let delay = self.retry_delay(lost);
        self.announce_reconnecting(delay, attempt, closed);
        self.transition(State::Waiting { retry_at: now + delay });
    }

    fn retry_delay(&mut self, lost: Lost) -> Duration {
        if self.is_offline {
            // The browser may be wrong about it, so attempts go on, but they neither hurry nor count.
            return self.config.backoff.max_reconnect_delay;
        }
        let delay = self.backoff.next_delay(lost, &mut self.random);
        // Somebody came back to the page and found a dead connection: no herd, no reason to wait.
        if self.woke_up && lost == Lost::Silent { Duration::ZERO } else { delay }
    }

    pub(super) fn announce_reconnecting(&mut self, delay: Duration, attempt: u32, closed: Closed<P>) {
        self.was_tried = true;
        self.heartbeat = None;
        self.emit(Output::Event(Event::Reconnecting(Reconnecting { attempt, delay, closed })));
    }

    /// The end, told once. What still waits can never leave; its bytes stay counted as WHATWG's `bufferedAmount` has it.
    #[inline(never)]
    fn finish(&mut self, closed: Closed<P>, is_failure: bool) {
        self.was_tried = true;
        self.heartbeat = None;
        self.discarded_bytes += self.queue.bytes();
        self.queue.clear();
        self.transition(State::Closed);
        self.emit(Output::Event(Event::Closed { closed, is_failure }));
    }
}
