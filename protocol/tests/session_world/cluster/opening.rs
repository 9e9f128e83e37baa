//! The registry: which session an opening is for, and on which node (PROTOCOL.md §4).

use staywire_protocol::message::Opening;
use staywire_protocol::parts::tokens::Presented;
use staywire_protocol::server::{Found, Resume, Ruling, Session, StreamAnswer};
use staywire_protocol::wire::{FreshReason, Id, Token};
use staywire_protocol::{CloseCode, ConnectionId, Instant};

use super::served::{Served, TokenHash};
use super::{Cluster, Life, SessionKey, WINDOW, Wish, config};
use crate::session_world::network::{Parcel, WireId};
use crate::session_world::payload::Payload;
use crate::session_world::sabotage::Sabotage;

impl Cluster {
    pub(super) fn open(
        &mut self,
        now: Instant,
        wire: WireId,
        node: usize,
        opening: Opening<Token>,
        life: &mut Life<'_>,
    ) {
        self.openings += 1;
        let Some(key) = self.session_of(&opening) else {
            return self.answer(now, wire, node, opening, life);
        };
        if self.stored.contains_key(&key) {
            // It will be there again when its process is.
            let busy = Parcel::Close(CloseCode::TRY_AGAIN_LATER, "retry=500".into());
            return self.wishes.push(Wish::Write(wire, busy));
        }
        if let Some(served) = self.sessions.get_mut(&key).filter(|served| served.node != node)
            && served.is_taken_over_by(&opening)
        {
            if served.is_listening {
                return served.waiting.push((wire, node, opening));
            }
            self.hand_over(now, key, node, life);
        }
        self.answer(now, wire, node, opening, life);
    }

    /// The session that an opening is for, if there is one.
    fn session_of(&self, opening: &Opening<Token>) -> Option<SessionKey> {
        match opening {
            Opening::Hello { token, .. } => self.made_with(hash(token)),
            Opening::Resume { session, next, .. } => {
                let named = session.bits() as SessionKey;
                let is_known = self.sessions.contains_key(&named) || self.stored.contains_key(&named);
                self.made_with(hash(next)).or_else(|| is_known.then_some(named))
            }
        }
    }

    /// Answers on a node that holds the session, or may make one.
    fn answer(
        &mut self,
        now: Instant,
        wire: WireId,
        node: usize,
        opening: Opening<Token>,
        life: &mut Life<'_>,
    ) {
        let real = match opening {
            Opening::Hello { attempt, .. } | Opening::Resume { attempt, .. } => attempt,
        };
        let attempt = if self.sabotage == Sabotage::NoFencing { 1_000_000 + self.openings } else { real };
        let key = match opening {
            Opening::Hello { token, .. } => {
                let streams = self.nodes[node].join_all();
                self.make_or_repeat(now, (wire, node), (hash(&token), attempt), None, streams)
            }
            Opening::Resume { session, current, next, inbox, sent, streams, .. } => {
                let with_topics = life.random.below(4) > 0;
                let streams = self.nodes[node].recover_all(&streams, with_topics);
                let resume =
                    Resume { token: hash(&current), next: hash(&next), attempt, inbox, sent, streams };
                self.resume(now, (wire, node), session.bits() as SessionKey, resume)
            }
        };
        let Some((key, presented)) = key else { return };
        if presented == Presented::TakesOver {
            self.speaking.insert(wire, key);
            self.given.took_over(key, real);
        }
        self.drain(key, life);
    }

    fn resume(
        &mut self,
        now: Instant,
        (wire, node): (WireId, usize),
        key: SessionKey,
        resume: Resume<Payload, TokenHash>,
    ) -> Option<(SessionKey, Presented)> {
        let token = (resume.next, resume.attempt);
        if self.made_with(resume.next).is_some_and(|made| made != key) {
            let fresh = Some(FreshReason::Expired);
            return self.make_or_repeat(now, (wire, node), token, fresh, resume.streams);
        }
        let fresh = match self.sessions.get_mut(&key) {
            None if now.saturating_duration_since(self.nodes[node].started) < WINDOW => {
                FreshReason::Restarted
            }
            None => FreshReason::Unknown,
            Some(served) => {
                let presented = served.session.tokens().judge(&resume.token, resume.attempt);
                match served.found(presented).rule_on_resume() {
                    Ruling::TakesOver => {
                        if self.sabotage == Sabotage::NoDeduplication {
                            served.session = Session::restore(config(), now, served.session.snapshot());
                        }
                        let connection = ConnectionId::from_number(wire);
                        return Some((key, served.session.resume(now, connection, resume)));
                    }
                    Ruling::Expired => FreshReason::Expired,
                    ruling => return self.refuse(wire, ruling),
                }
            }
        };
        Some(self.make(now, (wire, node), token, Some(fresh), resume.streams))
    }

    /// Closes the connection of an opening that gets no session.
    fn refuse<T>(&mut self, wire: WireId, ruling: Ruling) -> Option<T> {
        let code = match ruling {
            Ruling::Superseded | Ruling::UnknownToken => CloseCode::SUPERSEDED,
            Ruling::TokenInUse => CloseCode::VIOLATION,
            Ruling::TakesOver | Ruling::Ended | Ruling::Expired | Ruling::OtherUser => CloseCode::ENDED,
        };
        self.wishes.push(Wish::Write(wire, Parcel::close(code)));
        None
    }

    /// Makes a session with `token`, unless one was made with it already and its answer may have been lost.
    fn make_or_repeat(
        &mut self,
        now: Instant,
        (wire, node): (WireId, usize),
        token: (TokenHash, u64),
        fresh: Option<FreshReason>,
        streams: Vec<StreamAnswer<Payload>>,
    ) -> Option<(SessionKey, Presented)> {
        let made = self.made_with(token.0).and_then(|key| Some((key, self.sessions.get_mut(&key)?)));
        let Some((key, served)) = made else {
            return Some(self.make(now, (wire, node), token, fresh, streams));
        };
        let presented = served.session.tokens().clone().on_hello(&token.0, token.1);
        match served.found(presented).rule_on_repetition() {
            Ruling::TakesOver => {
                let (connection, token) = (ConnectionId::from_number(wire), (&token.0, token.1));
                Some((key, served.session.open_again(now, connection, token, fresh, streams)))
            }
            Ruling::Expired => Some(self.make(now, (wire, node), token, fresh, streams)),
            ruling => self.refuse(wire, ruling),
        }
    }

    /// The newest session that was made with `token`; ended ones are remembered.
    fn made_with(&self, token: TokenHash) -> Option<SessionKey> {
        let made = |served: &Served| served.session.tokens().were_made_with(&token);
        let held = self.sessions.iter().rev().find(|(_, served)| made(served)).map(|(&key, _)| key);
        let is_made = |stored: &super::Stored| stored.snapshot.tokens.were_made_with(&token);
        let stored = self.stored.iter().rev().find(|(_, (_, stored))| is_made(stored)).map(|(&key, _)| key);
        held.max(stored)
    }

    fn make(
        &mut self,
        now: Instant,
        (wire, node): (WireId, usize),
        token: (TokenHash, u64),
        fresh: Option<FreshReason>,
        streams: Vec<StreamAnswer<Payload>>,
    ) -> (SessionKey, Presented) {
        self.last_session += 1;
        let id = Id::from_bits(self.last_session.into());
        let connection = ConnectionId::from_number(wire);
        let session = Session::open(config(), now, connection, id, token, fresh, streams);
        self.sessions.insert(self.last_session, Served::new(session, node));
        (self.last_session, Presented::TakesOver)
    }
}

impl Served {
    /// The session as an opening finds it; nobody here has a name.
    const fn found(&self, presented: Presented) -> Found {
        Found { presented, ended: self.session.ended(), is_of_another_user: false }
    }

    /// Whether the opening would take over the session, so that it is worth moving it.
    fn is_taken_over_by(&self, opening: &Opening<Token>) -> bool {
        let mut tokens = self.session.tokens().clone();
        let presented = match opening {
            Opening::Hello { token, attempt, .. } => tokens.on_hello(&hash(token), *attempt),
            Opening::Resume { next, attempt, .. } if tokens.were_made_with(&hash(next)) => {
                tokens.on_hello(&hash(next), *attempt)
            }
            Opening::Resume { current, next, attempt, .. } => {
                tokens.on_resume(hash(current), hash(next), *attempt)
            }
        };
        presented == Presented::TakesOver && self.session.ended().is_none()
    }
}

/// What stands for the hash of a token.
fn hash(token: &Token) -> TokenHash {
    let word = |chunk: &[u8]| chunk.iter().fold(0_u64, |word, &byte| word << 8 | u64::from(byte));
    token.as_bytes().chunks(8).fold(0, |hash: u64, chunk| hash.rotate_left(17) ^ word(chunk))
}
