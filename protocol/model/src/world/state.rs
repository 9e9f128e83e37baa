//! All of it at one moment.
//!
//! Owns: the client, the server, the connections, what is used of the bounds,
//! and the history against which promises are checked.

use super::{Bounds, Connection, History, Promise, Used};
use crate::machine::{Client, ConnectionId, Server, Session, SessionName};

/// All of it at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The client.
    pub client: Client,
    /// The server, whichever process it is.
    pub server: Server,
    /// Every connection ever opened.
    pub network: Vec<Connection>,
    /// What is used of the bounds.
    pub used: Used,
    /// What has happened, as far as promises depend on it.
    pub history: History,
}

impl State {
    /// Before anything has happened.
    #[must_use]
    pub fn new(bounds: &Bounds) -> Self {
        Self {
            client: Client::default(),
            server: Server::new(bounds.ring),
            network: Vec::new(),
            used: Used::default(),
            history: History::default(),
        }
    }

    /// Whether `promise` was kept so far.
    #[must_use]
    pub fn keeps(&self, promise: Promise) -> bool {
        !self.history.broken.contains(promise)
    }

    /// The client's connection that carries the session.
    #[must_use]
    pub fn in_charge(&self) -> Option<ConnectionId> {
        self.client.in_charge.map(|link| link.connection)
    }

    /// The session that the server's application speaks to.
    #[must_use]
    pub fn addressed(&self) -> Option<SessionName> {
        let live = |name: &SessionName| self.server.session(*name).is_some_and(Session::is_live);
        let newest = self.server.sessions().iter().map(|session| session.name).filter(live).max();
        self.client.session.filter(live).or(newest)
    }

    /// Whether client and server have met, and everything has arrived or was told.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        if self.client.end.is_some() {
            return true;
        }
        let met = self.in_charge().and_then(|connection| self.server.on(connection));
        let Some(session) = met.and_then(|name| self.server.session(name)) else { return false };
        let submitted = 1..=self.used.messages;
        met == self.client.session
            && self.client.opening.is_none()
            && self.client.outbox.kept().next().is_none()
            && submitted.into_iter().all(|payload| self.history.is_handled_or_told(payload))
            && self.history.has_received_all_of(session)
    }
}
