//! What is kept of a stream.

use std::time::Duration;

use staywire_server::{Epoch, Retention, StreamPosition, SubscribeFrom};

use crate::support::{Subject, keep, offsets, sized, start, text, topic};

pub(crate) async fn without_retention_nothing_is_kept<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 3, &Retention::NONE).await;
    let history = started.history(&topic("a"), SubscribeFrom::Last(3)).await;
    assert_eq!((history.position.offset, history.messages), (3, Vec::new()));
}

pub(crate) async fn the_last_messages_are_kept_by_count<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 10, &keep(4)).await;
    assert_eq!(started.kept(&topic("a")).await, [7, 8, 9, 10]);
}

pub(crate) async fn the_last_messages_are_kept_by_bytes<S: Subject>() {
    let started = start::<S>();
    let retention = keep(100).max_bytes(1_000);
    for _ in 0..7 {
        started.engine.publish(&topic("a"), sized(300), None, &retention).await.unwrap();
    }
    assert_eq!(started.kept(&topic("a")).await, [5, 6, 7]);
    // An empty message has its price too.
    for _ in 0..100 {
        started.engine.publish(&topic("a"), sized(0), None, &retention).await.unwrap();
    }
    assert_eq!(started.kept(&topic("a")).await.len(), 1_000 / 16);
    started.engine.publish(&topic("a"), sized(1_001), None, &retention).await.unwrap();
    assert_eq!(started.kept(&topic("a")).await, [0; 0], "it is larger than all that is kept");
}

pub(crate) async fn messages_are_kept_until_they_are_too_old<S: Subject>() {
    let started = start::<S>();
    let seconds = Duration::from_secs;
    let retention = Retention::new(100, seconds(2));
    started.publish(&topic("a"), "1", &retention).await;
    S::pass(&*started.engine, seconds(1)).await;
    started.publish(&topic("a"), "2", &retention).await;
    assert_eq!(started.kept(&topic("a")).await, [1, 2]);
    S::pass(&*started.engine, Duration::from_millis(1_200)).await;
    assert_eq!(started.kept(&topic("a")).await, [2]);
    S::pass(&*started.engine, seconds(1)).await;
    assert_eq!(started.kept(&topic("a")).await, [0; 0]);
    assert_eq!(started.publish(&topic("a"), "3", &retention).await.position.offset, 3);
}

pub(crate) async fn a_position_is_continued_where_it_is<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 3, &keep(10)).await;
    let held = started.history(&topic("a"), SubscribeFrom::Last(0)).await.position;
    started.publish_numbers(&topic("a"), 4, 6, &keep(10)).await;
    let history = started.history(&topic("a"), SubscribeFrom::Position(held)).await;
    assert_eq!((held.offset, history.position.offset), (3, 6));
    assert_eq!(history.messages.iter().map(text).collect::<Vec<_>>(), ["4", "5", "6"]);
    let nothing = started.history(&topic("a"), SubscribeFrom::Position(history.position)).await;
    assert_eq!(nothing.messages, []);
}

pub(crate) async fn a_position_that_is_too_old_shows_what_is_gone<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 10, &keep(3)).await;
    let position = started.history(&topic("a"), SubscribeFrom::Last(0)).await.position;
    let held = StreamPosition { offset: 2, ..position };
    let history = started.history(&topic("a"), SubscribeFrom::Position(held)).await;
    assert_eq!(offsets(&history), [8, 9, 10]);
}

pub(crate) async fn a_position_of_another_life_gets_all_that_is_kept<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 5, &keep(3)).await;
    let position = started.history(&topic("a"), SubscribeFrom::Last(0)).await.position;
    let beyond = StreamPosition { offset: 6, ..position };
    let foreign = StreamPosition { epoch: Epoch::new("another").unwrap(), offset: 4 };
    for held in [beyond, foreign] {
        let history = started.history(&topic("a"), SubscribeFrom::Position(held)).await;
        assert_eq!((history.position, offsets(&history)), (position, vec![3, 4, 5]), "{held:?}");
    }
}

pub(crate) async fn what_is_asked_for_is_at_the_end_of_what_is_kept<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 5, &keep(4)).await;
    for (count, expected) in [(0, &[][..]), (1, &[5]), (3, &[3, 4, 5]), (9, &[2, 3, 4, 5])] {
        let history = started.history(&topic("a"), SubscribeFrom::Last(count)).await;
        assert_eq!(offsets(&history), expected, "the last {count}");
    }
}

pub(crate) async fn keys_are_kept_with_their_messages<S: Subject>() {
    let started = start::<S>();
    for key in [Some("EUR".into()), None, Some("USD".into())] {
        started.engine.publish(&topic("a"), "x".into(), key, &keep(3)).await.unwrap();
    }
    let history = started.history(&topic("a"), SubscribeFrom::Last(3)).await;
    let keys: Vec<_> = history.messages.iter().map(|published| published.key.as_deref()).collect();
    assert_eq!(keys, [Some("EUR"), None, Some("USD")]);
}
