//! What the client does by itself, and what arriving messages make it do.
//!
//! Owns: carrying out what [`Client`](crate::machine::Client) decides.

use super::{Connection, State};
use crate::machine::{Answer, CloseCode, ConnectionId, Downward, End, Message, Seen, Upward};
use crate::{Promise, Rules};

impl State {
    /// The client's application sends.
    pub(super) fn submit(&mut self, rules: Rules) {
        self.used.messages += 1;
        let messages = self.client.submit(self.used.messages, rules);
        self.transmit(messages);
    }

    /// The client opens a connection.
    pub(super) fn connect(&mut self, rules: Rules) {
        let (opening, early) = self.client.open(self.network.len(), rules);
        early.iter().for_each(|message| self.history.transmitted(message.payload));
        let early = early.into_iter().map(Upward::Data);
        self.network.push(Connection::new(std::iter::once(Upward::Open(opening)).chain(early)));
    }

    /// The client acknowledges its inbox.
    pub(super) fn acknowledge(&mut self) {
        let Some(id) = self.in_charge() else { return };
        let number = self.client.position.number();
        self.network[id].inbox_acknowledged = Some(number);
        self.network[id].send_up(Upward::Acknowledge(number));
    }

    /// The client's application ends the session.
    pub(super) fn say_goodbye(&mut self) {
        self.client.say_goodbye();
        if let Some(id) = self.in_charge() {
            self.network[id].send_up(Upward::Goodbye);
        }
        self.network.iter_mut().for_each(Connection::client_leaves);
    }

    /// The client gives a connection up.
    pub(super) fn client_loses(&mut self, id: ConnectionId, rules: Rules) {
        self.network[id].client_leaves();
        self.client.lost(id);
        let messages = self.client.transmit(rules);
        self.transmit(messages);
    }

    /// The oldest message on its way to the client arrives.
    pub(super) fn arrive_down(&mut self, id: ConnectionId, rules: Rules) {
        match self.network[id].down.pop_front() {
            None => {}
            Some(Downward::Answer(answer)) => self.obey(answer, rules),
            Some(Downward::Data(message)) => self.receive(id, message, rules),
            Some(Downward::Acknowledge(number)) => {
                let done = self.client.acknowledged(number);
                self.history.acknowledged(&done);
            }
            Some(Downward::Close(code)) => {
                self.client.closed(id, code, rules);
                if self.client.end == Some(End::Stopped(CloseCode::TakenOver)) {
                    self.history.break_promise(Promise::NobodyIsLockedOut);
                }
                self.client_loses(id, rules);
            }
        }
    }

    fn obey(&mut self, answer: Answer, rules: Rules) {
        let before = self.client.outbox.clone();
        let obeyed = self.client.obey(answer, rules);
        self.history.acknowledged(&obeyed.done);
        if let Answer::Fresh { .. } = answer {
            self.history.fresh(&before, &self.client.outbox, &obeyed.unknown);
        }
        if let (Some(gap), Some(name)) = (obeyed.gap, self.client.session) {
            let ring_lost_up_to = self.server.session(name).map(|session| session.inbox.lost_up_to());
            self.history.gap(gap, ring_lost_up_to);
        }
        if let Some(id) = obeyed.detached {
            self.network[id].client_leaves();
        }
        self.transmit(obeyed.transmit);
    }

    fn receive(&mut self, id: ConnectionId, message: Message, rules: Rules) {
        match self.client.receive(message.number, rules) {
            Seen::Deliver => self.history.received(message, self.client.session),
            Seen::Repeat => self.history.repeated(message),
            Seen::Gap => {
                self.history.break_promise(Promise::NobodyIsAccused);
                self.client_loses(id, rules);
            }
        }
    }

    fn transmit(&mut self, messages: Vec<Message>) {
        let Some(id) = self.in_charge() else { return };
        for message in messages {
            self.history.transmitted(message.payload);
            self.network[id].send_up(Upward::Data(message));
        }
    }
}
