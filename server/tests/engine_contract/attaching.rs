//! What is attached is delivered.

use std::sync::Arc;

use staywire_server::{Published, Retention};
use tokio::task::JoinSet;

use crate::support::{Subject, start, topic};

pub(crate) async fn what_is_delivered_follows_the_position_that_attaching_says<S: Subject>() {
    let started = start::<S>();
    started.publish_numbers(&topic("a"), 1, 3, &Retention::NONE).await;
    let position = started.attach(&topic("a")).await;
    let next = started.publish(&topic("a"), "4", &Retention::NONE).await.position;
    assert_eq!((position.epoch, position.offset + 1), (next.epoch, next.offset));
    let delivered = started.notes.take();
    assert_eq!(delivered.len(), 1);
    assert_eq!((delivered[0].1, delivered[0].2.offset), (next.epoch, next.offset));
}

pub(crate) async fn what_nobody_is_attached_to_is_not_delivered<S: Subject>() {
    let started = start::<S>();
    started.attach(&topic("a")).await;
    let publication = started.publish(&topic("b"), "1", &Retention::NONE).await;
    assert_eq!(publication.delivery.queued, 0);
    assert_eq!(started.notes.offsets(), [0; 0]);
}

pub(crate) async fn a_stream_is_delivered_until_it_is_detached_as_often_as_it_was_attached<S: Subject>() {
    let started = start::<S>();
    let stream = topic("a");
    let first = started.attach(&stream).await;
    assert_eq!(started.attach(&stream).await, first);
    for (number, expected) in [(1, &[1][..]), (2, &[2]), (3, &[])] {
        started.publish(&stream, "x", &Retention::NONE).await;
        assert_eq!(started.notes.offsets(), expected, "message {number}");
        started.engine.detach(&stream);
    }
}

pub(crate) async fn each_delivery_is_the_message_with_its_key_and_its_number<S: Subject>() {
    let started = start::<S>();
    let stream = topic("a");
    let position = started.attach(&stream).await;
    let binary = vec![0xFF, 0, 7];
    started.engine.publish(&stream, binary.clone().into(), Some("k".into()), &Retention::NONE).await.unwrap();
    let published = Published { offset: 1, message: binary.into(), key: Some("k".into()) };
    assert_eq!(started.notes.take(), [(stream, position.epoch, published)]);
}

pub(crate) async fn deliveries_are_in_order_however_many_publish<S: Subject>() {
    let started = Arc::new(start::<S>());
    let stream = topic("a");
    started.attach(&stream).await;
    let mut publishers = JoinSet::new();
    for _ in 0..10 {
        let (started, stream) = (Arc::clone(&started), stream.clone());
        publishers.spawn(async move { started.publish_numbers(&stream, 1, 100, &Retention::NONE).await });
    }
    publishers.join_all().await;
    assert_eq!(started.notes.offsets(), (1..=1_000).collect::<Vec<_>>());
}

/// An engine that delivers later tells of nobody.
pub(crate) async fn what_becomes_of_a_delivery_is_told_to_who_published<S: Subject>() {
    let started = start::<S>();
    started.attach(&topic("a")).await;
    let publication = started.publish(&topic("a"), "three", &Retention::NONE).await;
    assert!([0, 5].contains(&publication.delivery.queued), "{publication:?}");
}
