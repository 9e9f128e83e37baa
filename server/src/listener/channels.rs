//! Channel style: a session as what comes in and what goes out, as in Play.
//!
//! Owns: the two channels, and the closure that gets them when a session is
//! ready. Never: decides when a handler runs; the session's handlers are those
//! of `handlers`, and the listener here is one like any other.

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt;
use staywire_protocol::CloseCode;

use super::{Resumption, WsListener};
use crate::close::CloseReason;
use crate::error::ListenerError;
use crate::message::{FromMessage, Message};
use crate::session::{Failure, SendError, Session};

/// A listener that gives `ready` the two channels of each session, as soon as it is open.
///
/// Handlers that are set before `ready` has returned miss nothing: no message comes earlier. An error of `ready`
/// closes the session, as one of [`open`](WsListener::open) does. Who may come in at all is for an
/// [interceptor](crate::Endpoint::intercept) to say, which sees the request before it is accepted.
///
/// After a restart of a server with a [state directory](crate::ServerBuilder::state_dir), `ready` is called once more
/// for each session that goes on, since handlers do not outlive the process; [`In::is_restored`] tells.
///
/// ```
/// use staywire_server::http::StatusCode;
/// use staywire_server::{Endpoint, In, Out, Rejection, Server, interceptor_fn, on_ready};
///
/// let members_only = interceptor_fn(|request| match request.cookie("PLAY_SESSION") {
///     Some(_) => Ok(()),
///     None => Err(Rejection::new(StatusCode::FORBIDDEN, "log in first")),
/// });
/// let index = on_ready(async |input: In, out: Out| {
///     input.on_message(async |event: String| {
///         println!("{event}");
///         Ok(())
///     });
///     input.on_close(async |_| println!("Disconnected"));
///     out.write("Hello!")?;
///     Ok(())
/// });
/// let server = Server::builder().endpoint("/", Endpoint::new(index).intercept(members_only)).build()?;
/// # Ok::<(), staywire_server::BuildError>(())
/// ```
pub fn on_ready<F, Fut>(ready: F) -> impl WsListener
where
    F: FnOnce(In, Out) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ListenerError>> + Send + 'static,
{
    OnReady(ready)
}

/// What comes in of one session: the request that began it, its messages and its end.
#[derive(Debug)]
pub struct In {
    session: Session,
    is_restored: bool,
}

impl In {
    /// Calls `handler` with each message; several are called in the order in which they were set.
    ///
    /// What it takes decides which messages it gets, as with
    /// [`Session::add_message_handler`], which says everything else about handlers, too.
    pub fn on_message<M, F, Fut>(&self, handler: F)
    where
        M: FromMessage,
        F: FnOnce(M) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), ListenerError>> + Send + 'static,
    {
        self.session.add_message_handler(handler);
    }

    /// Calls `handler` when the session has ended, after its last message; several in the order in which they were set.
    pub fn on_close<F, Fut>(&self, handler: F)
    where
        F: FnOnce(CloseReason) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.session.handlers().add_close(Arc::new(move |reason| handler.clone()(reason).boxed()));
    }

    /// The session: what its request said, its user, its attributes.
    ///
    /// Headers and cookies are readable [while `ready` runs](Session::headers).
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Whether the session began in the process before, and this is its first sign in this one.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        self.is_restored
    }
}

/// What goes out to one session. Cheap to clone and usable from any task.
#[derive(Clone, Debug)]
pub struct Out {
    session: Session,
}

impl Out {
    /// Queues `message` and returns at once, however slow the client is.
    ///
    /// # Errors
    ///
    /// As [`Session::send`].
    pub fn write(&self, message: impl Into<Message>) -> Result<(), SendError> {
        self.session.send(message)
    }

    /// Ends the session with 1000, after what is queued. Messages that arrive from now on are dropped.
    pub fn close(&self) {
        self.session.close(CloseCode::NORMAL, "");
    }
}

struct OnReady<F>(F);

impl<F, Fut> OnReady<F>
where
    F: FnOnce(In, Out) -> Fut + Clone,
    Fut: Future<Output = Result<(), ListenerError>>,
{
    async fn call(&self, session: &Session, is_restored: bool) -> Result<(), ListenerError> {
        let input = In { session: session.clone(), is_restored };
        self.0.clone()(input, Out { session: session.clone() }).await
    }
}

impl<F, Fut> WsListener for OnReady<F>
where
    F: FnOnce(In, Out) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), ListenerError>> + Send + 'static,
{
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.call(session, false).await
    }

    async fn close(&self, session: &Session, reason: CloseReason) {
        session.handlers().close(&reason).await;
    }

    async fn resume(&self, session: &Session, resumption: Resumption) {
        if resumption == Resumption::Restored
            && let Err(error) = self.call(session, true).await
        {
            tracing::warn!(session = %session.id(), ?error, "a session that was restored cannot be served");
            session.fail(Failure::Error);
        }
    }
}
