//! The promises that concern openings, tokens and owners.
//!
//! Owns: what an observer who knows both sides says of each answer.

use super::{History, Promise, State};
use crate::Rules;
use crate::machine::{Client, CloseCode, Life, Opened, Opening, Server, Session, SessionName, Verdict};

impl History {
    /// An opening has been answered by a server that was in the state `before`.
    pub(super) fn opened(&mut self, before: &Server, client: &Client, opening: Opening, opened: &Opened) {
        let verdict = opened.verdict;
        let is_late = opening.attempt() < self.highest;
        let is_remembered = opening.attempt() > self.forgotten;
        let is_latest = opening.attempt() == client.attempt && client.end.is_none();
        if is_latest {
            self.check_latest(before, client, verdict);
        }
        match verdict {
            Verdict::Make { instead_of, .. } => {
                self.expect(!is_late || !is_remembered, Promise::LateOpeningMakesNone);
                // Of an attempt that began before all was lost, nobody can tell that it is late.
                if is_remembered {
                    self.check_made(before, opening, instead_of);
                    self.made.extend(opened.session.zip(Some(asker(opening))));
                }
            }
            Verdict::Again(name) | Verdict::Resume(name) => {
                self.expect(!is_late || !is_remembered, Promise::LateOpeningTakesNothing);
                let owner = before.session(name).map(|session| session.user);
                self.expect(owner == Some(opening.user()), Promise::SessionIsItsUsers);
            }
            Verdict::Refuse(code) => {
                self.expect(code != CloseCode::Violation, Promise::NobodyIsAccused);
                return;
            }
        }
        if let (Verdict::Resume(_), Opening::Resume { current, .. }) = (verdict, opening) {
            self.expect(current >= self.superseded_below, Promise::SupersededTokenIsDead);
            self.superseded_below = self.superseded_below.max(current);
        }
        self.highest = self.highest.max(opening.attempt());
    }

    /// Something other than an opening has arrived on a connection, which `session` listens to.
    pub(super) fn heard(&mut self, session: Option<SessionName>, server: &Server) {
        if let Some(session) = session.and_then(|name| server.session(name)) {
            self.superseded_below = self.superseded_below.max(session.tokens.newest());
        }
    }

    /// The client's latest attempt gets its session while the server has it, and is never refused.
    fn check_latest(&mut self, before: &Server, client: &Client, verdict: Verdict) {
        let own = client.session.and_then(|name| before.session(name));
        let own = own.filter(|session| session.is_live() && session.user == client.user);
        let gets_it = match (verdict, own) {
            (Verdict::Refuse(code), _) => code == CloseCode::Ended,
            (_, None) => true,
            (verdict, Some(own)) => verdict == Verdict::Resume(own.name),
        };
        self.expect(gets_it, Promise::NobodyIsLockedOut);
    }

    /// No earlier opening has made what this one makes.
    fn check_made(&mut self, before: &Server, opening: Opening, instead_of: Option<SessionName>) {
        let is_live = |name| before.session(name).is_some_and(Session::is_live);
        let asks = asker(opening);
        let is_first = !self
            .made
            .iter()
            .any(|(made, asked)| *asked == asks && Some(*made) != instead_of && is_live(*made));
        let promise = match opening {
            Opening::Hello { .. } => Promise::HelloMakesOneSession,
            Opening::Resume { .. } => Promise::FreshMakesOneSession,
        };
        self.expect(is_first, promise);
        let asker = asks.and_then(|name| before.session(name));
        let was_ended = asker.is_some_and(|session| session.life == Life::Ended);
        self.expect(!was_ended, Promise::EndedStaysEnded);
    }
}

/// The session in whose place another one is asked for, if there was one.
fn asker(opening: Opening) -> Option<SessionName> {
    match opening {
        Opening::Hello { .. } => None,
        Opening::Resume { session, .. } => Some(session),
    }
}

impl State {
    /// The promises that hold at every moment.
    pub(super) fn check_invariants(&mut self, rules: Rules) {
        self.history.check_acknowledged(&self.server);
        let live: Vec<_> = self.server.sessions().iter().filter(|session| session.is_live()).collect();
        let one_owner = live.iter().all(|session| session.attached.len() <= 1);
        let tokens: Vec<_> = live.iter().map(|session| session.tokens.newest()).collect();
        let opened_by = |token| live.iter().filter(|session| session.tokens.opens(token, rules)).count();
        let one_session = tokens.into_iter().all(|token| opened_by(token) <= 1);
        self.history.expect(one_owner, Promise::OneOwner);
        self.history.expect(one_session, Promise::TokenOpensOneSession);
    }
}
