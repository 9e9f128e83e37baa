//! A listener of JSON messages that are one type.
//!
//! Owns: what happens to a message that is not of that type. Everything else
//! is the listener's, called as any other is.

use std::error::Error;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{RequestFailure, Resumption, WsListener};
use crate::close::CloseReason;
use crate::error::{ListenerError, SessionError};
use crate::helper::WsHelper;
use crate::json::JsonError;
use crate::message::Message;
use crate::session::Session;
use crate::topic::{TopicError, TopicName};
use crate::user::UserId;

/// A [`WsListener`] whose clients send JSON of one type; [`Endpoint::json`](crate::Endpoint::json) serves it.
///
/// A message that is not of that type never reaches [`message`](Self::message). It is an
/// [`error`](Self::error), [`SessionError::Malformed`], and the client gets a [reply](Self::malformed) that says what
/// was wrong; the session goes on.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use staywire_server::{Endpoint, JsonListener, ListenerError, Message, Server, Session};
///
/// #[derive(Deserialize, Serialize)]
/// struct Order {
///     id: u32,
///     item: String,
/// }
///
/// struct Shop;
///
/// impl JsonListener for Shop {
///     type Message = Order;
///
///     async fn message(&self, session: &Session, order: Order) -> Result<(), ListenerError> {
///         session.send_json(&format!("{} is on its way", order.item))?;
///         let _ = session.helper().broadcast(Message::from_json(&order)?);
///         Ok(())
///     }
/// }
///
/// let server = Server::builder().endpoint("/orders", Endpoint::json(Shop)).build()?;
/// # Ok::<(), staywire_server::BuildError>(())
/// ```
pub trait JsonListener: Send + Sync + 'static {
    /// What clients send.
    type Message: DeserializeOwned + Send;

    /// As [`WsListener::open`].
    fn open(&self, session: &Session) -> impl Future<Output = Result<(), ListenerError>> + Send {
        let _ = session;
        async { Ok(()) }
    }

    /// A message arrived. As [`WsListener::message`] otherwise.
    fn message(
        &self,
        session: &Session,
        message: Self::Message,
    ) -> impl Future<Output = Result<(), ListenerError>> + Send;

    /// As [`WsListener::request`], of any type: [`Message::json`] and [`Message::from_json`] read and write it.
    fn request(
        &self,
        session: &Session,
        request: Message,
    ) -> impl Future<Output = Result<Message, RequestFailure>> + Send {
        let _ = (session, request);
        async { Err(RequestFailure::unhandled()) }
    }

    /// As [`WsListener::subscribe`].
    fn subscribe(
        &self,
        session: &Session,
        topic: &TopicName,
    ) -> impl Future<Output = Result<(), TopicError>> + Send {
        let _ = (session, topic);
        async { Err(TopicError::may_not_read()) }
    }

    /// As [`WsListener::publish`]; what is published is of any form.
    fn publish(
        &self,
        session: &Session,
        topic: &TopicName,
        message: &Message,
    ) -> impl Future<Output = Result<(), TopicError>> + Send {
        let _ = (session, topic, message);
        async { Err(TopicError::may_not_publish()) }
    }

    /// What a client is told whose message is not a [`Message`](Self::Message); with `None` nothing.
    ///
    /// By default it is a JSON object: `error` is always `malformed`, and `reason` says what is wrong and where, in at
    /// most 200 bytes, with the names that the type's fields have:
    ///
    /// ```json
    /// {"error":"malformed","reason":"missing field `item` at line 1 column 10"}
    /// ```
    fn malformed(&self, error: &JsonError) -> Option<Message> {
        let reason = error.source().map(ToString::to_string).unwrap_or_default();
        let reason = &reason[..reason.floor_char_boundary(MAX_REASON_BYTES)];
        Message::from_json(&MalformedReply { error: "malformed", reason }).ok()
    }

    /// As [`WsListener::error`]; here it may be [`SessionError::Malformed`], too.
    fn error(&self, session: &Session, error: SessionError) -> impl Future<Output = ()> + Send {
        let _ = (session, error);
        async {}
    }

    /// As [`WsListener::close`].
    fn close(&self, session: &Session, reason: CloseReason) -> impl Future<Output = ()> + Send {
        let _ = (session, reason);
        async {}
    }

    /// As [`WsListener::suspend`].
    fn suspend(&self, session: &Session) -> impl Future<Output = ()> + Send {
        let _ = session;
        async {}
    }

    /// As [`WsListener::resume`].
    fn resume(&self, session: &Session, resumption: Resumption) -> impl Future<Output = ()> + Send {
        let _ = (session, resumption);
        async {}
    }

    /// As [`WsListener::join`].
    fn join(&self, user: &UserId, helper: &WsHelper) -> impl Future<Output = ()> + Send {
        let _ = (user, helper);
        async {}
    }

    /// As [`WsListener::leave`].
    fn leave(&self, user: &UserId, helper: &WsHelper) -> impl Future<Output = ()> + Send {
        let _ = (user, helper);
        async {}
    }
}

/// The reply quotes the client, who shall not get many times what it sent.
const MAX_REASON_BYTES: usize = 200;

#[derive(Serialize)]
struct MalformedReply<'a> {
    error: &'static str,
    reason: &'a str,
}

/// A [`JsonListener`] as the listener that it is.
pub(crate) struct Json<L>(pub(crate) L);

impl<L: JsonListener> WsListener for Json<L> {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.0.open(session).await
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let error = match message.json() {
            Ok(message) => return self.0.message(session, message).await,
            Err(error) => error,
        };
        tracing::warn!(session = %session.id(), %error, "a message is malformed");
        let reply = self.0.malformed(&error);
        self.0.error(session, SessionError::Malformed(error)).await;
        if let Some(reply) = reply {
            session.send(reply)?;
        }
        Ok(())
    }

    async fn request(&self, session: &Session, request: Message) -> Result<Message, RequestFailure> {
        self.0.request(session, request).await
    }

    async fn subscribe(&self, session: &Session, topic: &TopicName) -> Result<(), TopicError> {
        self.0.subscribe(session, topic).await
    }

    async fn publish(
        &self,
        session: &Session,
        topic: &TopicName,
        message: &Message,
    ) -> Result<(), TopicError> {
        self.0.publish(session, topic, message).await
    }

    async fn error(&self, session: &Session, error: SessionError) {
        self.0.error(session, error).await;
    }

    async fn close(&self, session: &Session, reason: CloseReason) {
        self.0.close(session, reason).await;
    }

    async fn suspend(&self, session: &Session) {
        self.0.suspend(session).await;
    }

    async fn resume(&self, session: &Session, resumption: Resumption) {
        self.0.resume(session, resumption).await;
    }

    async fn join(&self, user: &UserId, helper: &WsHelper) {
        self.0.join(user, helper).await;
    }

    async fn leave(&self, user: &UserId, helper: &WsHelper) {
        self.0.leave(user, helper).await;
    }
}
