//! The application's judgement of a credential.

use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::handshake::rejection::Rejection;
use crate::handshake::request::Handshake;
use crate::user::UserId;

/// Who a client in session mode is, by the credential in its first message.
///
/// A page cannot set headers on a WebSocket, and a token in a URL ends up in logs; so session mode carries the
/// credential in its first message, on every connection, and it is checked on every one. Plain clients have none: an
/// [interceptor](crate::HandshakeInterceptor) decides who they are.
///
/// ```
/// use staywire_server::http::StatusCode;
/// use staywire_server::{Authenticator, Handshake, Rejection, UserId};
///
/// # struct Tokens;
/// # impl Tokens { async fn user_of(&self, _: &str) -> std::io::Result<Option<UserId>> { Ok(None) } }
/// struct ByToken(Tokens);
///
/// impl Authenticator for ByToken {
///     async fn authenticate(&self, credential: Option<&str>, _: &Handshake) -> Result<Option<UserId>, Rejection> {
///         let user = self.0.user_of(credential.unwrap_or_default()).await?;
///         user.map(Some).ok_or_else(|| Rejection::new(StatusCode::UNAUTHORIZED, "log in again"))
///     }
/// }
/// ```
pub trait Authenticator: Send + Sync + 'static {
    /// The user who has `credential`; `None` leaves the user that the opening handshake has.
    ///
    /// A session belongs to the user of its first connection: a client that resumes as another user gets a session of
    /// its own. A rejection closes the connection with 3500 and its body as the reason, and the client stops; one
    /// with a status of 500 or more, such as that of an error, with 1011, and the client comes again.
    ///
    /// It has [10 seconds](crate::ServerBuilder::interceptor_timeout); then, and when the client leaves, the future
    /// is dropped at its current `await`. A panic counts as an error.
    fn authenticate(
        &self,
        credential: Option<&str>,
        handshake: &Handshake,
    ) -> impl Future<Output = Result<Option<UserId>, Rejection>> + Send;
}

/// One authenticator may serve several endpoints.
impl<A: Authenticator> Authenticator for Arc<A> {
    fn authenticate(
        &self,
        credential: Option<&str>,
        handshake: &Handshake,
    ) -> impl Future<Output = Result<Option<UserId>, Rejection>> + Send {
        A::authenticate(self, credential, handshake)
    }
}

/// An authenticator of any type.
pub(crate) trait ErasedAuthenticator: Send + Sync {
    fn authenticate<'a>(
        &'a self,
        credential: Option<&'a str>,
        handshake: &'a Handshake,
    ) -> BoxFuture<'a, Result<Option<UserId>, Rejection>>;
}

impl<A: Authenticator> ErasedAuthenticator for A {
    fn authenticate<'a>(
        &'a self,
        credential: Option<&'a str>,
        handshake: &'a Handshake,
    ) -> BoxFuture<'a, Result<Option<UserId>, Rejection>> {
        Box::pin(Authenticator::authenticate(self, credential, handshake))
    }
}
