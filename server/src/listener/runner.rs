//! Runs a session's events through its listener.
//!
//! Owns: the order of the calls and what becomes of a listener that fails. A
//! runner is a task that exists while a session has events; an idle session
//! has none. Never: reads or writes the connection.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::request::handle;
use super::{Presence, Resumption, WsListener, topic};
use crate::close::CloseReason;
use crate::error::{ListenerError, SessionError};
use crate::message::Message;
use crate::panic::catch_panic;
use crate::session::inbox::Event;
use crate::session::{Failure, Received, Session};
use crate::session_mode::Subscription;
use crate::topic::TopicName;
use crate::user::UserId;

/// A listener of any type. Erased here, around a whole run, the calls inside cost no allocation.
pub(crate) trait ErasedListener: Send + Sync {
    fn spawn_runner(self: Arc<Self>, session: Session) -> AbortHandle;

    /// Handles a request, beside the runner.
    fn spawn_request(self: Arc<Self>, session: Session, number: u64, request: Message) -> AbortHandle;

    /// Decides on a subscription, beside the runner.
    fn spawn_subscription(self: Arc<Self>, session: Session, subscription: Subscription) -> AbortHandle;
}

impl<L: WsListener> ErasedListener for L {
    fn spawn_runner(self: Arc<Self>, session: Session) -> AbortHandle {
        session
            .clone()
            .spawn(async move { Run { listener: &*self, session: &session }.all().await })
            .abort_handle()
    }

    fn spawn_request(self: Arc<Self>, session: Session, number: u64, request: Message) -> AbortHandle {
        session.clone().spawn(async move { handle(&*self, &session, number, request).await }).abort_handle()
    }

    fn spawn_subscription(self: Arc<Self>, session: Session, subscription: Subscription) -> AbortHandle {
        session
            .clone()
            .spawn(async move { topic::subscribe(&*self, &session, subscription).await })
            .abort_handle()
    }
}

struct Run<'a, L> {
    listener: &'a L,
    session: &'a Session,
}

impl<L: WsListener> Run<'_, L> {
    async fn all(&self) {
        while let Some(event) = self.session.inbox().next() {
            match event {
                Event::Open => self.open().await,
                Event::Message { message, received, topic } => {
                    match topic {
                        None => self.message(message).await,
                        Some(topic) => self.publish(&topic, message, received).await,
                    }
                    if let Some(received) = received {
                        self.session.finished(received.number);
                    }
                }
                Event::Error(error) => self.error(error).await,
                Event::Suspend => self.suspend().await,
                Event::Resume(resumption) => self.resume(resumption).await,
                Event::Leave => self.session.leave_process(),
                Event::Close(reason, place) => {
                    self.close(reason).await;
                    self.leave().await;
                    self.session.forget(place);
                }
            }
        }
    }

    async fn open(&self) {
        let outcome = catch_panic(async {
            self.session.endpoint_state().interceptors().after_handshake(self.session).await;
            self.listener.open(self.session).await
        });
        let outcome = outcome.await;
        self.session.forget_headers();
        match outcome {
            Ok(Ok(())) => {
                self.join().await;
                self.session.begin_requests();
            }
            Ok(Err(error)) => {
                self.session.fail(Failure::Error);
                self.on_listener_error(error).await;
            }
            Err(panic) => self.on_panic(panic).await,
        }
    }

    /// Announces the session's user, if this is the user's first session.
    async fn join(&self) {
        let Some((user, presence)) = self.presence() else { return };
        let join = async { self.listener.join(user, &self.session.helper()).await };
        let join = announce("join", user, join);
        presence.enter(self.session.id(), join).await;
    }

    /// Announces that the session's user is gone, if this was the user's last session.
    async fn leave(&self) {
        let Some((user, presence)) = self.presence() else { return };
        let leave = async { self.listener.leave(user, &self.session.helper()).await };
        let leave = announce("leave", user, leave);
        presence.exit(self.session.id(), leave).await;
    }

    fn presence(&self) -> Option<(&UserId, Arc<Presence>)> {
        let user = self.session.user()?;
        Some((user, self.session.endpoint_state().registry().presence(user)?))
    }

    async fn message(&self, message: Message) {
        match catch_panic(async { self.listener.message(self.session, message).await }).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.on_listener_error(error).await,
            Err(panic) => self.on_panic(panic).await,
        }
    }

    async fn publish(&self, topic: &TopicName, message: Message, received: Option<Received>) {
        match topic::publish(self.listener, self.session, topic, message).await {
            Ok(Ok(())) => {}
            Ok(Err(refusal)) => {
                if let (Some(session), Some(received)) = (self.session.lasting(), received) {
                    session.refuse(received.number, &refusal);
                }
            }
            Err(panic) => self.on_panic(panic).await,
        }
    }

    async fn error(&self, error: SessionError) {
        if let Err(panic) = catch_panic(async { self.listener.error(self.session, error).await }).await {
            // Telling `error` of its own panic would invite the next one.
            tracing::error!(session = %self.session.id(), ?panic, "the listener's `error` panicked");
            self.session.fail(Failure::Panic);
        }
    }

    async fn suspend(&self) {
        if let Err(panic) = catch_panic(async { self.listener.suspend(self.session).await }).await {
            self.on_panic(panic).await;
        }
    }

    async fn resume(&self, resumption: Resumption) {
        if resumption == Resumption::Restored
            && let Some((_, presence)) = self.presence()
        {
            // The user has not come: they were here before the process was.
            presence.enter(self.session.id(), async {}).await;
        }
        if let Err(panic) = catch_panic(async { self.listener.resume(self.session, resumption).await }).await
        {
            return self.on_panic(panic).await;
        }
        // Where it was restored, its listener has heard of it only now.
        self.session.begin_requests();
    }

    async fn close(&self, reason: CloseReason) {
        if let Err(panic) = catch_panic(async { self.listener.close(self.session, reason).await }).await {
            tracing::error!(session = %self.session.id(), ?panic, "the listener's `close` panicked");
        }
    }

    async fn on_listener_error(&self, error: ListenerError) {
        if error.is_closed() && !self.session.is_open() {
            tracing::debug!(session = %self.session.id(), "the client left before the listener had sent all");
            return;
        }
        tracing::warn!(session = %self.session.id(), ?error, "the listener failed");
        self.error(SessionError::Listener(error)).await;
    }

    async fn on_panic(&self, panic: String) {
        tracing::error!(session = %self.session.id(), ?panic, "the listener panicked");
        self.session.fail(Failure::Panic);
        self.error(SessionError::Panic(panic)).await;
    }
}

/// Runs what the listener does about a user; a panic in it is logged and harms nobody.
async fn announce(callback: &str, user: &UserId, call: impl Future<Output = ()>) {
    if let Err(panic) = catch_panic(call).await {
        tracing::error!(?user, ?panic, "the listener's `{callback}` panicked");
    }
}
