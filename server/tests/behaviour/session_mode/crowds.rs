//! Topics with thousands of members.

use std::sync::atomic::Ordering;

use staywire_server::{Engine, Member, MemberState, PresenceChange};

use super::client::Visitor;
use super::inspected::Inspected;
use super::presence::{Watcher, builder};
use crate::support::serve;

/// The member `number` joins `room`.
fn join(engine: &Inspected, number: usize) {
    let member = Member::User(format!("member {number}").parse().unwrap());
    let session = format!("{number:032x}").parse().unwrap();
    let room = "room".parse().unwrap();
    let joined = engine.memory.present(&room, session, &member, Some(MemberState::Connected)).at_once();
    assert!(matches!(joined, Ok(Ok(Some(PresenceChange::Join(_))))));
}

#[tokio::test]
async fn a_list_is_made_once_for_many_who_come_while_others_join() {
    let engine = Inspected::default();
    let running = serve(builder().engine(engine.clone())).await;
    (0..3_000).for_each(|number| join(&engine, number));
    let mut watchers = Vec::new();
    for number in 0..100 {
        let mut watcher = Watcher::arrive(&running, 1_000 * (number + 1)).await;
        while watcher.folded.len() < 3_000 + number as usize {
            watcher.next().await;
        }
        join(&engine, 3_000 + number as usize);
        watchers.push(watcher);
    }
    for watcher in &mut watchers {
        while watcher.folded.len() < 3_100 {
            watcher.next().await;
        }
    }
    let lists = engine.lists.load(Ordering::SeqCst);
    assert!(lists <= 100 / 32 + 1, "the list was made {lists} times");
}

#[tokio::test]
async fn who_begins_to_read_a_list_that_is_too_large_is_told_so() {
    let engine = Inspected::default();
    let running = serve(builder().engine(engine.clone()).max_ring_bytes(10_000)).await;
    (0..100).for_each(|number| join(&engine, number));
    let mut watcher = Watcher::arrive(&running, 1).await;
    while watcher.folded.len() < 100 {
        watcher.next().await;
    }
    (100..300).for_each(|number| join(&engine, number));
    while watcher.folded.len() < 300 {
        watcher.next().await;
    }
    let mut visitor = Visitor::arrive(&running, "/anybody", 100).await;
    visitor.tell("t", "* 0 $presence/room").await;
    let told = visitor.next_told().await;
    assert!(told.starts_with("e1 1 9\na list of 300 members has "), "{told}");
    assert_eq!(running.server.helper().presence("room").await.unwrap().members.len(), 300);
}
