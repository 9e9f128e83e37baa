//! The client's side of the protocol, and what each message does to it.
//!
//! Owns: which connection is in charge, which is still opening, and what is
//! owed to the application. Never: the connections, of which it knows the names.
//!
//! ```text
//!   open ──► opening ──answer──► in charge     a second `open` while one is in charge
//!               └──── lost ────► (none)        moves: the first delivers until the answer
//! ```

use std::ops::RangeInclusive;

use super::{
    Answer, Attempt, ClientTokens, CloseCode, ConnectionId, Message, Number, Opening, Outbox, Payload,
    Position, Seen, SessionName, User,
};
use crate::{Rule, Rules};

/// A connection of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// Which one.
    pub connection: ConnectionId,
    /// The attempt that it was opened with.
    pub attempt: Attempt,
}

/// Why a client makes no further attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The application said goodbye.
    Goodbye,
    /// A close code said stop.
    Stopped(CloseCode),
}

/// What an answer makes the client do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Obeyed {
    /// To be told to the application: numbers of the inbox that are lost.
    pub gap: Option<RangeInclusive<Number>>,
    /// To be told to the application: outcome unknown.
    pub unknown: Vec<Payload>,
    /// Handled by the listener, and forgotten.
    pub done: Vec<Payload>,
    /// To be transmitted, in this order.
    pub transmit: Vec<Message>,
    /// No longer listened to.
    pub detached: Option<ConnectionId>,
}

/// The client's side of the protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Client {
    /// Whom its credential names.
    pub user: User,
    /// The session that its last answer was for.
    pub session: Option<SessionName>,
    /// The tokens it holds.
    pub tokens: ClientTokens,
    /// How many openings it has made.
    pub attempt: Attempt,
    /// What it sends.
    pub outbox: Outbox,
    /// What it has received.
    pub position: Position,
    /// The connection that carries the session.
    pub in_charge: Option<Link>,
    /// The connection whose answer is awaited.
    pub opening: Option<Link>,
    /// It makes no further attempt.
    pub end: Option<End>,
}

impl Client {
    /// The first message of a new connection, and what goes out with it.
    pub fn open(&mut self, connection: ConnectionId, rules: Rules) -> (Opening, Vec<Message>) {
        self.attempt += 1;
        let (attempt, user) = (self.attempt, self.user);
        self.opening = Some(Link { connection, attempt });
        let Some(session) = self.session else {
            return (Opening::Hello { token: self.tokens.current(), attempt, user }, Vec::new());
        };
        let (current, next) = self.tokens.for_resume(rules);
        let (inbox, sent) = (self.position.ask(), self.outbox.sent());
        let early =
            if rules.has(Rule::ClientWaitsForTheAnswer) { Vec::new() } else { self.outbox.transmit_above(0) };
        (Opening::Resume { session, current, next, attempt, inbox, sent, user }, early)
    }

    /// The answer has arrived on the connection that is opening.
    pub fn obey(&mut self, answer: Answer, rules: Rules) -> Obeyed {
        let mut obeyed = Obeyed::default();
        let Some(link) = self.opening.take() else { return obeyed };
        obeyed.detached = self.in_charge.replace(link).map(|older| older.connection);
        self.tokens.answered();
        let (accepted, oldest) = match answer {
            Answer::Welcome { session, oldest } => {
                self.session = Some(session);
                (0, oldest)
            }
            Answer::Resumed { accepted, done, oldest } => {
                obeyed.done = self.outbox.forget(done);
                (accepted, oldest)
            }
            Answer::Fresh { session, oldest, .. } => {
                self.session = Some(session);
                self.position = Position::default();
                obeyed.unknown = self.outbox.begin_again(rules);
                (0, oldest)
            }
        };
        obeyed.gap = self.position.answered(oldest, rules);
        obeyed.transmit = self.outbox.transmit_above(accepted);
        obeyed
    }

    /// The application sends; what is returned goes out on the connection in charge.
    pub fn submit(&mut self, payload: Payload, rules: Rules) -> Vec<Message> {
        self.outbox.submit(payload);
        self.transmit(rules)
    }

    /// What may go out now on the connection in charge.
    pub fn transmit(&mut self, rules: Rules) -> Vec<Message> {
        let moves = self.opening.is_some() && rules.has(Rule::MovingClientIsQuiet);
        if self.in_charge.is_none() || moves {
            return Vec::new();
        }
        self.outbox.transmit_above(self.outbox.sent())
    }

    /// The server says that everything up to `done` is handled.
    pub fn acknowledged(&mut self, done: Number) -> Vec<Payload> {
        self.outbox.forget(done)
    }

    /// A message of the inbox has arrived.
    pub fn receive(&mut self, number: Number, rules: Rules) -> Seen {
        self.position.receive(number, rules)
    }

    /// `connection` was closed by the server.
    pub fn closed(&mut self, connection: ConnectionId, code: CloseCode, rules: Rules) {
        let attempt = [self.in_charge, self.opening]
            .into_iter()
            .flatten()
            .find(|link| link.connection == connection)
            .map(|link| link.attempt);
        self.lost(connection);
        // A connection of an older attempt was taken over by this client itself.
        let is_own = attempt != Some(self.attempt) && rules.has(Rule::OwnTakeoverIsNoStop);
        if code != CloseCode::TakenOver || !is_own {
            self.end = Some(End::Stopped(code));
        }
    }

    /// `connection` was cut, or given up.
    pub fn lost(&mut self, connection: ConnectionId) {
        for link in [&mut self.in_charge, &mut self.opening] {
            if link.is_some_and(|link| link.connection == connection) {
                *link = None;
            }
        }
    }

    /// The application ends the session.
    pub fn say_goodbye(&mut self) {
        self.end = Some(End::Goodbye);
    }
}
