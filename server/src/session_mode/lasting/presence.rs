//! What the engine is told of a session's coming and going in topics.
//!
//! Owns: that the engine knows in the end what is so, whatever order things
//! happen in and however often it fails, until the server has drained. Never:
//! calls the engine where anything is locked; a task does, which exists while
//! there is something to tell.
//!
//! ```text
//!  subscribed, given up, suspended, resumed, over ──► wanted ──(differs from what was told)──► engine
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{Core, LastingSession};
use crate::engine::{Member, MemberState};
use crate::session::{Session, SessionId};
use crate::sync::Mutex;
use crate::topic::TopicName;

/// Most sessions are in no topic that counts its readers, and have nothing here.
#[derive(Default)]
pub(super) struct Presence(Mutex<Option<Box<State>>>);

#[derive(Default)]
struct State {
    /// The topics that the session is in, and how.
    wanted: BTreeMap<TopicName, MemberState>,
    /// What the engine was told last.
    told: BTreeMap<TopicName, MemberState>,
    /// Invariant: somebody tells whenever the two differ, and never two.
    is_telling: bool,
}

/// Something that the engine does not know.
type Difference = (TopicName, Option<MemberState>);

impl Presence {
    /// The session is in these topics and in no others; whether somebody has to begin to tell the engine.
    #[must_use]
    fn want(&self, wanted: BTreeMap<TopicName, MemberState>) -> bool {
        let mut slot = self.0.lock();
        if slot.is_none() && wanted.is_empty() {
            return false;
        }
        let state = slot.get_or_insert_default();
        state.wanted = wanted;
        let begins = !state.is_telling && state.difference().is_some();
        state.is_telling |= begins;
        begins
    }

    /// Something that the engine is to be told. After `None` whoever tells it must end.
    fn next(&self) -> Option<Difference> {
        let mut slot = self.0.lock();
        let state = slot.as_mut()?;
        let difference = state.difference();
        if difference.is_none() {
            state.is_telling = false;
            if state.told.is_empty() {
                *slot = None;
            }
        }
        difference
    }

    /// The engine knows.
    fn told(&self, (topic, member): Difference) {
        if let Some(state) = self.0.lock().as_mut() {
            match member {
                Some(member) => state.told.insert(topic, member),
                None => state.told.remove(&topic),
            };
        }
    }

    /// Nothing that is wanted by now is told any more.
    pub(super) fn stop(&self) {
        if let Some(state) = self.0.lock().as_mut() {
            state.told = state.wanted.clone();
        }
    }
}

impl State {
    fn difference(&self) -> Option<Difference> {
        let gone = self.told.keys().find(|topic| !self.wanted.contains_key(*topic));
        let gone = gone.map(|topic| (topic.clone(), None));
        gone.or_else(|| {
            let changed = self.wanted.iter().find(|(topic, state)| self.told.get(*topic) != Some(*state));
            changed.map(|(topic, state)| (topic.clone(), Some(*state)))
        })
    }
}

impl LastingSession<'_> {
    /// Has the engine know, where it does not, which topics the session is in.
    pub(super) fn present(self, core: &Core) {
        let state = if core.link.is_some() { MemberState::Connected } else { MemberState::Suspended };
        let topics = core.topics.leases().filter_map(|lease| lease.counted_topic());
        self.present_as(topics.map(|topic| (topic.clone(), state)).collect());
    }

    /// The session is over.
    pub(super) fn present_nowhere(self) {
        self.present_as(BTreeMap::new());
    }

    fn present_as(self, wanted: BTreeMap<TopicName, MemberState>) {
        if self.lasting.presence.want(wanted) {
            self.handle.spawn(tell(self.handle.clone()));
        }
    }
}

/// How soon an engine that has failed is told again, at first and at last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

async fn tell(session: Session) {
    let Some(LastingSession { lasting, .. }) = session.lasting() else { return };
    let engine = session.server().hub().engine();
    let member = session.user().cloned().map_or_else(|| anonymous(session.id()), Member::User);
    let mut pause = FIRST_PAUSE;
    while let Some((topic, state)) = lasting.presence.next() {
        match engine.present(&topic, session.id(), &member, state).await {
            Ok(_) => {
                lasting.presence.told((topic, state));
                pause = FIRST_PAUSE;
            }
            Err(error) => {
                tracing::warn!(session = %session.id(), ?topic, %error, "who is in a topic is not known");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                if session.server().is_drain_time_over() {
                    // The process is as good as gone, and an engine is prepared for that.
                    return lasting.presence.stop();
                }
            }
        }
    }
}

/// A session without a user, by a name that is the same in the next process and says nothing else.
fn anonymous(session: SessionId) -> Member {
    let digest = Sha256::digest(format!("presence {session}"));
    Member::Session(BASE64_URL_SAFE_NO_PAD.encode(&digest[..16]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: MemberState = MemberState::Connected;
    const AWAY: MemberState = MemberState::Suspended;

    fn name(topic: &str) -> TopicName {
        topic.parse().unwrap()
    }

    fn wanted(topics: &[(&str, MemberState)]) -> BTreeMap<TopicName, MemberState> {
        topics.iter().map(|(topic, state)| (name(topic), *state)).collect()
    }

    #[test]
    fn what_differs_is_told_and_nothing_else() {
        let presence = Presence::default();
        assert!(presence.want(wanted(&[("a", HERE), ("b", HERE)])));
        assert!(!presence.want(wanted(&[("b", HERE), ("c", HERE)])), "somebody tells already");
        for topic in ["b", "c"] {
            assert_eq!(presence.next(), Some((name(topic), Some(HERE))));
            presence.told((name(topic), Some(HERE)));
        }
        assert_eq!(presence.next(), None);
        assert!(presence.want(wanted(&[("c", AWAY)])));
        assert_eq!(presence.next(), Some((name("b"), None)));
        presence.told((name("b"), None));
        assert_eq!(presence.next(), Some((name("c"), Some(AWAY))));
    }

    #[test]
    fn what_was_not_taken_is_told_again() {
        let presence = Presence::default();
        assert!(presence.want(wanted(&[("a", HERE)])));
        assert_eq!(presence.next(), presence.next());
    }

    #[test]
    fn a_session_that_is_in_no_topic_keeps_nothing() {
        let presence = Presence::default();
        assert!(!presence.want(BTreeMap::new()));
        assert!(presence.want(wanted(&[("a", HERE)])));
        presence.next();
        presence.told((name("a"), Some(HERE)));
        assert_eq!(presence.next(), None);
        assert!(presence.want(BTreeMap::new()));
        presence.next();
        presence.told((name("a"), None));
        assert_eq!(presence.next(), None);
        assert!(presence.0.lock().is_none());
    }

    #[test]
    fn what_stops_is_not_told() {
        let presence = Presence::default();
        assert!(presence.want(wanted(&[("a", HERE)])));
        presence.stop();
        assert_eq!(presence.next(), None);
    }

    #[test]
    fn a_members_name_is_not_its_sessions() {
        let session: SessionId = format!("{:032x}", 7).parse().unwrap();
        let Member::Session(name) = anonymous(session) else { panic!("it has no user") };
        assert_eq!(name.len(), 22);
        assert_eq!(anonymous(session), anonymous(session));
    }
}
