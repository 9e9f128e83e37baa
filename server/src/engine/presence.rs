//! Who is in a topic, and how their readers are told.

use bytestring::ByteString;
use serde::Serialize;
use staywire_protocol::wire::StreamPosition;

use crate::message::Message;
use crate::user::UserId;

/// One of those who are in a topic: all sessions of a user are one member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Member {
    /// A user.
    User(#[serde(serialize_with = "as_text")] UserId),
    /// A session without a user, by a name that says nothing else of it.
    Session(ByteString),
}

/// What a member's sessions are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberState {
    /// All of them wait for their clients to come back.
    Suspended,
    /// At least one has a connection.
    Connected,
}

/// What a session's coming, going or waiting is to its member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceChange {
    /// It was not there before.
    Join(MemberState),
    /// It is there no more.
    Leave,
    /// Its last connection is gone, and it waits.
    Suspend,
    /// It has a connection again.
    Resume,
}

/// Who is in a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// The place in the topic's stream of changes: right after the last change that is in the list.
    pub position: StreamPosition,
    /// The members, in the order of their names.
    pub members: Vec<(Member, MemberState)>,
}

impl PresenceChange {
    /// What makes `after` of `before`; none where nothing changes.
    #[must_use]
    pub const fn between(before: Option<MemberState>, after: Option<MemberState>) -> Option<Self> {
        match (before, after) {
            (None, Some(state)) => Some(Self::Join(state)),
            (Some(_), None) => Some(Self::Leave),
            (Some(MemberState::Connected), Some(MemberState::Suspended)) => Some(Self::Suspend),
            (Some(MemberState::Suspended), Some(MemberState::Connected)) => Some(Self::Resume),
            (None, None)
            | (Some(MemberState::Connected), Some(MemberState::Connected))
            | (Some(MemberState::Suspended), Some(MemberState::Suspended)) => None,
        }
    }

    /// The text by which readers are told of this change of `member`.
    #[must_use]
    pub fn message(self, member: &Member) -> Message {
        let state = match self {
            Self::Join(MemberState::Suspended) => Some(MemberState::Suspended),
            Self::Join(MemberState::Connected) | Self::Leave | Self::Suspend | Self::Resume => None,
        };
        let entry = Entry { member, state };
        text(&match self {
            Self::Join(_) => Told::Join(entry),
            Self::Leave => Told::Leave(entry),
            Self::Suspend => Told::Suspend(entry),
            Self::Resume => Told::Resume(entry),
        })
    }
}

impl Members {
    /// The text by which a new reader is told of all of them.
    #[must_use]
    pub fn message(&self) -> Message {
        let entries = self.members.iter().map(|(member, state)| Entry { member, state: Some(*state) });
        text(&Told::Members(entries.collect()))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Told<'a> {
    Members(Vec<Entry<'a>>),
    Join(Entry<'a>),
    Leave(Entry<'a>),
    Suspend(Entry<'a>),
    Resume(Entry<'a>),
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    member: &'a Member,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<MemberState>,
}

fn text(told: &Told<'_>) -> Message {
    serde_json::to_string(told).expect("texts and lists of them are always JSON").into()
}

fn as_text<S: serde::Serializer>(user: &UserId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(user.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use staywire_protocol::wire::Epoch;

    fn ann() -> Member {
        Member::User("\"Änn\"".parse().unwrap())
    }

    #[test]
    fn changes_are_told_as_json() {
        let told = |change: PresenceChange| change.message(&ann());
        assert_eq!(
            told(PresenceChange::Join(MemberState::Connected)),
            r#"{"join":{"user":"\"Änn\""}}"#.into()
        );
        assert_eq!(told(PresenceChange::Leave), r#"{"leave":{"user":"\"Änn\""}}"#.into());
        assert_eq!(told(PresenceChange::Suspend), r#"{"suspend":{"user":"\"Änn\""}}"#.into());
        let anonymous = Member::Session("k7".into());
        assert_eq!(PresenceChange::Resume.message(&anonymous), r#"{"resume":{"session":"k7"}}"#.into());
        let suspended = PresenceChange::Join(MemberState::Suspended).message(&anonymous);
        assert_eq!(suspended, r#"{"join":{"session":"k7","state":"suspended"}}"#.into());
    }

    #[test]
    fn the_whole_list_says_what_each_is_doing() {
        let position = StreamPosition { epoch: Epoch::new("life1").unwrap(), offset: 3 };
        let members =
            vec![(ann(), MemberState::Connected), (Member::Session("k7".into()), MemberState::Suspended)];
        let expected =
            r#"{"members":[{"user":"\"Änn\"","state":"connected"},{"session":"k7","state":"suspended"}]}"#;
        assert_eq!(Members { position, members }.message(), expected.into());
    }
}
