//! What a link does when the page wakes up, goes to sleep, or changes its network.
//!
//! A hint never opens a conversation that the application closed, and never
//! dials more than once a second.

use super::super::{Cause, Closed, Hint};
use super::{Link, Output, State};
use crate::parts::heartbeat::Beat;
use crate::{CloseCode, Duration, Instant};

/// The least time between two attempts that hints ask for; a page can be hidden and shown many times a second.
const MIN_HINT_DELAY: Duration = Duration::from_secs(1);

impl<R, const IS_SESSION: bool> Link<R, IS_SESSION> {
    pub(in super::super) fn on_hint(&mut self, now: Instant, hint: Hint) {
        match hint {
            Hint::Offline => self.on_offline(now),
            Hint::Online => {
                self.is_offline = false;
                self.wake(now);
            }
            Hint::Visible | Hint::Resume | Hint::ClockJump => self.wake(now),
            Hint::NetworkChanged => self.on_network_changed(now),
            Hint::PageHide { persisted: true } => self.suspend(),
            Hint::PageShow { persisted: true } => self.on_page_restored(now),
            // Out of sight the page goes on receiving; a frozen one is asked when it resumes; a page that is
            // left for good takes its connection with it.
            Hint::Hidden | Hint::Freeze | Hint::PageHide { .. } | Hint::PageShow { .. } => {}
        }
    }

    fn on_offline(&mut self, now: Instant) {
        self.is_offline = true;
        match self.state {
            State::Waiting { .. } => {
                self.transition(State::Waiting { retry_at: now + self.config.backoff.max_reconnect_delay });
            }
            State::Open { .. } => self.probe(now),
            _ => {}
        }
    }

    /// A connection is bound to the network that it was opened on, which may go away without a word.
    fn on_network_changed(&mut self, now: Instant) {
        self.wake(now);
        let earliest = self.dialled_at + MIN_HINT_DELAY;
        self.relocate(now, earliest.saturating_duration_since(now));
    }

    /// Asks an open connection whether it lives, and replaces a missing one at once.
    fn wake(&mut self, now: Instant) {
        match self.state {
            State::Waiting { retry_at } => {
                let earliest = self.dialled_at + MIN_HINT_DELAY;
                if earliest <= now {
                    self.dial(now);
                } else if earliest < retry_at {
                    self.transition(State::Waiting { retry_at: earliest });
                }
            }
            State::Open { .. } => {
                self.woke_up = true;
                self.probe(now);
            }
            _ => {}
        }
    }

    fn probe(&mut self, now: Instant) {
        if let (State::Open { connection, .. }, Some(heartbeat)) = (self.state, &mut self.heartbeat)
            && heartbeat.probe(now) == Beat::Ping
        {
            self.emit(Output::Ping { connection });
        }
    }

    /// Lets the connection go; the application is told when the page is back to hear it.
    fn suspend(&mut self) {
        match self.state {
            State::Connecting { connection, .. }
            | State::Asking { connection, .. }
            | State::Open { connection, .. } => self.drop_connection(connection, CloseCode::NORMAL),
            State::Waiting { .. } => {}
            State::Idle | State::Suspended | State::Closing { .. } | State::Ending { .. } | State::Closed => {
                return;
            }
        }
        self.forget_successor();
        self.was_tried = true;
        self.heartbeat = None;
        self.transition(State::Suspended);
    }

    fn on_page_restored(&mut self, now: Instant) {
        if self.state == State::Suspended && self.config.max_attempts == Some(0) {
            self.finish(Closed::abnormal(Cause::Suspended), true);
        } else if self.state == State::Suspended {
            self.dial(now);
            self.announce_reconnecting(Duration::ZERO, 0, Closed::abnormal(Cause::Suspended));
        } else {
            self.wake(now);
        }
    }
}
