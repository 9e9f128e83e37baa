//! Topics: who reads them, who may, and what a reader is told.

use std::sync::Arc;
use std::time::Duration;

use staywire_server::{
    BuildError, FailureCode, ListenerError, Memory, Message, PublishError, Retention, Server, ServerBuilder,
    Session, SubscribeError, SubscribeFrom, TopicError, TopicName, TopicSettings, WsListener,
};
use tokio::sync::Semaphore;

use super::client::Visitor;
use super::cut;
use crate::support::{Running, serve, soon, until};

/// Lets clients use topics as their names say.
pub(crate) struct ByName {
    /// What a subscription to `slow` waits for.
    pub(crate) permits: Arc<Semaphore>,
}

impl WsListener for ByName {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        match message.as_text().and_then(|text| text.split_once(' ')) {
            Some(("subscribe", topic)) => session.subscribe(topic, 2).await?,
            Some(("subscribe-all", topic)) => session.subscribe(topic, u64::MAX).await?,
            Some(("unsubscribe", topic)) => assert!(session.unsubscribe(topic)),
            _ => session.send(message)?,
        }
        Ok(())
    }

    async fn subscribe(&self, _: &Session, topic: &TopicName) -> Result<(), TopicError> {
        match topic.as_str() {
            "secret" => Err(TopicError::not_allowed("for members")),
            "missing" => Err(TopicError::unknown("no such room")),
            "own code" => Err(TopicError::new(FailureCode::from_number(1_234), "full moon")),
            "broken" => Err(std::io::Error::other("the database's password is wrong"))?,
            "panic" => panic!("on purpose"),
            "slow" => {
                self.permits.acquire().await?.forget();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn publish(
        &self,
        session: &Session,
        topic: &TopicName,
        message: &Message,
    ) -> Result<(), TopicError> {
        assert!(session.received().is_some() && !message.is_empty());
        match topic.as_str() {
            "read only" => Err(TopicError::not_allowed("read only")),
            "panic" => panic!("on purpose"),
            _ => Ok(()),
        }
    }
}

pub(crate) fn builder() -> ServerBuilder {
    builder_with(0).0
}

/// A server whose subscriptions to `slow` have `permits`.
pub(crate) fn builder_with(permits: usize) -> (ServerBuilder, Arc<Semaphore>) {
    let permits = Arc::new(Semaphore::new(permits));
    let listener = ByName { permits: Arc::clone(&permits) };
    let history = TopicSettings::new().history(Retention::new(100, Duration::from_secs(3600)));
    (Server::builder().endpoint("/ws", listener).topics("kept", history), permits)
}

/// Publishes `text` and waits until it is numbered.
pub(crate) async fn publish(running: &Running, topic: &str, text: &str) -> u64 {
    running.server.helper().publish(topic, text).await.unwrap().position.offset
}

#[tokio::test]
async fn a_subscriber_is_told_where_it_begins_and_gets_what_is_published() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    publish(&running, "room 1", "before").await;
    let line = visitor.subscribe("* 0 room%201").await;
    assert_eq!(line.outcome(), "recovered 1");
    assert_eq!(line.name(), "room%201");
    publish(&running, "room 2", "elsewhere").await;
    publish(&running, "room 1", "after").await;
    assert_eq!(visitor.next_told().await, format!("s{} 2\nafter", line.alias()));
}

#[tokio::test]
async fn all_subscribers_get_it_at_whatever_endpoint_and_nobody_else() {
    let other = ByName { permits: Arc::new(Semaphore::new(0)) };
    let running = serve(builder().endpoint("/other", other)).await;
    let mut plain = running.connect("/ws").await;
    let mut first = Visitor::arrive(&running, "/ws", 1).await;
    let mut second = Visitor::arrive(&running, "/other", 10).await;
    let mut third = Visitor::arrive(&running, "/ws", 20).await;
    let lines = [first.subscribe("* 0 room").await, second.subscribe("* 0 room").await];
    assert_eq!(lines[0].alias(), lines[1].alias(), "one encoding serves all");
    let before = running.server.counters().messages.encoded;
    let publication = running.server.helper().publish("room", "hello").await.unwrap();
    assert_eq!((publication.position.offset, publication.delivery.queued), (1, 2));
    assert_eq!(running.server.counters().messages.encoded - before, 1);
    for visitor in [&mut first, &mut second] {
        assert_eq!(visitor.hear().await, "hello");
    }
    let _ = running.server.helper().broadcast("to all");
    assert_eq!((plain.next_text().await, third.hear().await), ("to all".into(), "to all".into()));
}

#[tokio::test]
async fn a_client_that_may_publishes_and_hears_that_it_is_done_when_it_is() {
    let running = serve(builder()).await;
    let (mut writer, mut reader) =
        (Visitor::arrive(&running, "/ws", 1).await, Visitor::arrive(&running, "/ws", 10).await);
    reader.subscribe("* 0 room").await;
    writer.tell("w", "room\nhello").await;
    assert_eq!(reader.hear().await, "hello");
    assert_eq!(writer.wire.next().await, "a1");
    writer.tell("w", "read%20only\nhello").await;
    assert_eq!(writer.wire.next().await, "e1 2 5\nread only", "it is told before the acknowledgement");
    assert_eq!(writer.wire.next().await, "a2");
    writer.tell("w", "$own\nhello").await;
    assert!(writer.wire.next().await.starts_with("e2 3 6\n"));
}

#[tokio::test]
async fn what_a_client_sends_and_publishes_is_handled_in_its_order() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.subscribe("* 0 room").await;
    for number in 0..20 {
        visitor.say(&format!("own {number}")).await;
        visitor.tell("w", &format!("room\npublished {number}")).await;
    }
    for number in 0..20 {
        assert_eq!(visitor.hear().await, format!("own {number}"));
        assert_eq!(visitor.hear().await, format!("published {number}"));
    }
}

#[tokio::test]
async fn a_listener_that_panics_over_a_publication_ends_the_session() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.tell("w", "panic\nhello").await;
    assert_eq!(visitor.wire.next_close().await.0, 3503);
}

#[tokio::test]
async fn a_refused_subscriber_is_told_why() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    for (number, (topic, expected)) in (1..).zip([
        ("secret", "5\nfor members"),
        ("missing", "6\nno such room"),
        ("own%20code", "1234\nfull moon"),
        ("broken", "8\n"),
        ("panic", "3\n"),
        ("$presence/room", "6\n"),
    ]) {
        visitor.tell("t", &format!("* 0 {topic}")).await;
        let told = visitor.next_told().await;
        assert!(told.starts_with(&format!("e{number} {number} {expected}")), "{topic}: {told}");
        assert!(!told.contains("password"), "what an error says is not told to clients");
    }
    visitor.subscribe("* 0 room").await;
    assert_eq!(publish(&running, "room", "it goes on").await, 1);
    assert_eq!(visitor.hear().await, "it goes on");
}

/// Who subscribes where nothing says that they may is refused.
#[tokio::test]
async fn by_default_clients_may_neither_read_nor_publish() {
    let running = serve(Server::builder().endpoint("/ws", crate::support::Echo)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.tell("t", "* 0 room").await;
    assert!(visitor.next_told().await.starts_with("e1 1 5\n"));
    visitor.tell("w", "room\nhello").await;
    assert!(visitor.next_told().await.starts_with("e2 2 5\n"));
}

#[tokio::test]
async fn subscriptions_do_not_wait_for_each_other_but_for_those_of_the_same_topic() {
    let (builder, permits) = builder_with(0);
    let running = serve(builder).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.tell("t", "* 0 slow").await;
    assert_eq!(visitor.subscribe("* 0 quick").await.name(), "quick");
    visitor.tell("u", "slow").await;
    visitor.tell("t", "* 0 slow").await;
    permits.add_permits(2);
    let (given_up, wanted) = (visitor.next_line().await, visitor.next_line().await);
    assert_eq!((given_up.name(), wanted.name()), ("slow", "slow"));
    publish(&running, "slow", "once").await;
    assert_eq!(visitor.hear().await, "once");
    visitor.say("nothing else").await;
    assert_eq!(visitor.hear().await, "nothing else");
}

#[tokio::test]
async fn who_has_unsubscribed_gets_nothing_more() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.subscribe("* 0 room").await;
    visitor.tell("u", "room").await;
    visitor.say("after").await;
    assert_eq!(visitor.hear().await, "after");
    let publication = running.server.helper().publish("room", "x").await.unwrap();
    assert_eq!(publication.delivery, Default::default());
    let line = visitor.subscribe("* 0 room").await;
    assert_eq!(line.outcome(), "recovered 1", "the numbering goes on");
}

#[tokio::test]
async fn a_revoked_subscription_is_gone_and_may_be_asked_for_again() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let session = running.server.helper().session(visitor.session.parse().unwrap()).unwrap();
    let line = visitor.subscribe("* 0 room").await;
    assert!(session.revoke("room"));
    assert!(!session.revoke("room"));
    assert_eq!(visitor.next_told().await, format!("gone {} 5", line.alias()));
    publish(&running, "room", "missed").await;
    let line = visitor.subscribe(&format!("{} room", line.position())).await;
    assert_eq!(line.outcome(), "gap 1 1");
    publish(&running, "room", "read").await;
    assert_eq!(visitor.hear().await, "read");
}

#[tokio::test]
async fn a_session_that_the_server_subscribes_gets_a_topics_messages_as_its_own() {
    let running = serve(builder()).await;
    for number in 1..=3 {
        publish(&running, "kept", &number.to_string()).await;
    }
    let mut plain = running.connect("/ws").await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    plain.send("subscribe kept").await;
    visitor.say("subscribe kept").await;
    for expected in ["2", "3"] {
        assert_eq!((plain.next_text().await, visitor.hear().await), (expected.into(), expected.into()));
    }
    assert_eq!(visitor.inbox, 2, "it came in the inbox");
    let publication = running.server.helper().publish("kept", "live").await.unwrap();
    assert_eq!(publication.delivery.queued, 2);
    assert_eq!((plain.next_text().await, visitor.hear().await), ("live".into(), "live".into()));
    cut(&running, &visitor.session).await;
    let publication = running.server.helper().publish("kept", "while away").await.unwrap();
    assert_eq!((publication.delivery.queued, publication.delivery.kept), (1, 1));
    visitor.come_back(&running).await;
    assert_eq!((plain.next_text().await, visitor.hear().await), ("while away".into(), "while away".into()));
    plain.send("unsubscribe kept").await;
    visitor.say("unsubscribe kept").await;
    plain.send("done").await;
    visitor.say("done").await;
    assert_eq!((plain.next_text().await, visitor.hear().await), ("done".into(), "done".into()));
    assert_eq!(running.server.helper().publish("kept", "x").await.unwrap().delivery, Default::default());
}

#[tokio::test]
async fn no_subscription_outlasts_its_session() {
    let running = serve(builder()).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    let session = running.server.helper().session(visitor.session.parse().unwrap()).unwrap();
    session.subscribe("room", 0).await.unwrap();
    visitor.subscribe("* 0 room").await;
    visitor.wire.send("goodbye").await;
    assert_eq!(visitor.wire.next_close().await.0, 1000);
    until(|| !session.is_open()).await;
    assert_eq!(session.subscribe("room", 0).await, Err(SubscribeError::Closed));
    let publication = running.server.helper().publish("room", "x").await.unwrap();
    assert_eq!(publication.delivery, Default::default());
}

#[tokio::test]
async fn a_bad_name_or_a_message_that_is_too_large_is_not_published() {
    let running = serve(builder().max_ring_bytes(160)).await;
    let helper = running.server.helper();
    assert!(matches!(helper.publish("$own", "x").await, Err(PublishError::BadTopic(_))));
    let too_large = PublishError::TooLarge { bytes: 161, limit: 160 };
    assert_eq!(helper.publish("room", "x".repeat(161)).await, Err(too_large));
    assert!(matches!(helper.history("", SubscribeFrom::Last(1)).await, Err(SubscribeError::BadTopic(_))));
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.tell("w", &format!("room\n{}", "x".repeat(161))).await;
    let reason = "a message of 161 bytes is larger than the 160 bytes that may be published";
    assert_eq!(visitor.next_told().await, format!("e1 1 9\n{reason}"));
}

#[tokio::test]
async fn a_subscription_beyond_the_bound_is_refused_with_the_reason() {
    let running = serve(builder().max_subscriptions(1)).await;
    let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
    visitor.subscribe("* 0 room").await;
    visitor.tell("t", "* 0 another").await;
    let reason = "the session reads as many topics as are allowed";
    assert_eq!(visitor.next_told().await, format!("e1 2 4\n{reason}"));
}

#[tokio::test]
async fn the_application_reads_what_is_kept() {
    let running = serve(builder()).await;
    let helper = running.server.helper();
    for (number, key) in ["EUR", "USD", "EUR"].into_iter().enumerate() {
        helper.publish_keyed("kept/rates", key, number.to_string()).await.unwrap();
    }
    let history = helper.history("kept/rates", SubscribeFrom::Last(2)).await.unwrap();
    let kept: Vec<_> = history.messages.iter().map(|kept| (kept.offset, kept.key.as_deref())).collect();
    assert_eq!((history.position.offset, kept), (3, vec![(2, Some("USD")), (3, Some("EUR"))]));
    publish(&running, "unkept", "1").await;
    let history = helper.history("unkept", SubscribeFrom::Last(2)).await.unwrap();
    assert_eq!((history.position.offset, history.messages), (1, Vec::new()));
}

/// Nobody has to come in session mode for that.
#[tokio::test]
async fn a_topic_that_nobody_reads_is_forgotten() {
    let running = serve(builder().engine(Memory::new().linger(Duration::from_millis(10)))).await;
    publish(&running, "room", "to nobody").await;
    let helper = running.server.helper();
    soon(async {
        while helper.history("room", SubscribeFrom::Last(0)).await.unwrap().position.offset > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[test]
fn a_limit_of_no_topics_is_a_mistake() {
    let refused = |builder: ServerBuilder| builder.build().map(drop);
    let zero = |setting| Err(BuildError::ZeroLimit { setting });
    assert_eq!(refused(Server::builder().max_subscriptions(0)), zero("max_subscriptions"));
    assert_eq!(refused(Server::builder().max_user_subscriptions(0)), zero("max_user_subscriptions"));
}
