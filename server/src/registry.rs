//! The sessions of one endpoint.

use std::collections::HashMap;

use crate::session::{Session, SessionId};
use crate::sync::Mutex;

/// Who is there.
///
/// A session that left can be reached by nobody, but it is remembered until its
/// listener's `close` has returned, so that a shutdown can stop it.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    members: Mutex<Members>,
}

#[derive(Debug, Default)]
struct Members {
    online: HashMap<SessionId, Session>,
    ending: HashMap<SessionId, Session>,
}

impl Registry {
    pub(crate) fn join(&self, session: Session) {
        self.members.lock().online.insert(session.id(), session);
    }

    pub(crate) fn leave(&self, id: SessionId) {
        let mut members = self.members.lock();
        if let Some(session) = members.online.remove(&id) {
            members.ending.insert(id, session);
        }
    }

    pub(crate) fn forget(&self, id: SessionId) {
        let forgotten = self.members.lock().ending.remove(&id);
        // It may be the last handle, and its attributes are the user's: dropped without the lock.
        drop(forgotten);
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<Session> {
        self.members.lock().online.get(&id).cloned()
    }

    pub(crate) fn online(&self) -> usize {
        self.members.lock().online.len()
    }

    /// Calls `visit` for each session, under the lock: two broadcasts reach all sessions in the same order.
    pub(crate) fn for_each(&self, visit: impl FnMut(&Session)) {
        self.members.lock().online.values().for_each(visit);
    }

    /// Everyone that is still there in any way.
    pub(crate) fn remaining(&self) -> Vec<Session> {
        let members = self.members.lock();
        members.online.values().chain(members.ending.values()).cloned().collect()
    }
}
