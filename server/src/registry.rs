//! The sessions of one endpoint, and the users they belong to.
//!
//! Owns: who can be reached, by session and by user. Both are changed under
//! one lock, so a session is found by its user exactly as long as by its id.
//! Never: runs user code.

use std::collections::HashMap;
use std::sync::Arc;

use crate::listener::Presence;
use crate::session::{Session, SessionId};
use crate::sync::Mutex;
use crate::user::UserId;

/// Who is there.
///
/// A session that left can be reached by nobody, but it is remembered until its
/// listener's `close` has returned, so that a shutdown can stop it.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    online: HashMap<SessionId, Session>,
    ending: HashMap<SessionId, Session>,
    users: HashMap<UserId, User>,
}

/// A user of whom at least one session is remembered.
#[derive(Debug, Default)]
struct User {
    online: HashMap<SessionId, Session>,
    /// How many sessions are remembered, online or ending.
    remembered_count: usize,
    presence: Arc<Presence>,
}

impl Registry {
    pub(crate) fn join(&self, session: Session) {
        let mut state = self.state.lock();
        if let Some(user) = session.user() {
            let user = state.users.entry(user.clone()).or_default();
            user.remembered_count += 1;
            user.online.insert(session.id(), session.clone());
        }
        state.online.insert(session.id(), session);
    }

    pub(crate) fn leave(&self, id: SessionId) {
        let mut state = self.state.lock();
        let Some(session) = state.online.remove(&id) else { return };
        if let Some(user) = session.user().and_then(|user| state.users.get_mut(user)) {
            user.online.remove(&id);
        }
        state.ending.insert(id, session);
    }

    pub(crate) fn forget(&self, id: SessionId) {
        let mut state = self.state.lock();
        let Some(session) = state.ending.remove(&id) else { return };
        if let Some(name) = session.user()
            && let Some(user) = state.users.get_mut(name)
        {
            user.remembered_count -= 1;
            if user.remembered_count == 0 {
                state.users.remove(name);
            }
        }
        drop(state);
        // It may be the last handle, and its attributes are the user's: dropped without the lock.
        drop(session);
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<Session> {
        self.state.lock().online.get(&id).cloned()
    }

    /// How many sessions can be reached, connected or suspended.
    pub(crate) fn len(&self) -> usize {
        self.state.lock().online.len()
    }

    /// Everyone who can be reached.
    pub(crate) fn sessions(&self) -> Vec<Session> {
        self.state.lock().online.values().cloned().collect()
    }

    /// The sessions of one user.
    pub(crate) fn sessions_of(&self, user: &str) -> Vec<Session> {
        let state = self.state.lock();
        state.users.get(user).map(|user| user.online.values().cloned().collect()).unwrap_or_default()
    }

    /// Calls `visit` for each plain session, under the lock: two broadcasts reach all sessions in the same order.
    ///
    /// Those in session mode read [streams](crate::session_mode::hub).
    pub(crate) fn for_each_plain(&self, visit: impl FnMut(&Session)) {
        self.state.lock().online.values().filter(|session| session.lasting().is_none()).for_each(visit);
    }

    /// The same for the plain sessions of one user.
    pub(crate) fn for_each_plain_of(&self, user: &str, visit: impl FnMut(&Session)) {
        let state = self.state.lock();
        if let Some(user) = state.users.get(user) {
            user.online.values().filter(|session| session.lasting().is_none()).for_each(visit);
        }
    }

    /// Calls `visit` for each user with the number of their sessions, under the lock.
    pub(crate) fn for_each_user(&self, mut visit: impl FnMut(&UserId, usize)) {
        let state = self.state.lock();
        let users = state.users.iter().filter(|(_, user)| !user.online.is_empty());
        users.for_each(|(name, user)| visit(name, user.online.len()));
    }

    /// The coming and going of `user`, while some session of theirs is remembered.
    pub(crate) fn presence(&self, user: &UserId) -> Option<Arc<Presence>> {
        self.state.lock().users.get(user).map(|user| Arc::clone(&user.presence))
    }

    /// Everyone that is still there in any way.
    pub(crate) fn remaining(&self) -> Vec<Session> {
        let state = self.state.lock();
        state.online.values().chain(state.ending.values()).cloned().collect()
    }
}
