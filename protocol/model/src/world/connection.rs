//! One connection, with what is on its way.
//!
//! Owns: the order within a direction, and the two ends, which learn of a cut
//! at different times or never. What one end has let go of may still arrive,
//! long after.

use std::collections::VecDeque;

use crate::machine::{CloseCode, Downward, Number, SessionName, Upward};

/// One connection, with what is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    /// On its way to the server.
    pub up: VecDeque<Upward>,
    /// On its way to the client.
    pub down: VecDeque<Downward>,
    /// The client still reads it.
    pub client_reads: bool,
    /// The server still reads it.
    pub server_reads: bool,
    /// The session that the server put on it.
    pub session: Option<SessionName>,
    /// What the client has acknowledged on it.
    pub inbox_acknowledged: Option<Number>,
    /// What the server has acknowledged on it.
    pub lane_acknowledged: Number,
}

impl Connection {
    /// A connection whose opening is on its way.
    #[must_use]
    pub fn new(opening: impl IntoIterator<Item = Upward>) -> Self {
        Self {
            up: opening.into_iter().collect(),
            down: VecDeque::new(),
            client_reads: true,
            server_reads: true,
            session: None,
            inbox_acknowledged: None,
            lane_acknowledged: 0,
        }
    }

    /// The client writes.
    pub fn send_up(&mut self, message: Upward) {
        if self.server_reads {
            self.up.push_back(message);
        }
    }

    /// The server writes.
    pub fn send_down(&mut self, message: Downward) {
        if self.client_reads {
            self.down.push_back(message);
        }
    }

    /// The client reads and writes no more.
    pub fn client_leaves(&mut self) {
        self.client_reads = false;
        self.down.clear();
    }

    /// The server reads and writes no more.
    pub fn server_leaves(&mut self) {
        self.server_reads = false;
        self.up.clear();
    }

    /// The server closes.
    pub fn close(&mut self, code: CloseCode) {
        self.send_down(Downward::Close(code));
        self.server_leaves();
    }

    /// The opening has not reached a process of the server yet, so it outlives one.
    #[must_use]
    pub fn is_unopened(&self) -> bool {
        matches!(self.up.front(), Some(Upward::Open(_)))
    }
}
