//! What the server, its listener and its processes do.
//!
//! Owns: carrying out what [`Server`](crate::machine::Server) decides.

use super::State;
use crate::Rules;
use crate::machine::{CloseCode, Downward, Life, SessionName};

impl State {
    /// The server's application sends to a session.
    pub(super) fn push(&mut self, name: SessionName) {
        self.used.pushes += 1;
        let payload = self.used.pushes;
        let Some(session) = self.server.session_mut(name) else { return };
        let message = session.inbox.push(payload);
        self.history.pushed(name, message);
        if let Some(id) = session.connection() {
            self.network[id].send_down(Downward::Data(message));
        }
    }

    /// The listener is called with the next message.
    pub(super) fn deliver(&mut self, name: SessionName, rules: Rules) {
        let delivery = self.server.session_mut(name).and_then(|session| session.lane.start(rules));
        if let Some(delivery) = delivery {
            self.history.delivered(name, delivery);
        }
    }

    /// The listener returns.
    pub(super) fn finish(&mut self, name: SessionName, rules: Rules) {
        let handled = self.server.session_mut(name).and_then(|session| session.lane.finish());
        if let Some(message) = handled {
            self.history.handled(message.payload);
            self.acknowledge_lane(name, rules);
        }
    }

    /// Tells the client what it may forget.
    pub(super) fn acknowledge_lane(&mut self, name: SessionName, rules: Rules) {
        let Some(session) = self.server.session(name) else { return };
        let number = session.lane.acknowledged(rules);
        let Some(connection) = session.connection().map(|id| &mut self.network[id]) else { return };
        if number > connection.lane_acknowledged {
            connection.lane_acknowledged = number;
            connection.send_down(Downward::Acknowledge(number));
        }
    }

    /// The server's application ends a session.
    pub(super) fn end(&mut self, name: SessionName) {
        self.used.ends += 1;
        for id in self.server.end(name, Life::Ended) {
            self.network[id].close(CloseCode::Ended);
        }
    }

    /// The window of a session is over.
    pub(super) fn expire(&mut self, name: SessionName) {
        self.used.expiries += 1;
        for id in self.server.end(name, Life::Expired) {
            self.network[id].server_leaves();
        }
    }

    /// The server's process dies; `record` tells whether what it had stored is left.
    pub(super) fn crash(&mut self, record: bool, rules: Rules) {
        self.server = self.server.after_crash(record, rules);
        self.history.crashed(&self.server);
        if !record {
            self.history.forgot(self.client.attempt);
        }
        self.lose_the_process();
    }

    /// Another process takes over in good order.
    pub(super) fn hand_over(&mut self, rules: Rules) {
        self.used.hand_overs += 1;
        self.server = self.server.after_hand_over(rules);
        self.lose_the_process();
    }

    fn lose_the_process(&mut self) {
        for connection in self.network.iter_mut().filter(|connection| !connection.is_unopened()) {
            connection.server_leaves();
        }
    }
}
