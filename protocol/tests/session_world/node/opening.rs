//! How the server answers an opening: it finds the session, makes one, or refuses.

use staywire_protocol::message::Opening;
use staywire_protocol::parts::tokens::Presented;
use staywire_protocol::server::{EndReason, Resume, Session, StreamAnswer};
use staywire_protocol::wire::{FreshReason, Id};
use staywire_protocol::{ConnectionId, Instant};

use super::super::{Payload, Sabotage, Token};
use super::{Node, Served, SessionKey, Wish, config};

impl Node {
    pub(super) fn open(&mut self, now: Instant, connection: ConnectionId, opening: Opening<Token>) {
        let real = match opening {
            Opening::Hello { attempt, .. } | Opening::Resume { attempt, .. } => attempt,
        };
        self.attempts += 1;
        let attempt = if self.sabotage == Sabotage::NoFencing { 1_000 + self.attempts } else { real };
        self.answer(now, connection, opening, attempt);
        if let Some(&key) = self.speaking.get(&connection.number()) {
            self.given.takeovers.push((key, real));
        }
    }

    fn answer(&mut self, now: Instant, connection: ConnectionId, opening: Opening<Token>, attempt: u64) {
        match opening {
            Opening::Hello { token, .. } => {
                let streams = vec![self.broadcast.join()];
                self.make_or_repeat(now, connection, (token, attempt), None, streams);
            }
            Opening::Resume { session, current, next, inbox, sent, streams, .. } => {
                let answers = self.held_streams(&streams);
                let key = session.bits() as SessionKey;
                if self.made_with(next).is_some_and(|made| made != key) {
                    let fresh = Some(FreshReason::Unknown);
                    return self.make_or_repeat(now, connection, (next, attempt), fresh, answers);
                }
                let fresh = match self.sessions.get(&key).map(|served| served.session.ended()) {
                    None if now.saturating_duration_since(self.started) < config().window => {
                        FreshReason::Restarted
                    }
                    None => FreshReason::Unknown,
                    Some(Some(EndReason::Expired)) => FreshReason::Expired,
                    Some(Some(_)) => return self.wishes.push(Wish::Close(connection)),
                    Some(None) => {
                        let resume = Resume { token: current, next, attempt, inbox, sent, streams: answers };
                        return self.resume(now, connection, key, resume);
                    }
                };
                self.make(now, connection, (next, attempt), Some(fresh), answers);
            }
        }
    }

    fn resume(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        key: SessionKey,
        resume: Resume<Payload, Token>,
    ) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        if self.sabotage == Sabotage::NoDeduplication {
            served.session = Session::restore(config(), now, served.session.snapshot());
        }
        if served.session.resume(now, connection, resume) == Presented::TakesOver {
            self.speaking.insert(connection.number(), key);
        }
    }

    /// Makes a session with `token`, unless one was made with it already and its answer may have been lost.
    fn make_or_repeat(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        token: (Token, u64),
        fresh: Option<FreshReason>,
        streams: Vec<StreamAnswer<Payload>>,
    ) {
        let made = self.made_with(token.0).and_then(|key| Some((key, self.sessions.get_mut(&key)?)));
        match made {
            Some((key, served)) if served.session.ended().is_none() => {
                let token = (&token.0, token.1);
                if served.session.open_again(now, connection, token, fresh, streams) == Presented::TakesOver {
                    self.speaking.insert(connection.number(), key);
                }
            }
            Some((_, served)) if served.session.ended() != Some(EndReason::Expired) => {
                self.wishes.push(Wish::Close(connection));
            }
            _ => self.make(now, connection, token, fresh, streams),
        }
    }

    /// The newest session that was made with `token`; ended ones are remembered.
    fn made_with(&self, token: Token) -> Option<SessionKey> {
        let made = |served: &Served| served.session.tokens().were_made_with(&token);
        self.sessions.iter().rev().find(|(_, served)| made(served)).map(|(&key, _)| key)
    }

    fn make(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        token: (Token, u64),
        fresh: Option<FreshReason>,
        streams: Vec<StreamAnswer<Payload>>,
    ) {
        self.next_key += 1;
        let session = Session::open(
            config(),
            now,
            connection,
            Id::from_bits(self.next_key.into()),
            token,
            fresh,
            streams,
        );
        self.sessions.insert(self.next_key, Served::new(session));
        self.speaking.insert(connection.number(), self.next_key);
    }
}
