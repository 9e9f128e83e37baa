//! The application's hands: every method returns at once.

use alloc::rc::Rc;
use core::fmt;
use core::time::Duration;

use staywire_protocol::client::Status;
use staywire_protocol::wire::{Name, SubscribeFrom};
use wasm_bindgen::JsValue;

use super::builder::StayWireBuilder;
use super::error::{PublishError, SendError};
use super::js::{Face, Receipt};
use super::message::Message;
use super::request::{RequestError, ask};
use super::respond::{RequestFailure, RequestHandler};
use super::sent::Sent;
use super::streams::{Events, Messages};
use super::subscribers::Subscribers;
use super::subscription::{SubscribeError, Subscription};

/// In the order of their numbers.
const STATUSES: [Status; 5] =
    [Status::Connecting, Status::Open, Status::Reconnecting, Status::Closing, Status::Closed];

/// Why a session accepts nothing, as `staywire_push` says it.
const QUEUE_FULL: f64 = -1.0;
const TOO_LARGE: f64 = -2.0;
const TOO_MANY: f64 = -3.0;

/// A WebSocket that comes back: one conversation over as many connections as it takes.
///
/// Cheap to clone. When the last clone is dropped, the conversation ends as by [`close`](Self::close), and its streams
/// with it: a component that keeps one is connected for as long as it lives. It stays in the thread that made it, as all
/// that is JavaScript's does; where a framework asks for `Send`, use its local storage (`StoredValue::new_local` in
/// Leptos). The crate is empty for other targets than wasm32: a page that a server renders, too, names it under `cfg`.
///
/// # Examples
///
/// A component, as in Leptos; with Yew and Dioxus it is their own signal and their own way to spawn a task.
///
/// ```no_run
/// use std::cell::RefCell;
/// use std::rc::Rc;
///
/// use futures_util::StreamExt;
/// use serde::{Deserialize, Serialize};
/// use staywire_client_wasm::{ConnectError, Event, SendJsonError, StayWire};
/// use wasm_bindgen_futures::spawn_local;
///
/// #[derive(Serialize)]
/// struct Say<'a> {
///     text: &'a str,
/// }
///
/// #[derive(Deserialize)]
/// struct Said {
///     who: String,
///     text: String,
/// }
///
/// /// Stands for a framework's signal.
/// #[derive(Clone, Default)]
/// struct Signal<T>(Rc<RefCell<T>>);
///
/// impl<T> Signal<T> {
///     fn update(&self, change: impl FnOnce(&mut T)) {
///         change(&mut self.0.borrow_mut());
///     }
/// }
///
/// /// Lives as long as the component does.
/// struct Chat {
///     wire: StayWire,
///     lines: Signal<Vec<String>>,
///     is_online: Signal<bool>,
/// }
///
/// impl Chat {
///     fn mount() -> Result<Self, ConnectError> {
///         let wire = StayWire::builder("/chat").session(true).connect()?;
///         let (lines, is_online) = (Signal::default(), Signal::default());
///
///         // The streams end when the component is dropped, and the tasks with them.
///         let (mut said, to_lines) = (wire.json_messages::<Said>(), Signal::clone(&lines));
///         spawn_local(async move {
///             while let Some(said) = said.next().await {
///                 let line = match said {
///                     Ok(Said { who, text }) => format!("{who}: {text}"),
///                     Err(error) => format!("({error})"),
///                 };
///                 to_lines.update(|lines: &mut Vec<String>| lines.push(line));
///             }
///         });
///         let (mut events, to_online) = (wire.events(), Signal::clone(&is_online));
///         spawn_local(async move {
///             while let Some(event) = events.next().await {
///                 match event {
///                     Event::Open | Event::Session(_) => to_online.update(|is_online| *is_online = true),
///                     Event::Reconnecting { .. } => to_online.update(|is_online| *is_online = false),
///                     _ => {}
///                 }
///             }
///         });
///         Ok(Self { wire, lines, is_online })
///     }
///
///     fn say(&self, text: &str) -> Result<(), SendJsonError> {
///         let (sent, to_lines) = (self.wire.send_json(&Say { text })?, self.lines.clone());
///         spawn_local(async move {
///             let line = match sent.acknowledged().await {
///                 Ok(()) => "(handled)".to_owned(),
///                 Err(error) => format!("({error})"),
///             };
///             to_lines.update(|lines| lines.push(line));
///         });
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone)]
#[must_use = "a conversation is closed where it is dropped"]
pub struct StayWire {
    handle: Rc<Handle>,
}

/// What the clones share.
pub(super) struct Handle {
    pub(super) face: Face,
    subscribers: Rc<Subscribers>,
    is_session: bool,
    max_queue_bytes: u64,
}

impl StayWire {
    /// Describes a conversation with the endpoint at `url`: absolute or relative to the page, ws, wss, http or https.
    pub fn builder(url: impl Into<String>) -> StayWireBuilder {
        StayWireBuilder::new(url.into())
    }

    /// A conversation that has not begun.
    pub(super) fn new(
        face: Face,
        subscribers: Rc<Subscribers>,
        is_session: bool,
        max_queue_bytes: u64,
    ) -> Self {
        Self { handle: Rc::new(Handle { face, subscribers, is_session, max_queue_bytes }) }
    }

    /// Sends a message; while there is no connection it waits, in order.
    ///
    /// In session mode it is kept and sent again until the server is done with it, which [`Sent`] tells. What waits
    /// counts, with its size and at least 16 bytes, towards
    /// [`max_queue_bytes`](StayWireBuilder::max_queue_bytes).
    ///
    /// # Errors
    ///
    /// A [`SendError`]; nothing was queued.
    pub fn send(&self, message: impl Into<Message>) -> Result<Sent, SendError> {
        let message = message.into();
        // It saturates: neither queue nor server takes a message that large.
        let bytes = u32::try_from(message.len()).unwrap_or(u32::MAX);
        if self.handle.is_session {
            self.handle.push(&message.to_js(), bytes)
        } else {
            self.handle.post(&message.to_js(), bytes)
        }
    }

    /// Asks the server and waits for the reply, over any number of reconnects, for at most `timeout`.
    ///
    /// Dropping the future tells the server that nobody waits any more. Only in session mode.
    ///
    /// # Errors
    ///
    /// A [`RequestError`].
    pub async fn request(
        &self,
        message: impl Into<Message>,
        timeout: Duration,
    ) -> Result<Message, RequestError> {
        let handle = &self.handle;
        if !handle.is_session {
            return Err(RequestError::NoSession);
        }
        let refused = |refused| match refused {
            TOO_MANY => RequestError::TooManyRequests,
            _ => RequestError::NotSent(handle.send_error(refused)),
        };
        ask(&handle.face, message.into(), timeout, refused).await
    }

    /// Has `handler` answer the server's requests, in the place of the one before, until what is returned is dropped. Only
    /// in session mode.
    ///
    /// Its future is dropped where the server gives the request up, or the session is lost. A reply that does not fit into
    /// the queue, or that the server does not take, is told as [`FailureCode::FAILED`](crate::FailureCode::FAILED). A
    /// handler that holds a clone of this keeps the conversation up for as long as it is there.
    pub fn on_request<H, F>(&self, handler: H) -> RequestHandler
    where
        H: Fn(Message) -> F + 'static,
        F: Future<Output = Result<Message, RequestFailure>> + 'static,
    {
        RequestHandler::new(self.handle.face.clone(), handler)
    }

    /// Reads `topic`, connected or not and over any number of reconnects, until what is returned is dropped. Only in
    /// session mode.
    ///
    /// # Errors
    ///
    /// A [`SubscribeError`]; nothing was queued.
    pub fn subscribe(
        &self,
        topic: Name<'static>,
        from: SubscribeFrom,
    ) -> Result<Subscription, SubscribeError> {
        if !self.handle.is_session {
            return Err(SubscribeError::NoSession);
        }
        Subscription::new(Rc::clone(&self.handle), topic, from)
    }

    /// Sends a message to everybody who reads `topic`, with the same promise as [`send`](Self::send). Only in session
    /// mode.
    ///
    /// Where the server refuses it, its acknowledgement is [`AcknowledgeError::Refused`](crate::AcknowledgeError).
    ///
    /// # Errors
    ///
    /// A [`PublishError`]; nothing was queued.
    pub fn publish(&self, topic: &Name<'_>, message: impl Into<Message>) -> Result<Sent, PublishError> {
        let (handle, message) = (&self.handle, message.into());
        if !handle.is_session {
            return Err(PublishError::NoSession);
        }
        let bytes = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let receipt = Receipt::new(&message.to_js(), bytes);
        match handle.face.publish(&receipt, topic.as_str()) {
            refused if refused < 0.0 => Err(PublishError::NotSent(handle.send_error(refused))),
            _ => Ok(Sent::of_session(receipt)),
        }
    }

    /// The messages from now on; each stream gets all of them.
    ///
    /// One that is made before the task that connects waits for anything misses none.
    #[must_use]
    pub fn messages(&self) -> Messages {
        Messages::new(self.handle.subscribers.messages.add())
    }

    /// The events from now on; each stream gets all of them.
    ///
    /// One that is made before the task that connects waits for anything misses none.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.handle.subscribers.events.add())
    }

    /// What the conversation is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        self.handle.status()
    }

    /// The sub-protocol that the server of the current or last connection chose, if it has.
    #[must_use]
    pub fn protocol(&self) -> Option<String> {
        Some(self.handle.face.protocol()).filter(|protocol| !protocol.is_empty())
    }

    /// Ends the conversation; [`Event::Closed`](crate::Event::Closed) follows, and no further connection.
    pub fn close(&self) {
        self.handle.face.close();
    }

    /// Gives the conversation a new connection now: drops the one there is, or does not wait for the next attempt.
    ///
    /// In session mode the one there is goes on until the new one has taken over. After the end another conversation
    /// begins, for streams that were made since.
    pub fn reconnect(&self) {
        self.handle.face.connect();
    }
}

impl Handle {
    fn post(&self, payload: &JsValue, bytes: u32) -> Result<Sent, SendError> {
        if self.face.post(payload, bytes) {
            Ok(Sent::plain())
        } else if matches!(self.status(), Status::Closing | Status::Closed) {
            Err(SendError::Closed)
        } else {
            Err(self.queue_full())
        }
    }

    fn push(&self, payload: &JsValue, bytes: u32) -> Result<Sent, SendError> {
        let receipt = Receipt::new(payload, bytes);
        match self.face.push(&receipt) {
            refused if refused < 0.0 => Err(self.send_error(refused)),
            _ => Ok(Sent::of_session(receipt)),
        }
    }

    /// What `staywire_push` says below 0.
    fn send_error(&self, refused: f64) -> SendError {
        match refused {
            QUEUE_FULL => self.queue_full(),
            TOO_LARGE => SendError::TooLarge { max_message_bytes: self.face.max_message_bytes() as u64 },
            _ => SendError::Closed,
        }
    }

    pub(super) fn subscribe_error(&self, refused: f64) -> SubscribeError {
        match refused {
            TOO_MANY => SubscribeError::TooManySubscriptions,
            _ => SubscribeError::NotSent(self.send_error(refused)),
        }
    }

    const fn queue_full(&self) -> SendError {
        SendError::QueueFull { max_bytes: self.max_queue_bytes }
    }

    fn status(&self) -> Status {
        // The core numbers no other.
        STATUSES.get(usize::from(self.face.status())).copied().unwrap_or(Status::Closed)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.subscribers.end();
        self.face.close();
    }
}

impl fmt::Debug for StayWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StayWire").field("status", &self.status()).finish_non_exhaustive()
    }
}
