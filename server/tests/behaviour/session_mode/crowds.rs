//! Topics with thousands of members.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use staywire_server::{
    ByteString, Eager, Engine, EngineError, History, Member, MemberState, Members, Memory, Message,
    PresenceChange, Publication, Retention, SessionId, Sink, StreamName, StreamPosition, SubscribeFrom,
    TopicName,
};

use super::client::Visitor;
use super::presence::{Watcher, builder};
use crate::support::serve;

/// A memory that counts how often it was asked for the members of a topic.
#[derive(Clone, Default)]
struct Crowd {
    memory: Arc<Memory>,
    asked: Arc<AtomicUsize>,
}

impl Crowd {
    /// The member `number` joins `room`.
    fn join(&self, number: usize) {
        let member = Member::User(format!("member {number}").parse().unwrap());
        let session = format!("{number:032x}").parse().unwrap();
        let room = "room".parse().unwrap();
        let joined = self.memory.present(&room, session, &member, Some(MemberState::Connected)).at_once();
        assert!(matches!(joined, Ok(Ok(Some(PresenceChange::Join(_))))));
    }
}

impl Engine for Crowd {
    fn start(&self, instance: u128, sink: Weak<dyn Sink>) {
        self.memory.start(instance, sink);
    }

    fn publish(
        &self,
        stream: &StreamName,
        message: Message,
        key: Option<ByteString>,
        retention: &Retention,
    ) -> Eager<Result<Publication, EngineError>> {
        self.memory.publish(stream, message, key, retention)
    }

    fn attach(&self, stream: &StreamName) -> Eager<Result<StreamPosition, EngineError>> {
        self.memory.attach(stream)
    }

    fn detach(&self, stream: &StreamName) {
        self.memory.detach(stream);
    }

    fn history(&self, stream: &StreamName, from: SubscribeFrom) -> Eager<Result<History, EngineError>> {
        self.memory.history(stream, from)
    }

    fn present(
        &self,
        topic: &TopicName,
        session: SessionId,
        member: &Member,
        state: Option<MemberState>,
    ) -> Eager<Result<Option<PresenceChange>, EngineError>> {
        self.memory.present(topic, session, member, state)
    }

    fn members(&self, topic: &TopicName) -> Eager<Result<Members, EngineError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.memory.members(topic)
    }
}

#[tokio::test]
async fn a_list_is_made_once_for_many_who_come_while_others_join() {
    let crowd = Crowd::default();
    let running = serve(builder().engine(crowd.clone())).await;
    (0..3_000).for_each(|number| crowd.join(number));
    let mut watchers = Vec::new();
    for number in 0..100 {
        let mut watcher = Watcher::arrive(&running, 1_000 * (number + 1)).await;
        while watcher.folded.len() < 3_000 + number as usize {
            watcher.next().await;
        }
        crowd.join(3_000 + number as usize);
        watchers.push(watcher);
    }
    for watcher in &mut watchers {
        while watcher.folded.len() < 3_100 {
            watcher.next().await;
        }
    }
    let asked = crowd.asked.load(Ordering::SeqCst);
    assert!(asked <= 100 / 32 + 1, "the list was made {asked} times");
}

#[tokio::test]
async fn who_begins_to_read_a_list_that_is_too_large_is_told_so() {
    let crowd = Crowd::default();
    let running = serve(builder().engine(crowd.clone()).max_ring_bytes(10_000)).await;
    (0..100).for_each(|number| crowd.join(number));
    let mut watcher = Watcher::arrive(&running, 1).await;
    while watcher.folded.len() < 100 {
        watcher.next().await;
    }
    (100..300).for_each(|number| crowd.join(number));
    while watcher.folded.len() < 300 {
        watcher.next().await;
    }
    let mut visitor = Visitor::arrive(&running, "/anybody", 100).await;
    visitor.tell("t", "* 0 $presence/room").await;
    let told = visitor.next_told().await;
    assert!(told.starts_with("e1 1 9\na list of 300 members has "), "{told}");
    assert_eq!(running.server.helper().presence("room").await.unwrap().members.len(), 300);
}
