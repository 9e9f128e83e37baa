//! The bounds of the engine in memory.

use std::sync::{Arc, Weak};
use std::time::Duration;

use staywire_server::{Engine, EngineError, Member, Memory, Retention, Sink, SubscribeFrom};

use crate::support::{LINGER, Notes, name, sized, topic};

fn start(memory: Memory) -> Memory {
    let sink: Weak<dyn Sink> = Weak::<Notes>::new();
    memory.start(7, sink);
    memory
}

async fn offset(memory: &Memory, name: &str) -> u64 {
    memory.history(&topic(name), SubscribeFrom::Last(0)).await.unwrap().position.offset
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_reads_is_forgotten_when_its_time_is_over() {
    let memory = start(Memory::new().linger(LINGER));
    memory.publish(&topic("plain"), "1".into(), None, &Retention::NONE).await.unwrap();
    let retention = Retention::new(1, LINGER * 2);
    memory.publish(&topic("kept"), "1".into(), None, &retention).await.unwrap();
    memory.publish(&topic("read"), "1".into(), None, &Retention::NONE).await.unwrap();
    memory.attach(&topic("read")).await.unwrap();
    tokio::time::advance(LINGER + Duration::from_millis(1)).await;
    memory.tick();
    assert_eq!(offset(&memory, "plain").await, 0);
    assert_eq!((offset(&memory, "kept").await, offset(&memory, "read").await), (1, 1));
    memory.detach(&topic("read"));
    tokio::time::advance(LINGER - Duration::from_millis(2)).await;
    memory.tick();
    assert_eq!((offset(&memory, "kept").await, offset(&memory, "read").await), (1, 1));
    tokio::time::advance(Duration::from_millis(3)).await;
    memory.tick();
    assert_eq!((offset(&memory, "kept").await, offset(&memory, "read").await), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_used_again_is_not_forgotten() {
    let memory = start(Memory::new().linger(LINGER));
    for expected in 1..=5 {
        let publication = memory.publish(&topic("a"), "x".into(), None, &Retention::NONE).await.unwrap();
        assert_eq!(publication.position.offset, expected);
        tokio::time::advance(LINGER - Duration::from_millis(1)).await;
        memory.tick();
    }
}

#[tokio::test(start_paused = true)]
async fn where_there_is_no_room_the_longest_unread_is_forgotten_first() {
    let memory = start(Memory::new().max_streams(3));
    for name in ["read", "old", "new"] {
        memory.publish(&topic(name), "1".into(), None, &Retention::NONE).await.unwrap();
    }
    memory.attach(&topic("read")).await.unwrap();
    memory.publish(&topic("another"), "1".into(), None, &Retention::NONE).await.unwrap();
    assert_eq!((offset(&memory, "read").await, offset(&memory, "new").await), (1, 1));
    for name in ["new", "another"] {
        memory.attach(&topic(name)).await.unwrap();
    }
    let refused = Err(EngineError::TooManyStreams { limit: 3 });
    assert_eq!(memory.attach(&topic("one more")).await, refused);
    memory.detach(&topic("another"));
    assert!(memory.attach(&topic("one more")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn looking_at_streams_takes_no_room() {
    let memory = start(Memory::new().max_streams(1));
    memory.publish(&topic("only"), "1".into(), None, &Retention::NONE).await.unwrap();
    let (room, session) = (name("room"), format!("{:032x}", 7).parse().unwrap());
    let ann = Member::User("ann".parse().unwrap());
    for number in 0..100 {
        assert_eq!(offset(&memory, &number.to_string()).await, 0);
        assert_eq!(memory.members(&room).await.unwrap().members, []);
        assert_eq!(memory.present(&room, session, &ann, None).await, Ok(None));
    }
    assert_eq!(offset(&memory, "only").await, 1, "it was not forgotten for them");
}

/// Messages may be lost between the two, which nobody could tell of one place.
#[tokio::test(start_paused = true)]
async fn a_place_that_was_seen_before_a_life_was_forgotten_is_not_that_of_the_next_life() {
    let memory = start(Memory::new().linger(LINGER));
    let seen = memory.history(&topic("a"), SubscribeFrom::Last(0)).await.unwrap().position;
    memory.publish(&topic("a"), "lost".into(), None, &Retention::NONE).await.unwrap();
    tokio::time::advance(LINGER + Duration::from_millis(1)).await;
    memory.tick();
    assert_ne!(memory.attach(&topic("a")).await.unwrap(), seen);
}

#[tokio::test(start_paused = true)]
async fn all_histories_together_are_bounded() {
    let memory = start(Memory::new().max_history_bytes(1_000));
    let retention = Retention::new(100, Duration::from_secs(60));
    for name in ["a", "b"] {
        for _ in 0..8 {
            memory.publish(&topic(name), sized(100), None, &retention).await.unwrap();
        }
    }
    let kept = async |name| {
        let history = memory.history(&topic(name), SubscribeFrom::Last(100)).await.unwrap();
        history.messages.len()
    };
    assert_eq!((kept("a").await, kept("b").await), (8, 2), "it is the publishing one that gives up its own");
    tokio::time::advance(Duration::from_secs(61)).await;
    memory.tick();
    memory.publish(&topic("b"), sized(1_000), None, &retention).await.unwrap();
    assert_eq!(kept("b").await, 1, "what was too old has made room, though nobody asked for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_number_is_given_twice_while_lives_are_forgotten() {
    let memory = Arc::new(start(Memory::new().max_streams(4)));
    let publishers = (0..4).map(|_| {
        let memory = Arc::clone(&memory);
        tokio::spawn(async move {
            let mut positions = Vec::new();
            for number in 0..5_000 {
                let stream = topic(&format!("{}", number % 7));
                let publication = memory.publish(&stream, "x".into(), None, &Retention::NONE).await.unwrap();
                positions.push((stream, publication.position.epoch, publication.position.offset));
            }
            positions
        })
    });
    let mut positions = Vec::new();
    for publisher in publishers.collect::<Vec<_>>() {
        positions.extend(publisher.await.unwrap());
    }
    let count = positions.len();
    let unique: std::collections::HashSet<_> = positions.into_iter().collect();
    assert_eq!(unique.len(), count);
}
