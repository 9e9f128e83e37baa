//! A real server behind a relay, with a listener that echoes.

use std::future::Future;
use std::time::Duration;

use staywire_client_native::{Client, ClientBuilder, Event, Events};
use staywire_server::{
    CloseReason, ListenerError, Message, Server, ServerBuilder, Session, WsHelper, WsListener,
};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::relay::Relay;

/// Everything that should happen at once happens within this, also on a busy machine.
const SOON: Duration = Duration::from_secs(20);

/// How many messages of 4 KiB a `flood` is.
pub(crate) const FLOOD: u64 = 2_000;

/// Echoes, but for `hold`, which it never finishes, and `flood`.
pub(crate) struct Echo {
    closed: mpsc::UnboundedSender<CloseReason>,
}

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        if message.as_text() == Some("hold") {
            std::future::pending::<()>().await;
        }
        if message.as_text() == Some("flood") {
            for number in 0..FLOOD {
                session.send(format!("{number:>4096}"))?;
            }
            return Ok(());
        }
        session.send(message)?;
        Ok(())
    }

    async fn close(&self, _session: &Session, reason: CloseReason) {
        let _ = self.closed.send(reason);
    }
}

pub(crate) struct Served {
    pub(crate) relay: Relay,
    pub(crate) helper: WsHelper,
    /// How sessions ended.
    pub(crate) closed: mpsc::UnboundedReceiver<CloseReason>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

pub(crate) async fn serve(builder: ServerBuilder) -> Served {
    let (sender, closed) = mpsc::unbounded_channel();
    let server: Server = builder.endpoint("/echo", Echo { closed: sender }).build().expect("it is right");
    let helper = server.helper();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        server.serve(listener, async { drop(stopped.await) }).await.expect("it serves");
    });
    Served { relay: Relay::to(address).await, helper, closed, stop, serving }
}

impl Served {
    /// A client that comes back soon.
    pub(crate) fn client(&self) -> ClientBuilder {
        self.client_of("/echo")
    }

    pub(crate) fn client_of(&self, path: &str) -> ClientBuilder {
        let (min, max) = (Duration::from_millis(5), Duration::from_millis(20));
        Client::builder(self.relay.url(path)).backoff(min, max)
    }

    /// A client with a session, and its events after `Open`.
    pub(crate) async fn open(&self) -> (Client, Events) {
        let (client, mut events) = self.client().connect().expect("it is right");
        assert!(matches!(next(&mut events).await, Event::Open));
        (client, events)
    }

    /// Stops the server and waits until all of it has ended.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        soon(self.serving).await.expect("it serves until the end");
    }
}

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, what).await.expect("it should have happened by now")
}

pub(crate) async fn next(events: &mut Events) -> Event {
    soon(events.recv()).await.expect("there is another event")
}

/// Skips events until `pick` takes one.
pub(crate) async fn wait_for<T>(events: &mut Events, pick: impl Fn(Event) -> Option<T>) -> T {
    loop {
        if let Some(picked) = pick(next(events).await) {
            return picked;
        }
    }
}
