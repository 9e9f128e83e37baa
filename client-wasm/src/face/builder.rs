//! The description of a conversation, all of it checked before anything is dialled.

use alloc::rc::Rc;
use core::fmt;
use core::future::Future;
use core::time::Duration;

use js_sys::Promise;
use staywire_protocol::client::ClientConfig;
use staywire_protocol::wire::{Credential, StreamPosition, SubProtocol};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::error::ConnectError;
use super::js::{Face, absolute_url};
use super::position::written;
use super::stay_wire::StayWire;
use super::told;
use crate::clock::whole_millis;

/// How the peer of a plain conversation is pinged. It need not know about it: a ping is a text message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// Time between two pings; zero for none. Default 30 s.
    pub interval: Duration,
    /// Time that an answer may take. Default 5 s.
    ///
    /// A silent peer is replaced at most `interval + timeout` after its last message.
    pub timeout: Duration,
    /// The text of a ping. Default `PING`.
    pub message: String,
    /// The text of an answer, which is then taken out of the messages. Default: none.
    ///
    /// Without it any message counts as life, and `PONG` or the ping's own text as an answer.
    pub reply: Option<String>,
    /// Whether the peer is known to answer. Default `false`: its silence means nothing until it has answered once.
    pub expect_reply: bool,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            message: "PING".into(),
            reply: None,
            expect_reply: false,
        }
    }
}

/// Describes a [`StayWire`]; made by [`StayWire::builder`].
#[must_use]
pub struct StayWireBuilder {
    url: String,
    protocols: Vec<String>,
    is_session: bool,
    /// A credential that was given as it is, for `connect` to check.
    fixed_credential: Option<String>,
    credential: Option<Closure<dyn Fn() -> Promise>>,
    /// By the streams' kinds on the wire.
    since: Vec<(&'static str, StreamPosition)>,
    heartbeat: Option<Heartbeat>,
    config: ClientConfig,
}

impl StayWireBuilder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            protocols: Vec::new(),
            is_session: false,
            fixed_credential: None,
            credential: None,
            since: Vec::new(),
            heartbeat: None,
            config: ClientConfig::default(),
        }
    }

    /// Sub-protocols, in order of preference. Default: none.
    pub fn protocols<I: IntoIterator<Item: Into<String>>>(mut self, protocols: I) -> Self {
        self.protocols = protocols.into_iter().map(Into::into).collect();
        self
    }

    /// Whether to keep a session with a staywire server, in which nothing is lost, comes twice or out of order without the
    /// application being told. Default `false`: any WebSocket server will do.
    pub fn session(mut self, is_session: bool) -> Self {
        self.is_session = is_session;
        self
    }

    /// In session mode, what proves to the server who the user is. Default: none.
    pub fn credential(self, credential: impl Into<String>) -> Self {
        let credential = credential.into();
        let value = JsValue::from_str(&credential);
        let mut builder = self.asking(Closure::new(move || Promise::resolve(&value)));
        builder.fixed_credential = Some(credential);
        builder
    }

    /// The same, asked for before each connection, for credentials that expire.
    ///
    /// An error counts as an attempt that failed, and the next one asks again.
    pub fn credential_from<S, F, E>(self, source: S) -> Self
    where
        S: Fn() -> F + 'static,
        F: Future<Output = Result<String, E>> + 'static,
        E: fmt::Display,
    {
        self.asking(Closure::new(move || {
            let credential = source();
            future_to_promise(async move {
                let credential = credential.await;
                credential.map(JsValue::from).map_err(|error| JsValue::from(error.to_string()))
            })
        }))
    }

    fn asking(mut self, credential: Closure<dyn Fn() -> Promise>) -> Self {
        self.fixed_credential = None;
        self.credential = Some(credential);
        self
    }

    /// In session mode, goes on with what the server broadcasts right after a position that the application has kept, which
    /// [`Messages::broadcast_position`](crate::Messages::broadcast_position) gave in an earlier page. Default: with what
    /// comes.
    ///
    /// What is missing is told by [`Event::Gap`](crate::Event::Gap).
    pub fn broadcast_since(mut self, position: StreamPosition) -> Self {
        self.since.push(("b", position));
        self
    }

    /// The same for what the server sends to this user, also on another device.
    pub fn user_since(mut self, position: StreamPosition) -> Self {
        self.since.push(("u", position));
        self
    }

    /// In plain mode, how the peer is pinged. Default: not at all. In session mode the server says.
    pub fn heartbeat(mut self, heartbeat: Heartbeat) -> Self {
        self.heartbeat = Some(heartbeat);
        self
    }

    /// Bytes of messages that may wait for a connection, in session mode for their acknowledgement. Default 1 MiB.
    pub fn max_queue_bytes(mut self, bytes: u64) -> Self {
        self.config.max_queue_bytes = bytes;
        self
    }

    /// The window from which the first delay is drawn, which each attempt doubles, and its maximum. Default 0.5 s, 20 s.
    ///
    /// After a connection that had lasted the first window is 2 s, or `max` if that is less.
    pub fn backoff(mut self, min: Duration, max: Duration) -> Self {
        self.config.backoff.min_reconnect_delay = min.into();
        self.config.backoff.max_reconnect_delay = max.into();
        self
    }

    /// Retries without a lasting connection between them before giving up. Default: none, never.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.config.max_attempts = Some(attempts);
        self
    }

    /// How long an attempt may take, credential included. Default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.config.connect_timeout = timeout.into();
        self
    }

    /// How long the closing handshake may take; browsers wait for 60 s. Default 5 s.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.config.close_timeout = timeout.into();
        self
    }

    /// Begins to connect, and returns at once.
    ///
    /// [`Event::Open`](crate::Event::Open) follows once there is a connection. Messages may be sent before.
    ///
    /// # Errors
    ///
    /// A [`ConnectError`]; nothing was begun.
    pub fn connect(mut self) -> Result<StayWire, ConnectError> {
        let url = absolute_url(&self.url).map_err(|problem| ConnectError::Url {
            url: self.url.clone(),
            problem: problem.as_string().unwrap_or_default(),
        })?;
        check(&self.protocols)?;
        if self.fixed_credential.as_ref().is_some_and(|credential| Credential::new(credential).is_none()) {
            return Err(ConnectError::Credential);
        }
        let settings = self.settings();
        let (ping, reply) = match &self.heartbeat {
            Some(heartbeat) => (Some(heartbeat.message.as_str()), heartbeat.reply.as_deref()),
            None => (None, None),
        };
        let (exports, credential) = (wasm_bindgen::exports(), self.credential.take());
        let face =
            Face::new(&exports, self.is_session, &url, self.protocols, credential, ping, reply, &settings);
        let subscribers = Rc::default();
        told::tell(&face, &subscribers);
        for (kind, position) in &self.since {
            face.since(kind, &written(*position));
        }
        face.connect();
        Ok(StayWire::new(face, subscribers, self.is_session, self.config.max_queue_bytes))
    }

    /// In the order of the core's `create` after the seed.
    fn settings(&self) -> [f64; 10] {
        let config = &self.config;
        let (interval, timeout, expect_reply) = match &self.heartbeat {
            Some(heartbeat) => (heartbeat.interval, heartbeat.timeout, heartbeat.expect_reply),
            None => (Duration::ZERO, Duration::ZERO, false),
        };
        let millis = |duration| f64::from(whole_millis(duration));
        [
            millis(config.connect_timeout),
            millis(config.close_timeout),
            millis(config.backoff.min_reconnect_delay),
            millis(config.backoff.max_reconnect_delay),
            millis(config.backoff.min_uptime),
            config.max_attempts.map_or(-1.0, |attempts| f64::from(attempts.min(i32::MAX as u32))),
            config.max_queue_bytes as f64,
            millis(interval.into()),
            millis(timeout.into()),
            f64::from(u8::from(expect_reply)),
        ]
    }
}

fn check(protocols: &[String]) -> Result<(), ConnectError> {
    for (index, name) in protocols.iter().enumerate() {
        if SubProtocol::new(name).is_none() || protocols[..index].contains(name) {
            return Err(ConnectError::SubProtocol { name: name.clone() });
        }
    }
    Ok(())
}

impl fmt::Debug for StayWireBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StayWireBuilder").field("url", &self.url).finish_non_exhaustive()
    }
}
