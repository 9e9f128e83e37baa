//! The application's side of a session.

mod channels;
mod closures;
mod handlers;
mod json;
mod presence;
mod request;
mod runner;
mod topic;

use std::future::Future;
use std::sync::Arc;

use crate::close::CloseReason;
use crate::error::{ListenerError, SessionError};
use crate::helper::WsHelper;
use crate::message::Message;
use crate::session::Session;
use crate::topic::{TopicError, TopicName};
use crate::user::UserId;

pub use channels::{In, Out, on_ready};
pub use closures::{ListenerFn, listener_fn};
pub(crate) use handlers::Handlers;
pub(crate) use json::Json;
pub use json::JsonListener;
pub(crate) use presence::Presence;
pub use request::RequestFailure;
pub(crate) use runner::ErasedListener;

/// How a suspended session went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resumption {
    /// Its client came back.
    Reconnected,
    /// It comes from the process before, by the [state directory](crate::ServerBuilder::state_dir), and its client is
    /// not back yet.
    ///
    /// It is the first that this process's listener hears of the session: its `open` was called by the other, and so
    /// was the `join` of its user. Of its [attributes](crate::Session::attributes) those are there that were
    /// [kept](crate::Attributes::keep), and of the opening handshake all but the headers.
    Restored,
}

/// What an application does when a session opens, speaks, fails and ends.
///
/// One listener serves all sessions of its endpoint. For each session the calls
/// come one at a time and in order: `open` first, `close` last and exactly
/// once. Sessions do not wait for each other, and no connection waits for its
/// listener; a session whose listener is busy is read no further once its
/// inbox is full. A panic in any of them closes that session alone. Only
/// `request` and `subscribe` are called beside all others.
///
/// Where an [interceptor](crate::HandshakeInterceptor) sets users, `join` and
/// `leave` tell of each user's coming and going, once and not per session.
///
/// Write the methods as `async fn`:
///
/// ```
/// use staywire_server::{ListenerError, Message, Session, WsListener};
///
/// struct Echo;
///
/// impl WsListener for Echo {
///     async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
///         session.send(message)?;
///         Ok(())
///     }
/// }
/// ```
pub trait WsListener: Send + Sync + 'static {
    /// The session is open. An error goes to [`error`](Self::error) and closes the session with 1011.
    fn open(&self, session: &Session) -> impl Future<Output = Result<(), ListenerError>> + Send {
        let _ = session;
        async { Ok(()) }
    }

    /// A message arrived. An error goes to [`error`](Self::error), and the session goes on.
    ///
    /// A send that is refused because the session is over already is [no failure](ListenerError).
    /// After a restart of the server a message may come [again](crate::Session::received).
    ///
    /// By default it goes to the session's [message handlers](crate::Session::add_message_handler).
    fn message(
        &self,
        session: &Session,
        message: Message,
    ) -> impl Future<Output = Result<(), ListenerError>> + Send {
        async move { session.handlers().message(&message).await }
    }

    /// The client of session mode asks; what this returns is its reply. Default: refuses with
    /// [`FailureCode::UNHANDLED`](crate::FailureCode::UNHANDLED).
    ///
    /// Requests are handled beside [`message`](Self::message) and beside each other, once `open` has returned; of one
    /// session [so many](crate::ServerBuilder::max_requests) at once. A request is handled once, however often its
    /// client loses its connection meanwhile. The future is dropped when nobody waits for the reply any more: the
    /// client gave the request up, its session ended, or the server shuts down. A panic fails the request with
    /// [`FailureCode::PANICKED`](crate::FailureCode::PANICKED), and the session goes on.
    ///
    /// ```
    /// use staywire_server::{FailureCode, ListenerError, Message, RequestFailure, Session, WsListener};
    ///
    /// struct Calculator;
    ///
    /// impl WsListener for Calculator {
    ///     async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
    ///         Ok(())
    ///     }
    ///
    ///     async fn request(&self, _: &Session, request: Message) -> Result<Message, RequestFailure> {
    ///         let text = request.as_text().unwrap_or_default();
    ///         let (a, b) = text.split_once('+').ok_or_else(|| {
    ///             RequestFailure::new(FailureCode::from_number(1_000), "ask for a sum, as in `1+2`")
    ///         })?;
    ///         let sum = a.parse::<u32>()?.saturating_add(b.parse()?);
    ///         Ok(sum.to_string().into())
    ///     }
    /// }
    /// ```
    fn request(
        &self,
        session: &Session,
        request: Message,
    ) -> impl Future<Output = Result<Message, RequestFailure>> + Send {
        let _ = (session, request);
        async { Err(RequestFailure::unhandled()) }
    }

    /// The client of session mode wants to read `topic`. Default: refuses with
    /// [`FailureCode::NOT_ALLOWED`](crate::FailureCode::NOT_ALLOWED).
    ///
    /// It is decided beside [`message`](Self::message) and beside other subscriptions, once `open` has returned, and
    /// again when a client comes back that the session does not know as a reader. The future is dropped when the
    /// client's connection is lost meanwhile. A panic refuses with
    /// [`FailureCode::PANICKED`](crate::FailureCode::PANICKED), and the session goes on.
    fn subscribe(
        &self,
        session: &Session,
        topic: &TopicName,
    ) -> impl Future<Output = Result<(), TopicError>> + Send {
        let _ = (session, topic);
        async { Err(TopicError::may_not_read()) }
    }

    /// The client of session mode wants to publish `message` to `topic`. Default: refuses with
    /// [`FailureCode::NOT_ALLOWED`](crate::FailureCode::NOT_ALLOWED).
    ///
    /// It comes in the order of the client's messages, as [`message`](Self::message) does; when it returns `Ok`, the
    /// message is published, before the next one is looked at. After a restart of the server it may come
    /// [again](crate::Session::received).
    ///
    /// A topic that is published to is numbered, though nobody reads it, and remembered for its
    /// [time](crate::Memory::linger) after that: allow names that mean something to the application.
    fn publish(
        &self,
        session: &Session,
        topic: &TopicName,
        message: &Message,
    ) -> impl Future<Output = Result<(), TopicError>> + Send {
        let _ = (session, topic, message);
        async { Err(TopicError::may_not_publish()) }
    }

    /// Something went wrong in this session; the server has already logged it.
    fn error(&self, session: &Session, error: SessionError) -> impl Future<Output = ()> + Send {
        let _ = (session, error);
        async {}
    }

    /// The session has ended. Nothing can be sent to it any more, and broadcasts no longer count it.
    fn close(&self, session: &Session, reason: CloseReason) -> impl Future<Output = ()> + Send {
        let _ = (session, reason);
        async {}
    }

    /// In session mode: the client's connection is gone, and the session waits for another one.
    ///
    /// What is sent to the session meanwhile waits for the client to come back.
    fn suspend(&self, session: &Session) -> impl Future<Output = ()> + Send {
        let _ = session;
        async {}
    }

    /// In session mode: the session has another connection, or another process after a restart of the server.
    ///
    /// It comes without a [`suspend`](Self::suspend) before it where the new connection was there before the old one
    /// was gone. While the listener is busy, a session that is suspended and resumed several times is told once.
    /// What the session says of its opening handshake, and its attributes, are those of its first connection.
    fn resume(&self, session: &Session, resumption: Resumption) -> impl Future<Output = ()> + Send {
        let _ = (session, resumption);
        async {}
    }

    /// A user is here: the `open` of their first session at this endpoint has returned `Ok`.
    ///
    /// `join` and `leave` alternate for each user, whatever the number of tabs, and never overlap: where one takes
    /// long, sessions of this user that open or end meanwhile wait for it, and nobody else does. `helper` is the
    /// endpoint's. A panic is logged and changes nothing.
    fn join(&self, user: &UserId, helper: &WsHelper) -> impl Future<Output = ()> + Send {
        let _ = (user, helper);
        async {}
    }

    /// A user is gone: the `close` of their last session at this endpoint has returned.
    ///
    /// Their next session may already be there, with its own `join` to follow.
    fn leave(&self, user: &UserId, helper: &WsHelper) -> impl Future<Output = ()> + Send {
        let _ = (user, helper);
        async {}
    }
}

/// One listener may serve several endpoints.
impl<L: WsListener> WsListener for Arc<L> {
    fn open(&self, session: &Session) -> impl Future<Output = Result<(), ListenerError>> + Send {
        L::open(self, session)
    }

    fn message(
        &self,
        session: &Session,
        message: Message,
    ) -> impl Future<Output = Result<(), ListenerError>> + Send {
        L::message(self, session, message)
    }

    fn request(
        &self,
        session: &Session,
        request: Message,
    ) -> impl Future<Output = Result<Message, RequestFailure>> + Send {
        L::request(self, session, request)
    }

    fn subscribe(
        &self,
        session: &Session,
        topic: &TopicName,
    ) -> impl Future<Output = Result<(), TopicError>> + Send {
        L::subscribe(self, session, topic)
    }

    fn publish(
        &self,
        session: &Session,
        topic: &TopicName,
        message: &Message,
    ) -> impl Future<Output = Result<(), TopicError>> + Send {
        L::publish(self, session, topic, message)
    }

    fn error(&self, session: &Session, error: SessionError) -> impl Future<Output = ()> + Send {
        L::error(self, session, error)
    }

    fn close(&self, session: &Session, reason: CloseReason) -> impl Future<Output = ()> + Send {
        L::close(self, session, reason)
    }

    fn suspend(&self, session: &Session) -> impl Future<Output = ()> + Send {
        L::suspend(self, session)
    }

    fn resume(&self, session: &Session, resumption: Resumption) -> impl Future<Output = ()> + Send {
        L::resume(self, session, resumption)
    }

    fn join(&self, user: &UserId, helper: &WsHelper) -> impl Future<Output = ()> + Send {
        L::join(self, user, helper)
    }

    fn leave(&self, user: &UserId, helper: &WsHelper) -> impl Future<Output = ()> + Send {
        L::leave(self, user, helper)
    }
}
