//! A listener of closures.

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{RequestFailure, WsListener};
use crate::close::CloseReason;
use crate::error::ListenerError;
use crate::message::{FromMessage, Message};
use crate::session::Session;

type Fallible = BoxFuture<'static, Result<(), ListenerError>>;
type OnOpen = dyn Fn(Session) -> Fallible + Send + Sync;
/// It returns no future for a message that is not of the kind that the closure takes.
type OnMessage = dyn Fn(Session, Message) -> Option<Fallible> + Send + Sync;
/// The same for requests.
type OnRequest =
    dyn Fn(Session, Message) -> Option<BoxFuture<'static, Result<Message, RequestFailure>>> + Send + Sync;
type OnClose = dyn Fn(Session, CloseReason) -> BoxFuture<'static, ()> + Send + Sync;

/// A listener whose `message` is `message`; [`on_open`](ListenerFn::on_open), [`on_request`](ListenerFn::on_request)
/// and [`on_close`](ListenerFn::on_close) add what else it does.
///
/// What the closure takes decides which messages it gets: a [`Message`] all of them, text (`String`,
/// [`ByteString`](crate::ByteString)) or bytes (`Vec<u8>`, [`Bytes`](crate::Bytes)) those of that kind; the others are
/// dropped. It is cloned for each message, as axum's handlers are: what it changes, it shares. Where every allocation
/// counts, a [`WsListener`] of your own has one less for each message.
///
/// ```
/// use staywire_server::{Server, Session, listener_fn};
///
/// let echo = listener_fn(async |session: Session, text: String| {
///     session.send(text)?;
///     Ok(())
/// });
/// let chat = listener_fn(async |session: Session, text: String| {
///     let _ = session.helper().broadcast(text);
///     Ok(())
/// })
/// .on_open(async |session: Session| {
///     session.send("welcome")?;
///     Ok(())
/// })
/// .on_close(async |session: Session, _| println!("{} has left", session.id()));
/// let server = Server::builder().endpoint("/echo", echo).endpoint("/chat", chat).build()?;
/// # Ok::<(), staywire_server::BuildError>(())
/// ```
pub fn listener_fn<M, F, Fut>(message: F) -> ListenerFn
where
    M: FromMessage,
    F: FnOnce(Session, M) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ListenerError>> + Send + 'static,
{
    ListenerFn {
        open: None,
        message: Box::new(move |session, taken| {
            Some(message.clone()(session, M::from_message(taken)?).boxed())
        }),
        request: None,
        close: None,
    }
}

/// A [`WsListener`] of closures, by [`listener_fn`].
pub struct ListenerFn {
    open: Option<Box<OnOpen>>,
    message: Box<OnMessage>,
    request: Option<Box<OnRequest>>,
    close: Option<Box<OnClose>>,
}

impl ListenerFn {
    /// Calls `open` when a session is open, as [`WsListener::open`] is. A later call replaces the closure.
    #[must_use]
    pub fn on_open<F, Fut>(mut self, open: F) -> Self
    where
        F: FnOnce(Session) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), ListenerError>> + Send + 'static,
    {
        self.open = Some(Box::new(move |session| open.clone()(session).boxed()));
        self
    }

    /// Calls `request` for each request, as [`WsListener::request`] is. A later call replaces the closure.
    ///
    /// Requests of another kind than the closure takes are refused as if there were none.
    ///
    /// ```
    /// # use staywire_server::{Message, RequestFailure, Session, listener_fn};
    /// let listener = listener_fn(async |_, _: Message| Ok(())).on_request(async |_, number: String| {
    ///     let square = number.parse::<u32>()?.saturating_pow(2);
    ///     Ok(square.to_string())
    /// });
    /// ```
    #[must_use]
    pub fn on_request<M, R, F, Fut>(mut self, request: F) -> Self
    where
        M: FromMessage,
        R: Into<Message>,
        F: FnOnce(Session, M) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<R, RequestFailure>> + Send + 'static,
    {
        self.request = Some(Box::new(move |session, taken| {
            let reply = request.clone()(session, M::from_message(taken)?);
            Some(reply.map(|reply| reply.map(Into::into)).boxed())
        }));
        self
    }

    /// Calls `close` when a session has ended, as [`WsListener::close`] is. A later call replaces the closure.
    #[must_use]
    pub fn on_close<F, Fut>(mut self, close: F) -> Self
    where
        F: FnOnce(Session, CloseReason) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.close = Some(Box::new(move |session, reason| close.clone()(session, reason).boxed()));
        self
    }
}

impl WsListener for ListenerFn {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        match &self.open {
            Some(open) => open(session.clone()).await,
            None => Ok(()),
        }
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        match (self.message)(session.clone(), message) {
            Some(handled) => handled.await,
            None => Ok(()),
        }
    }

    async fn request(&self, session: &Session, request: Message) -> Result<Message, RequestFailure> {
        let reply = self.request.as_ref().and_then(|handle| handle(session.clone(), request));
        match reply {
            Some(reply) => reply.await,
            None => Err(RequestFailure::unhandled()),
        }
    }

    async fn close(&self, session: &Session, reason: CloseReason) {
        if let Some(close) = &self.close {
            close(session.clone(), reason).await;
        }
    }
}
