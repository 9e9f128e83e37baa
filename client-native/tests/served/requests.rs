//! A request is handled once and answered once, whatever becomes of its connections; both ways.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use staywire_client_native::{Client, Event, Events, Request, RequestError};
use staywire_server::{ListenerError, Message, RequestFailure, Server, Session, WsListener};
use tokio::sync::{Semaphore, mpsc};

use super::served::{Served, next, serve, soon, wait_for};

const PATIENCE: Duration = Duration::from_secs(60);

/// Gives each request back when there is a permit, and tells what it has to do with.
struct Desk {
    permits: Arc<Semaphore>,
    told: mpsc::UnboundedSender<Told>,
}

#[derive(Debug)]
enum Told {
    Open(Session),
    Asked(String),
    Dropped(Instant),
}

/// Tells that the handler it is in was dropped, unless that has returned.
struct Guard<'a>(Option<&'a Desk>);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if let Some(desk) = self.0 {
            desk.tell(Told::Dropped(Instant::now()));
        }
    }
}

impl Desk {
    fn tell(&self, told: Told) {
        // A test may have heard enough.
        let _ = self.told.send(told);
    }
}

impl WsListener for Desk {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.tell(Told::Open(session.clone()));
        Ok(())
    }

    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Ok(())
    }

    async fn request(&self, _: &Session, request: Message) -> Result<Message, RequestFailure> {
        let mut guard = Guard(Some(self));
        self.tell(Told::Asked(request.as_text().unwrap_or_default().to_owned()));
        self.permits.acquire().await?.forget();
        guard.0 = None;
        Ok(request)
    }
}

struct Visited {
    served: Served,
    client: Client,
    events: Events,
    session: Session,
    permits: Arc<Semaphore>,
    told: mpsc::UnboundedReceiver<Told>,
}

async fn visited() -> Visited {
    let (sender, mut told) = mpsc::unbounded_channel();
    let permits = Arc::new(Semaphore::new(0));
    let desk = Desk { permits: Arc::clone(&permits), told: sender };
    let served = serve(Server::builder().max_requests(64).endpoint("/desk", desk)).await;
    let (client, mut events) = served.client_of("/desk").connect().expect("it is right");
    assert!(matches!(next(&mut events).await, Event::Open));
    let Some(Told::Open(session)) = soon(told.recv()).await else { panic!("the session opens first") };
    Visited { served, client, events, session, permits, told }
}

impl Visited {
    /// Cuts the connection, and waits for another.
    async fn cut(&mut self) {
        self.served.relay.cut();
        wait_for(&mut self.events, |event| matches!(event, Event::Resumed).then_some(())).await;
    }

    async fn asked(&mut self) -> String {
        match soon(self.told.recv()).await {
            Some(Told::Asked(request)) => request,
            other => panic!("{other:?}"),
        }
    }

    /// When the handler was dropped.
    async fn dropped(&mut self) -> Instant {
        match soon(self.told.recv()).await {
            Some(Told::Dropped(at)) => at,
            other => panic!("{other:?}"),
        }
    }

    /// The server's request, past what the client is told of its connections.
    async fn request(&mut self) -> Request {
        let request = |event| match event {
            Event::Request(request) => Some(request),
            _ => None,
        };
        wait_for(&mut self.events, request).await
    }
}

#[tokio::test]
async fn a_request_that_is_cut_ten_times_is_answered_once() {
    let mut visited = visited().await;
    let asking = tokio::spawn({
        let client = visited.client.clone();
        async move { client.request("how are you?", PATIENCE).await }
    });
    assert_eq!(visited.asked().await, "how are you?");
    for _ in 0..10 {
        visited.cut().await;
    }
    visited.permits.add_permits(64);
    let reply = soon(asking).await.expect("it does not panic").expect("it is answered");
    assert_eq!(reply.as_text(), Some("how are you?"));
    assert!(visited.told.try_recv().is_err(), "it was handled again");
}

#[tokio::test]
async fn many_requests_over_many_cuts_are_handled_and_answered_once_each() {
    const REQUESTS: usize = 60;
    let mut visited = visited().await;
    let asking: Vec<_> = (0..REQUESTS)
        .map(|number| {
            let client = visited.client.clone();
            tokio::spawn(async move { client.request(number.to_string(), PATIENCE).await })
        })
        .collect();
    for _ in 0..10 {
        visited.cut().await;
        visited.permits.add_permits(REQUESTS / 10);
    }
    let replies = soon(join_all(asking)).await;
    for (number, reply) in replies.into_iter().enumerate() {
        let reply = reply.expect("it does not panic").expect("it is answered");
        assert_eq!(reply.as_text(), Some(&*number.to_string()));
    }
    let mut handled = Vec::new();
    while let Ok(Told::Asked(request)) = visited.told.try_recv() {
        handled.push(request.parse::<usize>().expect("it is a number"));
    }
    handled.sort_unstable();
    assert_eq!(handled, (0..REQUESTS).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_handler_is_dropped_at_once_when_its_client_stops_waiting() {
    let mut visited = visited().await;
    let mut took = Duration::MAX;
    // A busy machine may be late once; who does not drop a handler at once is late each time.
    for _ in 0..5 {
        let asking = tokio::spawn({
            let client = visited.client.clone();
            async move { client.request("never mind", PATIENCE).await }
        });
        assert_eq!(visited.asked().await, "never mind");
        let stopped = Instant::now();
        asking.abort();
        took = took.min(visited.dropped().await.duration_since(stopped));
    }
    assert!(took < Duration::from_millis(100), "{took:?}");

    let timeout = Duration::from_millis(30);
    assert_eq!(soon(visited.client.request("quick", timeout)).await, Err(RequestError::Timeout));
    assert_eq!(visited.asked().await, "quick");
    visited.dropped().await;
}

#[tokio::test]
async fn a_request_to_the_client_that_is_cut_ten_times_is_answered_once() {
    let mut visited = visited().await;
    let asking = tokio::spawn({
        let session = visited.session.clone();
        async move { session.request(vec![0, 255], PATIENCE).await }
    });
    let request = visited.request().await;
    assert_eq!(request.message().as_bytes(), [0, 255]);
    for _ in 0..10 {
        visited.cut().await;
    }
    visited.client.reply(&request, vec![1, 254]).expect("there is room");
    let reply = soon(asking).await.expect("it does not panic").expect("it is answered");
    assert_eq!(reply, Message::from(vec![1, 254]));
    let other = visited.session.clone();
    let asking = tokio::spawn(async move { other.request("again", PATIENCE).await });
    let request = visited.request().await;
    assert_eq!(request.message().as_text(), Some("again"), "the first one is not asked again");
    asking.abort();
    let cancelled = |event| match event {
        Event::Cancelled { number } => Some(number),
        _ => None,
    };
    assert_eq!(wait_for(&mut visited.events, cancelled).await, request.number());
}
