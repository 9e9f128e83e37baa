//! The application's hands: every method returns at once, but for those that say what they wait for.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use staywire_protocol::client::Status;
use staywire_protocol::wire::{FailureCode, Name, SubscribeFrom};
use tokio::sync::{Notify, oneshot};

use crate::builder::ClientBuilder;
use crate::core::Core;
use crate::error::{ReplyError, RequestError, SendError, SubscribeError};
use crate::event::Request;
use crate::message::Message;
use crate::sent::Sent;

/// A session with one server, kept up over as many connections as it takes.
///
/// Cheap to clone and usable from any task. When the last clone and its [`Events`](crate::Events) are dropped, the
/// session is closed as by [`close`](Self::close).
#[derive(Clone)]
pub struct Client {
    handle: Arc<Handle>,
}

/// What handles and driver share.
pub(crate) struct Shared {
    core: Mutex<Core>,
    /// Calls the driver after a command.
    pub(crate) wake: Notify,
}

impl Shared {
    pub(crate) fn new(core: Core) -> Self {
        Self { core: Mutex::new(core), wake: Notify::new() }
    }

    /// No user code runs under the lock, so what a panic elsewhere left behind is whole.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn command<R>(&self, command: impl FnOnce(&mut Core) -> R) -> R {
        let outcome = command(&mut self.lock());
        self.wake.notify_one();
        outcome
    }
}

/// What the application holds; the driver does not, so that it can be told when nobody does.
pub(crate) struct Handle {
    shared: Arc<Shared>,
}

impl Handle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    pub(crate) fn wake(&self) {
        self.shared.wake.notify_one();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.command(Core::close);
    }
}

impl Client {
    /// Describes a client of the endpoint at `url`, for example `ws://127.0.0.1:8080/echo`.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(url.into())
    }

    pub(crate) fn new(handle: Arc<Handle>) -> Self {
        Self { handle }
    }

    /// Sends a message, connected or not: it is delivered once and in order, or the application is told.
    ///
    /// It is kept until the server's listener is done with it. Until then it counts, with its size and at least 16
    /// bytes, towards [`max_queue_bytes`](ClientBuilder::max_queue_bytes). What became of it tells [`Sent`].
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was queued.
    pub fn send(&self, message: impl Into<Message>) -> Result<Sent, SendError> {
        let message = message.into();
        self.handle.shared.command(|core| core.send(message))
    }

    /// Asks the server and waits for the reply, over any number of reconnects, for at most `timeout`.
    ///
    /// Dropping the future tells the server that nobody waits any more.
    ///
    /// # Errors
    ///
    /// A [`RequestError`].
    pub async fn request(
        &self,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<Message, RequestError> {
        let message = message.into();
        let shared = &self.handle.shared;
        let (asker, reply) = oneshot::channel();
        let request = shared.command(|core| core.request(message, timeout, asker))?;
        let waiting = Waiting { shared, request: Some(request) };
        let reply = reply.await.unwrap_or(Err(RequestError::OutcomeUnknown));
        waiting.disarm();
        reply
    }

    /// Replies to a request of the server.
    ///
    /// # Errors
    ///
    /// A [`ReplyError`]; nothing was queued.
    pub fn reply(&self, request: &Request, message: impl Into<Message>) -> Result<(), ReplyError> {
        let message = message.into();
        self.handle.shared.command(|core| core.reply(request, message))
    }

    /// Fails a request of the server, with a code of the application (1000 and above) or of the protocol.
    ///
    /// # Errors
    ///
    /// A [`ReplyError`]; nothing was queued.
    pub fn fail(&self, request: &Request, code: FailureCode, reason: &str) -> Result<(), ReplyError> {
        self.handle.shared.command(|core| core.fail(request, code, reason))
    }

    /// Reads `topic`, connected or not and over any number of reconnects, until it is unsubscribed or refused.
    ///
    /// [`Event::Subscribed`](crate::Event::Subscribed) or
    /// [`Event::SubscriptionRefused`](crate::Event::SubscriptionRefused) follows.
    ///
    /// # Errors
    ///
    /// A [`SubscribeError`]; nothing was queued.
    pub fn subscribe(&self, topic: Name<'static>, from: SubscribeFrom) -> Result<(), SubscribeError> {
        self.handle.shared.command(|core| core.subscribe(topic, from))
    }

    /// Does not read `topic` any more, from now on; whether it was read or asked for.
    pub fn unsubscribe(&self, topic: &Name<'static>) -> bool {
        self.handle.shared.command(|core| core.unsubscribe(topic))
    }

    /// Sends a message to everybody who reads `topic`, with the same promise as [`send`](Self::send).
    ///
    /// Where the server refuses it, [`Event::PublicationRefused`](crate::Event::PublicationRefused) names its number.
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was queued.
    pub fn publish(&self, topic: Name<'static>, message: impl Into<Message>) -> Result<Sent, SendError> {
        let message = message.into();
        self.handle.shared.command(|core| core.publish(topic, message))
    }

    /// Gives the session a new connection now: beside the one there is, which goes on until the new one has taken
    /// over, or instead of waiting for the next attempt. Does nothing once the client is closing.
    pub fn reconnect(&self) {
        self.handle.shared.command(Core::reconnect);
    }

    /// Ends the session: says goodbye where there is a connection; what was not acknowledged has an unknown outcome.
    ///
    /// [`Event::Closed`](crate::Event::Closed) follows, after at most the closing handshake's 5 s.
    pub fn close(&self) {
        self.handle.shared.command(Core::close);
    }

    /// What the client is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        self.handle.shared.lock().status()
    }

    /// The application's sub-protocol that the server chose, once it has answered.
    #[must_use]
    pub fn protocol(&self) -> Option<String> {
        self.handle.shared.lock().protocol().map(str::to_owned)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Cancels its request unless that was settled.
struct Waiting<'a> {
    shared: &'a Shared,
    request: Option<Sent>,
}

impl Waiting<'_> {
    fn disarm(mut self) {
        self.request = None;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(request) = &self.request {
            self.shared.command(|core| core.cancel(request));
        }
    }
}
