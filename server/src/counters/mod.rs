//! What happened to connections, openings, sessions and messages, counted since the server was built.
//!
//! Owns: the numbers. Never: keeps a state (how many there are now, the
//! registry knows), or makes anyone wait: a counter is one relaxed atomic.
//!
//! ```text
//!  wherever it happens ──increment──► LiveCounters ──read──► Counters, for the application
//! ```

mod connections;
mod counter;
mod messages;
mod openings;
mod sessions;

pub use connections::ConnectionCounters;
pub(crate) use connections::LiveConnectionCounters;
pub(crate) use counter::Counter;
pub(crate) use messages::LiveMessageCounters;
pub use messages::MessageCounters;
pub(crate) use openings::LiveOpeningCounters;
pub use openings::OpeningCounters;
pub(crate) use sessions::LiveSessionCounters;
pub use sessions::SessionCounters;

/// What has happened so far. Numbers only grow; each is read by itself, so two of them may be a moment apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Connections, and handshakes that none came of.
    pub connections: ConnectionCounters,
    /// What became of each first message in session mode.
    pub openings: OpeningCounters,
    /// The lives of sessions.
    pub sessions: SessionCounters,
    /// Messages, and what was told about those that are missing.
    pub messages: MessageCounters,
}

/// The same while it grows.
#[derive(Debug, Default)]
pub(crate) struct LiveCounters {
    pub(crate) connections: LiveConnectionCounters,
    pub(crate) openings: LiveOpeningCounters,
    pub(crate) sessions: LiveSessionCounters,
    pub(crate) messages: LiveMessageCounters,
}

impl LiveCounters {
    pub(crate) fn read(&self) -> Counters {
        Counters {
            connections: self.connections.read(),
            openings: self.openings.read(),
            sessions: self.sessions.read(),
            messages: self.messages.read(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_read_and_nothing_else() {
        let live = LiveCounters::default();
        live.openings.fresh_restarted.increment();
        live.messages.sent_bytes.add(70);
        live.messages.sent_bytes.add(7);
        let mut expected = Counters::default();
        expected.openings.fresh_restarted = 1;
        expected.messages.sent_bytes = 77;
        assert_eq!(live.read(), expected);
    }

    #[test]
    fn no_count_is_lost_between_threads() {
        let live = LiveCounters::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|_| live.messages.received.increment()));
            }
        });
        assert_eq!(live.read().messages.received, 4_000);
    }
}
