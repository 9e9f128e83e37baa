//! The description of a client, all of it checked before anything is dialled.

use std::error::Error;
use std::fmt;
use std::future::{self, Future};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use staywire_protocol::client::ClientConfig;
use staywire_protocol::wire::{Credential, Stream, StreamPosition, SubProtocol};
use tokio::runtime::Handle as RuntimeHandle;

use crate::client::{Client, Handle, Shared};
use crate::core::Core;
use crate::dial::{CredentialSource, Dialer};
use crate::driver::Driver;
use crate::error::ConnectError;
use crate::events::{self, Events};
use crate::random;
use crate::target::Target;

/// Describes a [`Client`]; made by [`Client::builder`].
#[must_use]
pub struct ClientBuilder {
    url: String,
    protocols: Vec<String>,
    /// A credential that was given as it is, for `connect` to check.
    fixed_credential: Option<String>,
    credential: Option<CredentialSource>,
    since: Vec<(Stream, StreamPosition)>,
    config: ClientConfig,
    max_unread_bytes: usize,
    max_message_bytes: usize,
    seed: Option<u64>,
}

impl ClientBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            protocols: Vec::new(),
            fixed_credential: None,
            credential: None,
            since: Vec::new(),
            config: ClientConfig::default(),
            max_unread_bytes: 1024 * 1024,
            max_message_bytes: 1024 * 1024,
            seed: None,
        }
    }

    /// The application's own sub-protocols, in order of preference. Default: none.
    pub fn protocols<I: IntoIterator<Item: Into<String>>>(mut self, protocols: I) -> Self {
        self.protocols = protocols.into_iter().map(Into::into).collect();
        self
    }

    /// What proves to the server who the user is; sent in the first message of each connection. Default: none.
    pub fn credential(mut self, credential: impl Into<String>) -> Self {
        let credential = credential.into();
        self.fixed_credential = Some(credential.clone());
        self.credential = Some(Arc::new(move || future::ready(Ok(credential.clone())).boxed()));
        self
    }

    /// The same, asked for before each connection, for credentials that expire.
    ///
    /// An error counts as an attempt that failed, and the next one asks again.
    pub fn credential_from<S, F, E>(mut self, source: S) -> Self
    where
        S: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        self.fixed_credential = None;
        self.credential = Some(Arc::new(move || source().map(|result| result.map_err(Into::into)).boxed()));
        self
    }

    /// Goes on with what the server broadcasts right after a position that the application has kept, which came with
    /// [`Event::StreamMessage`](crate::Event::StreamMessage) in an earlier session. Default: with what comes.
    ///
    /// What is missing is told by a gap or a reset of the stream.
    pub fn broadcast_since(mut self, position: StreamPosition) -> Self {
        self.since.push((Stream::Broadcast, position));
        self
    }

    /// The same for what the server sends to this user, also on another device.
    ///
    /// Where the server knows no user here, the stream is [`Event::Gone`](crate::Event::Gone).
    pub fn user_since(mut self, position: StreamPosition) -> Self {
        self.since.push((Stream::User, position));
        self
    }

    /// Bytes of messages that may wait for a connection or for their acknowledgement. Default 1 MiB.
    pub fn max_queue_bytes(mut self, bytes: u64) -> Self {
        self.config.max_queue_bytes = bytes;
        self
    }

    /// Bytes of events that may wait in [`Events`] before nothing more is read. Default 1 MiB.
    ///
    /// An event counts with its payload and 64 bytes.
    pub fn max_unread_bytes(mut self, bytes: usize) -> Self {
        self.max_unread_bytes = bytes;
        self
    }

    /// The largest message that the server may send, in bytes with its header line; a larger one ends the session with
    /// 1009. Default 1 MiB, which is what a server's ring keeps.
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
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

    /// Own requests that may be under way. Default 128.
    pub fn max_requests(mut self, requests: usize) -> Self {
        self.config.max_requests = requests;
        self
    }

    /// What all jitter follows from, for runs that are to be repeated. Default: random. Tokens never follow from it.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Begins to connect, in a task of its own, and returns at once.
    ///
    /// The first event is [`Event::Open`](crate::Event::Open) once there is a session. Messages may be sent before.
    ///
    /// # Errors
    ///
    /// A [`ConnectError`]; nothing was begun.
    pub fn connect(self) -> Result<(Client, Events), ConnectError> {
        let runtime = RuntimeHandle::try_current().map_err(|_| ConnectError::NoRuntime)?;
        let dialer = Dialer {
            target: Target::parse(&self.url)?,
            protocols: checked(self.protocols)?,
            credential: self.credential,
            max_message_bytes: self.max_message_bytes,
        };
        if self.fixed_credential.is_some_and(|credential| Credential::new(&credential).is_none()) {
            return Err(ConnectError::Credential);
        }
        let seed = self.seed.map_or_else(random::seed, Ok).map_err(ConnectError::NoRandomness)?;
        let core = Core::connect(self.config, seed, self.since).map_err(ConnectError::NoRandomness)?;
        let shared = Arc::new(Shared::new(core));
        let (sender, unclaimed) = events::channel(self.max_unread_bytes);
        runtime.spawn(Driver::new(Arc::clone(&shared), dialer, sender).run());
        let handle = Arc::new(Handle::new(shared));
        Ok((Client::new(Arc::clone(&handle)), unclaimed.claim(handle)))
    }
}

fn checked(protocols: Vec<String>) -> Result<Vec<String>, ConnectError> {
    for (index, name) in protocols.iter().enumerate() {
        if SubProtocol::new(name).is_none() || protocols[..index].contains(name) {
            return Err(ConnectError::SubProtocol { name: name.clone() });
        }
    }
    Ok(protocols)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("url", &self.url).finish_non_exhaustive()
    }
}
