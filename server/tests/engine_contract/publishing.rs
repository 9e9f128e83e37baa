//! Messages get numbers.

use futures_util::future::join_all;
use staywire_server::{Retention, StreamName};

use crate::support::{Subject, start, topic};

pub(crate) async fn the_messages_of_a_stream_are_numbered_from_one_on<S: Subject>() {
    let started = start::<S>();
    let first = started.publish(&topic("a"), "1", &Retention::NONE).await.position;
    let second = started.publish(&topic("a"), "2", &Retention::NONE).await.position;
    assert_eq!((first.offset, second.offset), (1, 2));
    assert_eq!(first.epoch, second.epoch);
}

pub(crate) async fn streams_are_numbered_apart<S: Subject>() {
    let started = start::<S>();
    let user = |endpoint: &str| StreamName::User { endpoint: endpoint.into(), user: "a".parse().unwrap() };
    let broadcast = |endpoint: &str| StreamName::Broadcast { endpoint: endpoint.into() };
    for stream in [topic("a"), topic("A"), user("/a"), user("/b"), broadcast("/a"), broadcast("a")] {
        let publication = started.publish(&stream, "1", &Retention::NONE).await;
        assert_eq!(publication.position.offset, 1, "{stream:?}");
    }
}

pub(crate) async fn the_calls_order_is_the_messages_order<S: Subject>() {
    let started = start::<S>();
    let (stream, engine) = (topic("a"), &started.engine);
    started.attach(&stream).await;
    let under_way = (1..=20_u64).map(|number| {
        let text = number.to_string();
        engine.publish(&stream, text.into(), None, &Retention::NONE)
    });
    let under_way: Vec<_> = under_way.collect();
    // Who waits in another order changes nothing.
    join_all(under_way.into_iter().rev()).await;
    let expected: Vec<_> = (1..=20).map(|number| number.to_string()).collect();
    assert_eq!(started.notes.texts(), expected);
}
