//! The sessions of one endpoint that an opening can name.
//!
//! Owns: finding a session by its id and by the token that it was made with,
//! also for a while after its end, or an opening that arrives late would make
//! another. Never: decides what becomes of an opening.
//!
//! Lock order: what was made with a token, then streams, then a session, then
//! what is known by id.

use std::collections::HashMap;
use std::sync::MutexGuard;

use staywire_protocol::parts::tokens::KnownTokens;
use staywire_protocol::server::EndReason;
use staywire_protocol::{Duration, Instant};

use super::token_hash::TokenHash;
use crate::session::{Session, SessionId};
use crate::shards::Shards;

/// How long an ended session is remembered (PROTOCOL.md §4).
const REMEMBERED: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct Directory {
    known: Shards<SessionId, Known>,
    made: Shards<TokenHash, SessionId>,
}

#[derive(Clone)]
pub(crate) enum Known {
    Alive(Session),
    Ended(Ended),
}

/// What is left of a session that has ended.
#[derive(Clone)]
pub(crate) struct Ended {
    pub(crate) tokens: KnownTokens<TokenHash>,
    pub(crate) reason: EndReason,
    pub(crate) made_with: TokenHash,
    pub(crate) at: Instant,
}

/// Which sessions were made with a token and its neighbours. While it is held, no opening with this token is decided.
pub(crate) struct MadeWith<'a> {
    token: TokenHash,
    made: MutexGuard<'a, HashMap<TokenHash, SessionId>>,
}

impl Directory {
    pub(crate) fn made_with(&self, token: TokenHash) -> MadeWith<'_> {
        MadeWith { token, made: self.made.of(&token) }
    }

    pub(crate) fn find(&self, id: SessionId) -> Option<Known> {
        self.known.of(&id).get(&id).cloned()
    }

    pub(crate) fn add(&self, session: &Session) {
        self.known.of(&session.id()).insert(session.id(), Known::Alive(session.clone()));
    }

    /// The session goes on in the next process. It is called with the session's lock held, as [`bury`](Self::bury).
    pub(crate) fn remove(&self, id: SessionId) {
        self.known.of(&id).remove(&id);
    }

    /// The session is over. It is called with the session's lock held, so whoever finds it over finds it here.
    pub(crate) fn bury(&self, id: SessionId, ended: Ended) {
        // It drops a handle, and whoever ends the session has another.
        self.known.of(&id).insert(id, Known::Ended(ended));
    }

    /// Forgets those that ended long ago.
    pub(crate) fn forget(&self, now: Instant) {
        for mut known in self.known.iter() {
            let is_old = |ended: &Ended| now.saturating_duration_since(ended.at) >= REMEMBERED;
            let old = known.extract_if(|_, known| matches!(known, Known::Ended(ended) if is_old(ended)));
            let old: Vec<_> = old.collect();
            drop(known);
            for (id, known) in old {
                if let Known::Ended(ended) = known {
                    let mut made = self.made.of(&ended.made_with);
                    // Another session may have been made with the same token since.
                    if made.get(&ended.made_with) == Some(&id) {
                        made.remove(&ended.made_with);
                    }
                }
            }
        }
    }
}

impl MadeWith<'_> {
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.made.get(&self.token).copied()
    }

    pub(crate) fn set(&mut self, id: SessionId) {
        self.made.insert(self.token, id);
    }
}
