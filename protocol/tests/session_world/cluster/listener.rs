//! What listeners and handlers do with what came.

use staywire_protocol::wire::FailureCode;
use staywire_protocol::{CloseCode, Instant};

use super::given::{Delivery, Given};
use super::{Cluster, Life, SessionKey, Wish};
use crate::session_world::Kind;
use crate::session_world::finding::Promise;
use crate::session_world::payload::Payload;

/// The session was ended because its listener panicked.
const PANICKED: CloseCode = CloseCode::from_number(3503);

impl Cluster {
    /// Gives the listener its next message, unless it is busy, or the session is about to move.
    pub(super) fn listen(&mut self, key: SessionKey, life: &mut Life<'_>) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        if served.is_listening || served.is_broken || !served.waiting.is_empty() {
            return;
        }
        let Some(&next) = served.inbound.front() else { return };
        served.is_listening = true;
        let delivery = Delivery {
            session: key,
            crashes: served.crashes,
            payload: next.payload,
            kind: Kind::Message,
            redelivered: next.redelivered,
        };
        self.wishes.push(Wish::Listen { session: key, process: served.process });
        self.given.deliver(delivery, life);
    }

    /// The listener has returned, with an error or without, or has panicked.
    pub(in super::super) fn listener_done(
        &mut self,
        now: Instant,
        key: SessionKey,
        process: u32,
        life: &mut Life<'_>,
    ) {
        let panics = life.random.below(400) == 0;
        let Some(served) = self.sessions.get_mut(&key).filter(|served| served.process == process) else {
            return;
        };
        served.is_listening = false;
        let Some(done) = served.inbound.pop_front() else { return };
        if panics {
            life.tally.panics += 1;
            served.is_broken = true;
            served.inbound.clear();
            served.session.end(PANICKED);
        } else {
            // An error is acknowledged as a success is.
            self.given.finished.insert(done.payload);
            served.session.finished(now, done.number);
        }
        self.drain(key, life);
        self.open_waiting(now, key, life);
    }

    /// Hands a request to a handler; that alone makes it done.
    pub(super) fn handle(
        &mut self,
        key: SessionKey,
        number: u64,
        payload: u64,
        redelivered: bool,
        life: &mut Life<'_>,
    ) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        let (crashes, process) = (served.crashes, served.process);
        served.handling.insert(number);
        self.given.finished.insert(payload);
        let kind = Kind::Request;
        self.given.deliver(Delivery { session: key, crashes, payload, kind, redelivered }, life);
        served.session.finished(life.now, number);
        self.wishes.push(Wish::Handle { session: key, process, number, payload });
    }

    /// A handler has its reply, or an error, unless it was given up.
    pub(in super::super) fn handler_done(
        &mut self,
        key: SessionKey,
        process: u32,
        number: u64,
        payload: u64,
        life: &mut Life<'_>,
    ) {
        let Some(served) = self.sessions.get_mut(&key).filter(|served| served.process == process) else {
            return;
        };
        if !served.handling.remove(&number) {
            life.tally.late += 1;
        } else if payload.is_multiple_of(5) {
            let code = FailureCode::from_number(1_000 + payload);
            served.session.fail(number, code, Payload::default(), 0);
        } else {
            let reply = Payload::reply_to(payload);
            let bytes = reply.len();
            served.session.reply(number, reply, bytes);
        }
        self.drain(key, life);
    }
}

impl Given {
    pub(super) fn deliver(&mut self, delivery: Delivery, life: &mut Life<'_>) {
        life.tally.delivered += 1;
        life.tally.redelivered += u64::from(delivery.redelivered);
        self.deliveries.push(delivery);
    }

    /// Whose payload it is.
    pub(super) fn number_of(&mut self, payload: &Payload) -> u64 {
        payload.number().unwrap_or_else(|| {
            self.findings.add(Promise::ToldTruly, "a payload is not what a page sent");
            0
        })
    }
}
