//! Application code before and after an opening handshake.
//!
//! Owns: the order of an endpoint's interceptors. Never: times them or catches
//! their panics; who calls them does both.

use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::rejection::Rejection;
use super::request::Handshake;
use crate::session::Session;

/// What an application does before an opening handshake is accepted, and after.
///
/// An endpoint's interceptors are those given to the [server](crate::ServerBuilder::intercept), then its
/// [own](crate::Endpoint::intercept), each in the order in which they were added.
///
/// ```
/// use staywire_server::http::{HeaderValue, StatusCode, header};
/// use staywire_server::{Handshake, HandshakeInterceptor, Rejection, Session};
///
/// # struct Database;
/// # impl Database {
/// #     async fn user_of(&self, _: &str) -> std::io::Result<Option<String>> { Ok(None) }
/// # }
/// struct Login {
///     database: Database,
/// }
///
/// impl HandshakeInterceptor for Login {
///     async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
///         let cookie = handshake.cookie("JSESSIONID").unwrap_or_default();
///         let Some(user) = self.database.user_of(&cookie).await? else {
///             return Err(Rejection::new(StatusCode::UNAUTHORIZED, "log in first")
///                 .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
///         };
///         handshake.attributes().set("WEBSOCKET_USERID", user.clone());
///         handshake.set_user(user)
///     }
///
///     async fn after_handshake(&self, session: &Session) {
///         println!("{:?} is connected", session.user());
///     }
/// }
/// ```
pub trait HandshakeInterceptor: Send + Sync + 'static {
    /// Lets the handshake pass, or rejects it; the first rejection ends it, and later interceptors do not see it.
    ///
    /// It sees only requests that would be accepted otherwise: of an admitted origin, for an enabled endpoint, at a
    /// server with a free place. The place is kept for the handshake meanwhile, and free again when it is rejected.
    ///
    /// All of an endpoint's interceptors together have [10 seconds](crate::ServerBuilder::interceptor_timeout), then
    /// the answer is 503. A panic is answered with 500. At the deadline, and when the client leaves, the future is
    /// dropped at its current `await`.
    fn before_handshake(
        &self,
        handshake: &mut Handshake,
    ) -> impl Future<Output = Result<(), Rejection>> + Send;

    /// The connection is there. Runs as the first of the session's calls, before the listener's `open`.
    ///
    /// An endpoint's interceptors are called in reverse, so that the first to see the handshake is the last
    /// to see the session, as in Spring. A panic is as one in `open`, which is then not called.
    fn after_handshake(&self, session: &Session) -> impl Future<Output = ()> + Send {
        let _ = session;
        async {}
    }
}

/// One interceptor may serve several endpoints.
impl<I: HandshakeInterceptor> HandshakeInterceptor for Arc<I> {
    fn before_handshake(
        &self,
        handshake: &mut Handshake,
    ) -> impl Future<Output = Result<(), Rejection>> + Send {
        I::before_handshake(self, handshake)
    }

    fn after_handshake(&self, session: &Session) -> impl Future<Output = ()> + Send {
        I::after_handshake(self, session)
    }
}

/// An interceptor of one function, which needs not wait for anything.
///
/// ```
/// use staywire_server::{Endpoint, Handshake, interceptor_fn};
/// # use staywire_server::{ListenerError, Message, Server, Session, WsListener};
/// # struct Push;
/// # impl WsListener for Push {
/// #     async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> { Ok(()) }
/// # }
///
/// // Whoever asks is believed: for demonstrations only.
/// let by_path = interceptor_fn(|handshake: &mut Handshake| {
///     let user = handshake.path_param("userId").unwrap_or_default().to_owned();
///     handshake.set_user(user)
/// });
/// let server = Server::builder().endpoint("/websocket/{userId}", Endpoint::new(Push).intercept(by_path)).build()?;
/// # Ok::<(), staywire_server::BuildError>(())
/// ```
pub fn interceptor_fn(
    before: impl Fn(&mut Handshake) -> Result<(), Rejection> + Send + Sync + 'static,
) -> impl HandshakeInterceptor {
    InterceptorFn(before)
}

struct InterceptorFn<F>(F);

impl<F> HandshakeInterceptor for InterceptorFn<F>
where
    F: Fn(&mut Handshake) -> Result<(), Rejection> + Send + Sync + 'static,
{
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        (self.0)(handshake)
    }
}

/// The interceptors of a server or endpoint, in the order in which they see a handshake.
#[derive(Clone, Default)]
pub(crate) struct Interceptors(Vec<Arc<dyn ErasedInterceptor>>);

impl Interceptors {
    pub(crate) fn push(&mut self, interceptor: impl HandshakeInterceptor) {
        self.0.push(Arc::new(interceptor));
    }

    /// These, and then `inner`.
    pub(crate) fn around(&self, inner: &Self) -> Self {
        Self([&*self.0, &*inner.0].concat())
    }

    pub(super) async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        for interceptor in &self.0 {
            interceptor.before_handshake(handshake).await?;
        }
        Ok(())
    }

    pub(crate) async fn after_handshake(&self, session: &Session) {
        for interceptor in self.0.iter().rev() {
            interceptor.after_handshake(session).await;
        }
    }
}

/// An interceptor of any type.
trait ErasedInterceptor: Send + Sync {
    fn before_handshake<'a>(&'a self, handshake: &'a mut Handshake) -> BoxFuture<'a, Result<(), Rejection>>;
    fn after_handshake<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, ()>;
}

impl<I: HandshakeInterceptor> ErasedInterceptor for I {
    fn before_handshake<'a>(&'a self, handshake: &'a mut Handshake) -> BoxFuture<'a, Result<(), Rejection>> {
        Box::pin(HandshakeInterceptor::before_handshake(self, handshake))
    }

    fn after_handshake<'a>(&'a self, session: &'a Session) -> BoxFuture<'a, ()> {
        Box::pin(HandshakeInterceptor::after_handshake(self, session))
    }
}
