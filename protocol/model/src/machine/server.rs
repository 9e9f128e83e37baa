//! The server's side of the protocol: its sessions, and what each message does to them.
//!
//! Owns: the sessions, those that have ended included, and the answers. Never:
//! the connections, of which it knows the names.

use super::{
    Answer, Born, CloseCode, ConnectionId, Downward, Life, Message, Number, Opening, Session, SessionName,
    Taken, Verdict, judge,
};
use crate::{Rule, Rules};

/// The server's side of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    sessions: Vec<Session>,
    made: u32,
    restarted: bool,
    ring: usize,
}

/// What an opening did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the opening got.
    pub verdict: Verdict,
    /// The session that is now on this connection.
    pub session: Option<SessionName>,
    /// What goes out on it: the answer and what follows it, or a close.
    pub out: Vec<Downward>,
    /// Older connections, to be closed with [`CloseCode::TakenOver`].
    pub fenced: Vec<ConnectionId>,
}

impl Server {
    /// A server without sessions, whose inboxes hold `ring` messages for repetition.
    #[must_use]
    pub fn new(ring: usize) -> Self {
        Self { sessions: Vec::new(), made: 0, restarted: false, ring }
    }

    /// All sessions, those that have ended included.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The session of that name.
    #[must_use]
    pub fn session(&self, name: SessionName) -> Option<&Session> {
        self.sessions.iter().find(|session| session.name == name)
    }

    /// The session of that name, for what its listener and its window do.
    pub fn session_mut(&mut self, name: SessionName) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.name == name)
    }

    /// The session that listens to `connection`.
    #[must_use]
    pub fn on(&self, connection: ConnectionId) -> Option<SessionName> {
        self.sessions
            .iter()
            .find(|session| session.attached.contains(&connection))
            .map(|session| session.name)
    }

    /// The first message of `connection` has arrived.
    pub fn open(&mut self, opening: Opening, connection: ConnectionId, rules: Rules) -> Opened {
        let verdict = judge(&self.sessions, opening, self.restarted, rules);
        let mut fenced = Vec::new();
        let name = match verdict {
            Verdict::Refuse(code) => {
                return Opened { verdict, session: None, out: vec![Downward::Close(code)], fenced };
            }
            Verdict::Make { born, instead_of } => {
                fenced.extend(instead_of.map(|name| self.end(name, Life::Ended)).unwrap_or_default());
                self.make(born, opening, rules)
            }
            Verdict::Again(name) => name,
            Verdict::Resume(name) => self.resume(name, opening, rules),
        };
        let mut out = Vec::new();
        if let Some(session) = self.session_mut(name) {
            session.attempt = opening.attempt();
            fenced.extend(session.attach(connection, rules));
            out = answer_and_inbox(session, verdict, opening, rules);
        }
        Opened { verdict, session: Some(name), out, fenced }
    }

    /// The session ends; what is returned are its connections.
    pub fn end(&mut self, name: SessionName, life: Life) -> Vec<ConnectionId> {
        let Some(session) = self.session_mut(name) else { return Vec::new() };
        session.life = life;
        std::mem::take(&mut session.attached)
    }

    /// A numbered message has arrived; `Err` is a violation.
    pub fn receive(&mut self, name: SessionName, message: Message, rules: Rules) -> Result<(), CloseCode> {
        let Some(session) = self.session_mut(name) else { return Ok(()) };
        match session.lane.take(message, rules) {
            Taken::Accepted | Taken::Repeat => Ok(()),
            Taken::Gap => Err(CloseCode::Violation),
        }
    }

    /// The client has its inbox up to `number`; `Err` is a violation.
    pub fn trim(&mut self, name: SessionName, number: Number) -> Result<(), CloseCode> {
        let Some(session) = self.session_mut(name) else { return Ok(()) };
        if number > session.inbox.last() {
            return Err(CloseCode::Violation);
        }
        session.inbox.trim(number);
        Ok(())
    }

    /// The process has crashed; `record` tells whether what it had stored is left.
    #[must_use]
    pub fn after_crash(&self, record: bool, rules: Rules) -> Self {
        let kept = self.sessions.iter().filter(|_| record);
        let sessions = kept.map(|session| session.after_crash(rules)).collect();
        Self { sessions, restarted: !record || self.restarted, ..*self }
    }

    /// Another process takes over, this one having stopped in good order.
    #[must_use]
    pub fn after_hand_over(&self, rules: Rules) -> Self {
        let sessions = self.sessions.iter().map(|session| session.after_hand_over(rules)).collect();
        Self { sessions, ..*self }
    }

    fn make(&mut self, born: Born, opening: Opening, rules: Rules) -> SessionName {
        let token = match opening {
            Opening::Hello { token, .. } => token,
            Opening::Resume { next, .. } => next,
        };
        if rules.has(Rule::TokenOpensOneSession) {
            self.sessions.iter_mut().for_each(|session| session.tokens.give_up_next(token));
        }
        self.made += 1;
        let name = SessionName(self.made);
        self.sessions.push(Session::new(name, born, opening, token, self.ring));
        name
    }

    fn resume(&mut self, name: SessionName, opening: Opening, rules: Rules) -> SessionName {
        if let (Some(session), Opening::Resume { current, next, sent, .. }) =
            (self.session_mut(name), opening)
        {
            session.tokens.present(current, next, rules);
            session.lane.resumed(sent, rules);
        }
        name
    }
}

fn answer_and_inbox(session: &Session, verdict: Verdict, opening: Opening, rules: Rules) -> Vec<Downward> {
    let (answer, position) = match (verdict, opening) {
        (Verdict::Resume(_), Opening::Resume { inbox, .. }) => {
            let (accepted, done) = (session.lane.accepted(rules), session.lane.done());
            (Answer::Resumed { accepted, done, oldest: session.inbox.oldest(inbox) }, inbox)
        }
        _ => {
            let oldest = if rules.has(Rule::EveryAnswerNamesTheOldest) { session.inbox.oldest(0) } else { 1 };
            match session.born {
                Born::Hello => (Answer::Welcome { session: session.name, oldest }, 0),
                Born::Fresh(reason) => (Answer::Fresh { reason, session: session.name, oldest }, 0),
            }
        }
    };
    let inbox = session.inbox.after(position).map(Downward::Data);
    std::iter::once(Downward::Answer(answer)).chain(inbox).collect()
}
