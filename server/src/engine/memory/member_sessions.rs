//! Who is in a topic.

use std::collections::{BTreeMap, HashMap};

use crate::engine::{Member, MemberState, PresenceChange};
use crate::session::SessionId;

/// Each member's sessions.
#[derive(Default)]
pub(super) struct MemberSessions {
    members: BTreeMap<Member, HashMap<SessionId, MemberState>>,
}

impl MemberSessions {
    /// Takes in what a session of `member` does; what that changes for the member.
    pub(super) fn set(
        &mut self,
        session: SessionId,
        member: &Member,
        state: Option<MemberState>,
    ) -> Option<PresenceChange> {
        let before = self.members.get(member).and_then(folded);
        match state {
            Some(state) => {
                self.members.entry(member.clone()).or_default().insert(session, state);
            }
            None => self.remove(session, member),
        }
        PresenceChange::between(before, self.members.get(member).and_then(folded))
    }

    fn remove(&mut self, session: SessionId, member: &Member) {
        let Some(sessions) = self.members.get_mut(member) else { return };
        sessions.remove(&session);
        if sessions.is_empty() {
            self.members.remove(member);
        }
    }

    pub(super) fn list(&self) -> Vec<(Member, MemberState)> {
        self.members
            .iter()
            .filter_map(|(member, sessions)| Some((member.clone(), folded(sessions)?)))
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// What the member is doing whose sessions these are: it is connected if one of them is.
fn folded(sessions: &HashMap<SessionId, MemberState>) -> Option<MemberState> {
    sessions.values().max().copied()
}
