//! How long a stream's numbering goes on.

use std::time::Duration;

use staywire_server::{EngineError, Retention, StreamName, SubscribeFrom};

use crate::support::{Subject, keep, name, start, start_as, topic};

pub(crate) async fn a_life_outlives_its_last_reader<S: Subject>() {
    let started = start::<S>();
    let stream = topic("a");
    started.attach(&stream).await;
    let before = started.publish(&stream, "1", &Retention::NONE).await.position;
    started.engine.detach(&stream);
    S::pass(&*started.engine, Duration::from_secs(2)).await;
    let after = started.attach(&stream).await;
    assert_eq!(after, before);
}

/// However long a stream was forgotten for, no number ever stands for two messages.
pub(crate) async fn a_life_that_is_forgotten_is_followed_by_another_one<S: Subject>() {
    let started = start::<S>();
    let stream = topic("a");
    let before = started.publish(&stream, "1", &Retention::new(1, Duration::from_secs(1))).await.position;
    S::pass(&*started.engine, Duration::from_secs(100_000_000)).await;
    let after = started.publish(&stream, "2", &Retention::NONE).await.position;
    let goes_on = after.epoch == before.epoch && after.offset == 2;
    let is_new = after.epoch != before.epoch && after.offset == 1;
    assert!(goes_on || is_new, "{before:?}, then {after:?}");
}

pub(crate) async fn two_processes_never_begin_the_same_life<S: Subject>() {
    let (one, other) = (start_as::<S>(1), start_as::<S>(2));
    let first = one.publish(&topic("a"), "1", &Retention::NONE).await.position;
    let second = other.publish(&topic("a"), "1", &Retention::NONE).await.position;
    assert!(first.epoch != second.epoch || first.offset != second.offset, "{first:?}, {second:?}");
}

pub(crate) async fn who_looks_at_a_stream_without_a_life_sees_where_it_will_begin<S: Subject>() {
    let started = start::<S>();
    let seen = started.history(&topic("a"), SubscribeFrom::Last(9)).await;
    assert_eq!((seen.position.offset, seen.messages.len()), (0, 0));
    assert_eq!(started.history(&topic("a"), SubscribeFrom::Last(9)).await, seen);
    let first = started.publish(&topic("a"), "1", &keep(1)).await.position;
    assert_eq!((first.epoch, first.offset), (seen.position.epoch, 1));
    let members = started.engine.members(&name("a")).await.unwrap();
    assert_eq!(started.attach(&StreamName::Presence(name("a"))).await, members.position);
}

/// What an engine keeps outside of the process is there by itself; the others take it along.
pub(crate) async fn a_stream_goes_on_in_the_next_process<S: Subject>() {
    let one = start_as::<S>(1);
    one.publish_numbers(&topic("a"), 1, 5, &keep(3)).await;
    let before = one.history(&topic("a"), SubscribeFrom::Last(3)).await;
    S::pass(&*one.engine, Duration::from_secs(1)).await;
    let records = one.engine.take();
    if records.is_empty() {
        return;
    }
    let other = start_as::<S>(2);
    other.engine.restore(records);
    assert_eq!(other.history(&topic("a"), SubscribeFrom::Last(3)).await, before);
    let next = other.publish(&topic("a"), "6", &keep(3)).await.position;
    assert_eq!((next.epoch, next.offset), (before.position.epoch, 6));
    assert_eq!(other.kept(&topic("a")).await, [4, 5, 6]);
    for stream in ["a", "another"] {
        let late = one.engine.publish(&topic(stream), "late".into(), None, &keep(3)).await;
        assert!(
            matches!(late, Err(EngineError::Unavailable(_))),
            "it would be lost without a word: {late:?}"
        );
    }
}
