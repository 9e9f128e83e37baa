//! Closures as handlers of one session's messages and end.
//!
//! Owns: a session's handlers, their order, and their end with the session.
//! Never: calls one; the listener's calls do, in the session's runner, so a
//! handler's message is one event like any other.

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::close::CloseReason;
use crate::error::ListenerError;
use crate::message::{FromMessage, Message};
use crate::session::Session;
use crate::sync::Mutex;

/// A handler of messages; it returns no future for one that is not of its kind.
type MessageHandler =
    Arc<dyn Fn(Message) -> Option<BoxFuture<'static, Result<(), ListenerError>>> + Send + Sync>;
type CloseHandler = Arc<dyn Fn(CloseReason) -> BoxFuture<'static, ()> + Send + Sync>;

/// What was added to a session; `None` once it is over.
///
/// Invariant: a session that is over has none. A handler may hold its own
/// session, which would otherwise keep itself alive for ever.
pub(crate) struct Handlers(Mutex<Option<Added>>);

#[derive(Default)]
struct Added {
    message: Vec<MessageHandler>,
    close: Vec<CloseHandler>,
}

impl Handlers {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Some(Added::default())))
    }

    /// The session is over: no handler is called any more.
    pub(crate) fn clear(&self) {
        let added = self.0.lock().take();
        // Dropping them runs the application's code: not under the lock.
        drop(added);
    }

    fn add_message(&self, handler: MessageHandler) {
        if let Some(added) = &mut *self.0.lock() {
            added.message.push(handler);
        }
    }

    pub(super) fn add_close(&self, handler: CloseHandler) {
        if let Some(added) = &mut *self.0.lock() {
            added.close.push(handler);
        }
    }

    pub(super) async fn message(&self, message: &Message) -> Result<(), ListenerError> {
        for index in 0.. {
            let Some(handler) = self.nth(index, |added| &added.message) else { break };
            if let Some(handled) = handler(message.clone()) {
                handled.await?;
            }
        }
        Ok(())
    }

    pub(super) async fn close(&self, reason: &CloseReason) {
        for index in 0.. {
            let Some(handler) = self.nth(index, |added| &added.close) else { break };
            handler(reason.clone()).await;
        }
    }

    /// One handler at a time, so that none runs under the lock and a handler may add another.
    fn nth<H: Clone>(&self, index: usize, list: impl FnOnce(&Added) -> &Vec<H>) -> Option<H> {
        list(self.0.lock().as_ref()?).get(index).cloned()
    }
}

impl Session {
    /// Calls `handler` with each message that arrives from now on, while the session lasts.
    ///
    /// What the handler takes decides which messages it gets: a [`Message`] all of them, text (`String`,
    /// [`ByteString`](crate::ByteString)) or bytes (`Vec<u8>`, [`Bytes`](crate::Bytes)) those of that kind. There may
    /// be several; they are called one after the other, in the order in which they were added, each with every
    /// message. An error goes to [`error`](crate::WsListener::error) and keeps the message from the handlers after it.
    ///
    /// A handler is called by [`WsListener::message`](crate::WsListener::message) as long as the listener has none of
    /// its own, so the order of messages, and what becomes of errors and panics, is the same. One that is added in
    /// [`open`](crate::WsListener::open) misses nothing. What no handler takes is dropped.
    ///
    /// The closure is cloned for each message, as axum's handlers are: what it changes, it shares. Handlers end with
    /// the session, and with the process: after a [restart](crate::Resumption::Restored) they are added again.
    ///
    /// ```
    /// use staywire_server::{Bytes, ListenerError, Session, WsListener};
    ///
    /// struct Mirror;
    ///
    /// impl WsListener for Mirror {
    ///     async fn open(&self, session: &Session) -> Result<(), ListenerError> {
    ///         let remote = session.clone();
    ///         session.add_message_handler(async move |text: String| {
    ///             remote.send(text.to_uppercase())?;
    ///             Ok(())
    ///         });
    ///         session.add_message_handler(async |bytes: Bytes| {
    ///             println!("{} bytes", bytes.len());
    ///             Ok(())
    ///         });
    ///         Ok(())
    ///     }
    /// }
    /// ```
    pub fn add_message_handler<M, F, Fut>(&self, handler: F)
    where
        M: FromMessage,
        F: FnOnce(M) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), ListenerError>> + Send + 'static,
    {
        let handler = move |message| Some(handler.clone()(M::from_message(message)?).boxed());
        self.handlers().add_message(Arc::new(handler));
    }
}
