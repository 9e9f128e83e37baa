//! Who is in a topic.

use std::sync::Arc;

use staywire_server::{Member, MemberState, PresenceChange, SessionId, StreamName};
use tokio::task::JoinSet;

use crate::support::{Started, Subject, name, start};

const CONNECTED: Option<MemberState> = Some(MemberState::Connected);
const SUSPENDED: Option<MemberState> = Some(MemberState::Suspended);

fn session(number: u32) -> SessionId {
    format!("{number:032x}").parse().unwrap()
}

fn ann() -> Member {
    Member::User("ann".parse().unwrap())
}

async fn present(
    started: &Started,
    number: u32,
    member: &Member,
    state: Option<MemberState>,
) -> Option<PresenceChange> {
    started.engine.present(&name("room"), session(number), member, state).await.unwrap()
}

async fn members(started: &Started) -> Vec<(Member, MemberState)> {
    started.engine.members(&name("room")).await.unwrap().members
}

pub(crate) async fn the_first_session_joins_and_the_last_one_leaves<S: Subject>() {
    let started = start::<S>();
    let joined = PresenceChange::Join(MemberState::Connected);
    assert_eq!(present(&started, 1, &ann(), CONNECTED).await, Some(joined));
    assert_eq!(present(&started, 2, &ann(), CONNECTED).await, None);
    assert_eq!(members(&started).await, [(ann(), MemberState::Connected)]);
    assert_eq!(present(&started, 1, &ann(), None).await, None);
    assert_eq!(present(&started, 2, &ann(), None).await, Some(PresenceChange::Leave));
    assert_eq!(members(&started).await, []);
}

pub(crate) async fn a_member_is_connected_while_one_of_its_sessions_is<S: Subject>() {
    let started = start::<S>();
    let suspended = PresenceChange::Join(MemberState::Suspended);
    assert_eq!(present(&started, 1, &ann(), SUSPENDED).await, Some(suspended));
    assert_eq!(present(&started, 2, &ann(), CONNECTED).await, Some(PresenceChange::Resume));
    assert_eq!(members(&started).await, [(ann(), MemberState::Connected)]);
    assert_eq!(present(&started, 2, &ann(), None).await, Some(PresenceChange::Suspend));
    assert_eq!(members(&started).await, [(ann(), MemberState::Suspended)]);
}

pub(crate) async fn what_changes_nothing_is_not_told<S: Subject>() {
    let started = start::<S>();
    started.attach(&StreamName::Presence(name("room"))).await;
    assert_eq!(present(&started, 1, &ann(), None).await, None);
    assert!(present(&started, 1, &ann(), CONNECTED).await.is_some());
    assert_eq!(present(&started, 1, &ann(), CONNECTED).await, None);
    assert_eq!(present(&started, 9, &ann(), None).await, None);
    assert_eq!(started.notes.offsets(), [1]);
}

pub(crate) async fn changes_are_published_in_their_order<S: Subject>() {
    let started = start::<S>();
    started.attach(&StreamName::Presence(name("room"))).await;
    let guest = Member::Session("k7".into());
    for (number, member, state) in
        [(1, &ann(), CONNECTED), (2, &guest, CONNECTED), (1, &ann(), SUSPENDED), (2, &guest, None)]
    {
        present(&started, number, member, state).await;
    }
    let expected = [
        r#"{"join":{"user":"ann"}}"#,
        r#"{"join":{"session":"k7"}}"#,
        r#"{"suspend":{"user":"ann"}}"#,
        r#"{"leave":{"session":"k7"}}"#,
    ];
    assert_eq!(started.notes.texts(), expected);
}

pub(crate) async fn the_list_is_right_as_of_its_position<S: Subject>() {
    let started = start::<S>();
    assert_eq!(started.engine.members(&name("room")).await.unwrap().position.offset, 0);
    present(&started, 1, &ann(), CONNECTED).await;
    present(&started, 1, &ann(), SUSPENDED).await;
    let listed = started.engine.members(&name("room")).await.unwrap();
    assert_eq!((listed.position.offset, listed.members), (2, vec![(ann(), MemberState::Suspended)]));
    assert_eq!(started.attach(&StreamName::Presence(name("room"))).await, listed.position);
}

pub(crate) async fn of_many_who_come_at_once_one_joins<S: Subject>() {
    let started = Arc::new(start::<S>());
    let mut sessions = JoinSet::new();
    for number in 0..50 {
        let started = Arc::clone(&started);
        sessions.spawn(async move { present(&started, number, &ann(), CONNECTED).await });
    }
    let changes = sessions.join_all().await;
    assert_eq!(changes.iter().flatten().count(), 1, "{changes:?}");
}
