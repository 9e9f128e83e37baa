//! One session, as the server keeps it.
//!
//! Owns: the record of the session. What a crash leaves of it is
//! [`Session::after_crash`].

use super::{
    Attempt, ConnectionId, FreshReason, Inbox, Lane, Opening, SessionName, SessionTokens, Token, User,
};
use crate::{Rule, Rules};

/// What made a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Born {
    /// `hello`.
    Hello,
    /// A `resume` that was answered by `fresh`.
    Fresh(FreshReason),
}

/// Whether a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    /// It does.
    Live,
    /// Its window was over; its tokens are remembered for a while.
    Expired,
    /// The client said goodbye, or the server ended it; likewise.
    Ended,
}

/// One session, as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Its name.
    pub name: SessionName,
    /// Whose it is.
    pub user: User,
    /// What made it.
    pub born: Born,
    /// Whether it goes on.
    pub life: Life,
    /// What opens it.
    pub tokens: SessionTokens,
    /// The last attempt that was answered.
    pub attempt: Attempt,
    /// It has heard something after its opening.
    pub has_heard: bool,
    /// The client's lane.
    pub lane: Lane,
    /// The inbox.
    pub inbox: Inbox,
    /// The connections that it listens to: one at most.
    pub attached: Vec<ConnectionId>,
}

impl Session {
    /// A session made by `opening`, with the token that opens it.
    #[must_use]
    pub fn new(name: SessionName, born: Born, opening: Opening, token: Token, ring: usize) -> Self {
        Self {
            name,
            user: opening.user(),
            born,
            life: Life::Live,
            tokens: SessionTokens::new(token),
            attempt: opening.attempt(),
            has_heard: false,
            lane: Lane::default(),
            inbox: Inbox::new(ring),
            attached: Vec::new(),
        }
    }

    /// Whether it goes on.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.life == Life::Live
    }

    /// The connection that was attached last.
    #[must_use]
    pub fn connection(&self) -> Option<ConnectionId> {
        self.attached.last().copied()
    }

    /// Listens to `connection`; what is returned is fenced.
    pub fn attach(&mut self, connection: ConnectionId, rules: Rules) -> Vec<ConnectionId> {
        let older = std::mem::take(&mut self.attached);
        if !rules.has(Rule::OlderConnectionIsFenced) {
            self.attached.clone_from(&older);
        }
        self.attached.push(connection);
        if rules.has(Rule::OlderConnectionIsFenced) { older } else { Vec::new() }
    }

    /// Listens to `connection` no more.
    pub fn detach(&mut self, connection: ConnectionId) {
        self.attached.retain(|attached| *attached != connection);
    }

    /// Something other than an opening has arrived on its connection.
    pub fn hear(&mut self, rules: Rules) {
        self.has_heard = true;
        self.tokens.prove(rules);
        self.lane.proven();
    }

    /// The process has crashed: what another one finds in the record.
    #[must_use]
    pub fn after_crash(&self, rules: Rules) -> Self {
        let mut session = self.clone();
        session.lane = self.lane.after_crash();
        session.attached.clear();
        if !rules.has(Rule::RecordIsStoredFirst) {
            session.tokens = self.tokens.as_made();
            session.attempt = 1;
        }
        if !rules.has(Rule::LostNumberingIsFresh) {
            session.inbox = self.inbox.emptied();
        }
        session
    }

    /// Another process takes over, this one having stopped in good order.
    #[must_use]
    pub fn after_hand_over(&self, rules: Rules) -> Self {
        let mut session = self.clone();
        session.lane = self.lane.after_hand_over(rules);
        session.attached.clear();
        session
    }
}
