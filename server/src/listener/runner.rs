//! Runs a session's events through its listener.
//!
//! Owns: the order of the calls and what becomes of a listener that fails. A
//! runner is a task that exists while a session has events; an idle session
//! has none. Never: reads or writes the connection.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use staywire_protocol::CloseCode;
use tokio::task::AbortHandle;

use super::WsListener;
use crate::close::CloseReason;
use crate::error::{ListenerError, SessionError};
use crate::message::Message;
use crate::session::Session;
use crate::session::inbox::Event;

/// A listener of any type. Erased here, around a whole run, the calls inside cost no allocation.
pub(crate) trait ErasedListener: Send + Sync {
    fn spawn_runner(self: Arc<Self>, session: Session) -> AbortHandle;
}

impl<L: WsListener> ErasedListener for L {
    fn spawn_runner(self: Arc<Self>, session: Session) -> AbortHandle {
        tokio::spawn(async move { Run { listener: &*self, session: &session }.all().await }).abort_handle()
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
                Event::Message(message) => self.message(message).await,
                Event::Error(error) => self.error(error).await,
                Event::Close(reason, place) => {
                    self.close(reason).await;
                    self.session.forget(place);
                }
            }
        }
    }

    async fn open(&self) {
        let outcome = catch_panic(async { self.listener.open(self.session).await }).await;
        self.session.forget_headers();
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                self.close_failed();
                self.on_listener_error(error).await;
            }
            Err(panic) => self.on_panic(panic).await,
        }
    }

    async fn message(&self, message: Message) {
        match catch_panic(async { self.listener.message(self.session, message).await }).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.on_listener_error(error).await,
            Err(panic) => self.on_panic(panic).await,
        }
    }

    async fn error(&self, error: SessionError) {
        if let Err(panic) = catch_panic(async { self.listener.error(self.session, error).await }).await {
            // Telling `error` of its own panic would invite the next one.
            tracing::error!(session = %self.session.id(), ?panic, "the listener's `error` panicked");
            self.close_failed();
        }
    }

    async fn close(&self, reason: CloseReason) {
        if let Err(panic) = catch_panic(async { self.listener.close(self.session, reason).await }).await {
            tracing::error!(session = %self.session.id(), ?panic, "the listener's `close` panicked");
        }
    }

    async fn on_listener_error(&self, error: ListenerError) {
        tracing::warn!(session = %self.session.id(), ?error, "the listener failed");
        self.error(SessionError::Listener(error)).await;
    }

    async fn on_panic(&self, panic: String) {
        tracing::error!(session = %self.session.id(), ?panic, "the listener panicked");
        self.close_failed();
        self.error(SessionError::Panic(panic)).await;
    }

    /// Closes the session that its listener cannot serve; what it has not seen yet, it never sees.
    fn close_failed(&self) {
        self.session.close(CloseCode::INTERNAL_ERROR, "internal error");
        self.session.inbox().drop_messages();
    }
}

/// Runs `call`; a panic in it becomes its text.
///
/// The listener may be left with broken state of its own; that is the bargain
/// of every server that outlives a panic, and what its locks' poison is for.
async fn catch_panic<T>(call: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(call).catch_unwind().await.map_err(|payload| text_of(&*payload))
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text").to_owned()
}
