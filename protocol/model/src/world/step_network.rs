//! What arrives at the server, and what the server loses.
//!
//! Owns: the way from a connection to its session, fenced ones included.

use super::State;
use crate::machine::{CloseCode, ConnectionId, Life, Message, Opening, SessionName, Token, Upward};
use crate::{Promise, Rule, Rules};

/// No client counts this far.
const THIEFS_ATTEMPT: u32 = 99;
/// No client makes this many.
const THIEFS_TOKEN: Token = Token(99);

impl State {
    /// The oldest message on its way to the server arrives.
    pub(super) fn arrive_up(&mut self, id: ConnectionId, rules: Rules) {
        let Some(message) = self.network[id].up.pop_front() else { return };
        if let Upward::Open(opening) = message {
            self.open(id, opening, rules);
            return;
        }
        let listened_to = self.server.on(id);
        let fenced = self.network[id].session.filter(|_| !rules.has(Rule::FencedConnectionIsIgnored));
        let Some(name) = listened_to.or(fenced) else { return };
        self.history.heard(listened_to, &self.server);
        if let Some(session) = self.server.session_mut(name) {
            session.hear(rules);
        }
        match message {
            Upward::Open(_) => {}
            Upward::Data(message) => self.take(id, name, message, rules),
            Upward::Acknowledge(number) => {
                let result = self.server.trim(name, number);
                self.accuse(id, result);
            }
            Upward::Goodbye => {
                self.server.end(name, Life::Ended);
                self.network[id].server_leaves();
            }
        }
    }

    /// The server gives a connection up.
    pub(super) fn server_loses(&mut self, id: ConnectionId) {
        self.network[id].server_leaves();
        if let Some(session) = self.server.on(id).and_then(|name| self.server.session_mut(name)) {
            session.detach(id);
        }
    }

    /// A thief presents the token that was superseded last.
    pub(super) fn steal(&mut self, rules: Rules) {
        self.used.thefts += 1;
        let Some(session) = self.client.session else { return };
        let opening = Opening::Resume {
            session,
            current: Token(self.history.superseded_below.0 - 1),
            next: THIEFS_TOKEN,
            attempt: THIEFS_ATTEMPT,
            inbox: 0,
            sent: 0,
            user: self.client.user,
        };
        let id = self.network.len();
        self.network.push(super::Connection::new([]));
        self.network[id].client_leaves();
        self.open(id, opening, rules);
    }

    fn open(&mut self, id: ConnectionId, opening: Opening, rules: Rules) {
        let before = self.server.clone();
        let opened = self.server.open(opening, id, rules);
        self.history.opened(&before, &self.client, opening, &opened);
        self.network[id].session = opened.session;
        for message in opened.out {
            self.network[id].send_down(message);
        }
        if opened.session.is_none() {
            self.network[id].server_leaves();
        }
        for fenced in opened.fenced {
            let unread = self.network[fenced].up.clone();
            self.network[fenced].close(CloseCode::TakenOver);
            if !rules.has(Rule::FencedConnectionIsIgnored) {
                self.network[fenced].server_reads = true;
                self.network[fenced].up = unread;
            }
        }
    }

    fn take(&mut self, id: ConnectionId, name: SessionName, message: Message, rules: Rules) {
        let result = self.server.receive(name, message, rules);
        self.accuse(id, result);
        if !rules.has(Rule::OnlyDoneIsAcknowledged) {
            self.acknowledge_lane(name, rules);
        }
    }

    fn accuse(&mut self, id: ConnectionId, result: Result<(), CloseCode>) {
        if let Err(code) = result {
            self.history.break_promise(Promise::NobodyIsAccused);
            self.network[id].close(code);
            self.server_loses(id);
        }
    }
}
