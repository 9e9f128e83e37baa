//! Engines that are not at hand: one that takes its time, and one that leaves messages out.

use std::sync::{Arc, Weak};
use std::time::Duration;

use staywire_server::{
    ByteString, Delivery, Eager, Engine, EngineError, History, Member, MemberState, Members, Memory, Message,
    PresenceChange, Publication, Retention, SessionId, Sink, StreamName, StreamPosition, SubscribeFrom,
    TopicName,
};
use tokio::sync::{mpsc, oneshot};

use super::client::{Visitor, Wire, token};
use super::inspected::Inspected;
use super::topics::{builder, publish};
use crate::support::{serve, soon, until};

type Job = Box<dyn FnOnce(&Memory) + Send>;

/// A memory behind a queue: everything is done in the order of the calls, a little later.
struct Distant {
    memory: Arc<Memory>,
    jobs: mpsc::UnboundedSender<Job>,
}

impl Distant {
    fn new() -> Self {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        let memory = Arc::new(Memory::new());
        let worker = Arc::clone(&memory);
        tokio::spawn(async move {
            while let Some(job) = queue.recv().await {
                tokio::time::sleep(Duration::from_millis(1)).await;
                job(&worker);
            }
        });
        Self { memory, jobs }
    }

    fn later<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Memory) -> Eager<Result<T, EngineError>> + Send + 'static,
    ) -> Eager<Result<T, EngineError>> {
        let (done, result) = oneshot::channel();
        let job = move |memory: &Memory| {
            let result = work(memory).at_once().unwrap_or_else(|_| panic!("a memory is done at once"));
            // The answer travels too, and a delivery may come before it.
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(2)).await;
                let _ = done.send(result);
            });
        };
        let _ = self.jobs.send(Box::new(job));
        Eager::under_way(async move {
            result.await.unwrap_or_else(|_| Err(EngineError::Unavailable("it is gone".to_owned())))
        })
    }
}

impl Engine for Distant {
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
        let (stream, retention) = (stream.clone(), *retention);
        self.later(move |memory| memory.publish(&stream, message, key, &retention))
    }

    fn attach(&self, stream: &StreamName) -> Eager<Result<StreamPosition, EngineError>> {
        let stream = stream.clone();
        self.later(move |memory| memory.attach(&stream))
    }

    fn detach(&self, stream: &StreamName) {
        let stream = stream.clone();
        let _ = self.jobs.send(Box::new(move |memory| memory.detach(&stream)));
    }

    fn history(&self, stream: &StreamName, from: SubscribeFrom) -> Eager<Result<History, EngineError>> {
        let stream = stream.clone();
        self.later(move |memory| memory.history(&stream, from))
    }

    fn present(
        &self,
        topic: &TopicName,
        session: SessionId,
        member: &Member,
        state: Option<MemberState>,
    ) -> Eager<Result<Option<PresenceChange>, EngineError>> {
        let (topic, member) = (topic.clone(), member.clone());
        self.later(move |memory| memory.present(&topic, session, &member, state))
    }

    fn members(&self, topic: &TopicName) -> Eager<Result<Members, EngineError>> {
        let topic = topic.clone();
        self.later(move |memory| memory.members(&topic))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_may_take_its_time() {
    let running = serve(builder().engine(Distant::new()).authenticate(super::streams::ByName)).await;
    let helper = running.server.helper();
    let mut plain = running.connect("/ws").await;
    let mut wire = Wire::open(&running, "/ws").await;
    let answer = wire.ask(format!("hello {} 1\ncredential ann", token(1))).await;
    assert_eq!((answer.stream("b"), answer.stream("u")), ("recovered 0".into(), "recovered 0".into()));
    // Nobody can be counted yet; they get it all the same.
    assert_eq!(helper.broadcast("to all"), Delivery::default());
    assert!(wire.next_data().await.ends_with("\nto all"));
    assert_eq!(plain.next_text().await, "to all");
    let _ = helper.send_to_user("ann", "to ann");
    assert!(wire.next_data().await.ends_with("\nto ann"));

    let mut visitor = Visitor::arrive(&running, "/ws", 10).await;
    assert_eq!(visitor.subscribe("* 0 kept").await.outcome(), "recovered 0");
    // Eager: they are published in the order of the calls, whoever waits for which.
    let under_way: Vec<_> = (1..=3_u64).map(|number| helper.publish("kept", number.to_string())).collect();
    for number in 1..=3_u64 {
        assert_eq!(visitor.hear().await, number.to_string());
    }
    for (number, publication) in (1..).zip(under_way) {
        assert_eq!(soon(publication).await.unwrap().position.offset, number);
    }
    visitor.tell("w", "kept\n4").await;
    assert_eq!(visitor.hear().await, "4");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_delivered_before_an_engine_says_where_a_stream_is_is_not_lost() {
    let running = Arc::new(serve(builder().engine(Distant::new())).await);
    let publishing = tokio::spawn({
        let running = Arc::clone(&running);
        async move {
            for number in 1.. {
                publish(&running, "kept", &number.to_string()).await;
            }
        }
    });
    for round in 0..30 {
        let mut visitor = Visitor::arrive(&running, "/ws", 1 + 10 * round).await;
        // It is the only reader, so that the stream begins here with it.
        let outcome = visitor.subscribe("* 2 kept").await.outcome();
        let before: u64 = outcome.strip_prefix("recovered ").unwrap().parse().unwrap();
        for number in before + 1..before + 10 {
            assert_eq!(visitor.hear().await, number.to_string(), "round {round}");
        }
        visitor.wire.send("goodbye").await;
        assert_eq!(visitor.wire.next_close().await.0, 1000);
    }
    publishing.abort();
}

#[tokio::test]
async fn a_message_that_an_engine_leaves_out_is_asked_for_or_told_as_missing() {
    for (topic, outcome, follows) in [("kept", "recovered 2", &["3", "4"][..]), ("room", "gap 3 3", &["4"])] {
        let running = serve(builder().engine(Inspected::leaving_out(3))).await;
        let mut visitor = Visitor::arrive(&running, "/ws", 1).await;
        let session = running.server.helper().session(visitor.session.parse().unwrap()).unwrap();
        let line = visitor.subscribe(&format!("* 0 {topic}")).await;
        for number in ["1", "2"] {
            publish(&running, topic, number).await;
            assert_eq!(visitor.hear().await, number);
        }
        for number in ["3", "4"] {
            publish(&running, topic, number).await;
        }
        until(|| !session.is_connected()).await;
        visitor.held.push(line.held_at(2));
        let answer = visitor.come_back(&running).await;
        assert_eq!((answer.kind(), answer.stream("t")), ("resumed", outcome.into()), "{topic}");
        for number in follows {
            assert_eq!(visitor.hear().await, *number, "{topic}");
        }
        publish(&running, topic, "5").await;
        assert_eq!(visitor.hear().await, "5", "{topic}");
    }
}
