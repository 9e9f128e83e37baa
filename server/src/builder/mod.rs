//! Describing a server, and what can be wrong with the description.

mod error;
mod session_mode;
mod topics;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use error::BuildError;

use staywire_protocol::wire::Id;

use crate::counters::LiveCounters;
use crate::endpoint::{Endpoint, EndpointState};
use crate::engine::Engine;
use crate::handshake::interceptor::{HandshakeInterceptor, Interceptors};
use crate::handshake::origin::OriginPolicy;
use crate::handshake::path::PathPattern;
use crate::handshake::upgrade::is_token;
use crate::limits::Limits;
use crate::restart::Restart;
use crate::server::{Server, ServerState};
use crate::session_mode::authenticator::ErasedAuthenticator;
use crate::session_mode::hub::Hub;
use crate::state_dir::StateDir;
use crate::topic::TopicTable;

/// Describes a server; [`build`](Self::build) checks all of it at once.
#[derive(Default)]
pub struct ServerBuilder {
    base_path: String,
    endpoints: Vec<(String, Endpoint)>,
    interceptors: Interceptors,
    authenticator: Option<Arc<dyn ErasedAuthenticator>>,
    origins: Vec<String>,
    dev: bool,
    limits: Limits,
    state_dir: Option<PathBuf>,
    topics: TopicTable,
    engine: Option<Arc<dyn Engine>>,
}

impl ServerBuilder {
    /// Puts `path`, such as `/1901`, in front of every endpoint's path. Default none.
    #[must_use]
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = path.into();
        self
    }

    /// Adds an endpoint: a listener, an [`Endpoint`] with settings, or an `Option` of a listener.
    ///
    /// A segment `{name}` of the path is a parameter, read with
    /// [`Session::path_param`](crate::Session::path_param). With `None` the endpoint is not enabled: it answers 404.
    #[must_use]
    pub fn endpoint(mut self, path: impl Into<String>, endpoint: impl Into<Endpoint>) -> Self {
        self.endpoints.push((path.into(), endpoint.into()));
        self
    }

    /// Adds an interceptor of the opening handshakes of all endpoints. Default none.
    ///
    /// It comes after those added earlier, and before those of an [endpoint](Endpoint::intercept).
    #[must_use]
    pub fn intercept(mut self, interceptor: impl HandshakeInterceptor) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Admits pages of `origin`, such as `https://app.example`, beside those from the server's own host and port.
    /// An endpoint may admit [more](Endpoint::allow_origin).
    ///
    /// Its own host is the one that the request's `Host` names, for the server knows no other. So a foreign name
    /// that is made to resolve to this server (DNS rebinding) passes; its pages bring no cookies of the right name.
    /// Where that is not enough, as for a server that trusts its network, let a proxy in front or an
    /// [interceptor](Self::intercept) refuse every `Host` but the right ones; this list only adds to what is admitted.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// For development: admits pages from this machine at any port, and the origin `null` of local files.
    #[must_use]
    pub fn dev(mut self) -> Self {
        self.dev = true;
        self
    }

    /// How many sessions there may be at once. Default 10,000; a client beyond them gets 503 with `Retry-After`.
    ///
    /// In session mode the suspended ones count, and a client beyond is closed with 1013, which a page can read.
    #[must_use]
    pub fn max_sessions(mut self, sessions: usize) -> Self {
        self.limits.max_sessions = sessions;
        self
    }

    /// The longest message that a client may send, in bytes. Default 64 KiB; a longer one closes its session with 1009.
    #[must_use]
    pub fn max_message_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_message_bytes = bytes;
        self
    }

    /// How many bytes may wait to be written to one client. Default 1 MiB; beyond it the reader is slow and closed with 3008.
    ///
    /// In session mode it comes back, and its session goes on. Each message counts 64 bytes more than its payload.
    #[must_use]
    pub fn max_queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_queue_bytes = bytes;
        self
    }

    /// How many bytes may wait for one session's listener. Default 256 KiB; beyond it the connection is read no further.
    ///
    /// The message that crosses the bound is still taken. A client in session mode is told how much it may send, and
    /// its messages are at most three quarters of it.
    #[must_use]
    pub fn max_inbox_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_inbox_bytes = bytes;
        self
    }

    /// Pings every `interval` and drops a client that answers nothing for `timeout`. Default 15 s and 5 s.
    #[must_use]
    pub fn heartbeat(mut self, interval: Duration, timeout: Duration) -> Self {
        self.limits.heartbeat.interval = interval.into();
        self.limits.heartbeat.timeout = timeout.into();
        self
    }

    /// How long a client may take for its request's head, the first byte included. Default 10 s. For [`Server::serve`] alone.
    #[must_use]
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.limits.head_timeout = timeout;
        self
    }

    /// How long the [interceptors](crate::HandshakeInterceptor) of one opening handshake may take together.
    /// Default 10 s; then the client gets 503 with `Retry-After`.
    #[must_use]
    pub fn interceptor_timeout(mut self, timeout: Duration) -> Self {
        self.limits.interceptor_timeout = timeout;
        self
    }

    /// How long a closing handshake may take before the connection is dropped. Default 5 s; at most 1 s where sessions
    /// leave for the [next process](Self::state_dir).
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.limits.close_timeout = timeout;
        self
    }

    /// How long a shutdown waits for sessions and their listeners before it stops them. Default 30 s.
    #[must_use]
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.limits.drain_timeout = timeout;
        self
    }

    /// Checks the description and makes the server.
    ///
    /// # Errors
    ///
    /// [`BuildError`] names the first thing that is wrong.
    pub fn build(self) -> Result<Server, BuildError> {
        check_limits(&self.limits)?;
        let mut origins = OriginPolicy::default();
        allow(&mut origins, self.origins)?;
        if self.dev {
            origins.allow_dev();
        }
        let base = PathPattern::parse_base(&self.base_path)
            .map_err(|problem| BuildError::BadPath { path: self.base_path, problem })?;

        let counters = Arc::new(LiveCounters::default());
        let mut patterns = Vec::new();
        let (mut enabled, mut not_enabled) = (Vec::new(), Vec::new());
        for (path, endpoint) in self.endpoints {
            let pattern = pattern_of(&base, &path, &patterns)?;
            patterns.push(pattern.clone());
            check_protocols(&path, &endpoint)?;
            let mut admitted = origins.clone();
            allow(&mut admitted, endpoint.origins)?;
            match endpoint.listener {
                Some(listener) => {
                    let interceptors = self.interceptors.around(&endpoint.interceptors);
                    let authenticator = endpoint.authenticator.or_else(|| self.authenticator.clone());
                    let settings = endpoint.settings;
                    enabled.push(Arc::new(EndpointState::new(
                        path,
                        pattern,
                        listener,
                        interceptors,
                        authenticator,
                        admitted,
                        settings,
                    )));
                }
                None => {
                    tracing::warn!(path = pattern.route(), "endpoint not enabled: it has no listener");
                    not_enabled.push(pattern);
                }
            }
        }
        let state_dir = self.state_dir.map(StateDir::open).transpose().map_err(BuildError::StateDir)?;
        let restart = state_dir.map(Restart::new);
        let engine = self.engine.unwrap_or_else(|| topics::default_engine(&self.limits));
        let hub = Arc::new(Hub::new(instance()?, engine, self.topics, self.limits.stream_bounds()));
        let state = ServerState::new(enabled, not_enabled, origins, self.limits, hub, counters, restart);
        Ok(Server::new(state))
    }
}

fn pattern_of(base: &str, path: &str, earlier: &[PathPattern]) -> Result<PathPattern, BuildError> {
    // Checked alone first: a path without its slash would merge with the base unseen.
    let pattern = PathPattern::parse(path).and_then(|_| PathPattern::parse(&format!("{base}{path}")));
    let pattern = pattern.map_err(|problem| BuildError::BadPath { path: path.to_owned(), problem })?;
    if earlier.iter().any(|other| other.is_ambiguous_with(&pattern)) {
        return Err(BuildError::DuplicatePath { path: path.to_owned() });
    }
    Ok(pattern)
}

/// Has `policy` admit `origins`, which the application named, too.
fn allow(policy: &mut OriginPolicy, origins: Vec<String>) -> Result<(), BuildError> {
    origins
        .into_iter()
        .try_for_each(|origin| policy.allow(&origin).map_err(|_| BuildError::BadOrigin { origin }))
}

fn check_protocols(path: &str, endpoint: &Endpoint) -> Result<(), BuildError> {
    match endpoint.settings.protocols.iter().find(|protocol| !is_token(protocol)) {
        Some(protocol) => {
            Err(BuildError::BadProtocol { protocol: protocol.to_string(), path: path.to_owned() })
        }
        None => Ok(()),
    }
}

/// A name for this process.
fn instance() -> Result<Id, BuildError> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_| BuildError::NoRandomness)?;
    Ok(Id::from_bits(u128::from_ne_bytes(bits)))
}

fn check_limits(limits: &Limits) -> Result<(), BuildError> {
    // Shorter beats than the clock's millisecond would never end.
    let is_no_beat = |duration| duration == staywire_protocol::Duration::ZERO;
    let settings = [
        ("max_sessions", limits.max_sessions == 0),
        ("max_message_bytes", limits.max_message_bytes == 0),
        ("max_queue_bytes", limits.max_queue_bytes == 0),
        ("max_inbox_bytes", limits.max_inbox_bytes == 0),
        ("heartbeat", is_no_beat(limits.heartbeat.interval) || is_no_beat(limits.heartbeat.timeout)),
        ("head_timeout", limits.head_timeout.is_zero()),
        ("interceptor_timeout", limits.interceptor_timeout.is_zero()),
        ("close_timeout", limits.close_timeout.is_zero()),
        ("drain_timeout", limits.drain_timeout.is_zero()),
        ("first_message_timeout", limits.first_message_timeout.is_zero()),
        ("max_ring_bytes", limits.max_ring_bytes == 0),
        ("max_total_ring_bytes", limits.max_total_ring_bytes == 0),
        ("max_total_stream_bytes", limits.max_total_stream_bytes == 0),
        ("max_requests", limits.max_requests == 0),
        ("max_subscriptions", limits.max_subscriptions == 0),
        ("max_user_subscriptions", limits.max_user_subscriptions == Some(0)),
        ("ack_delay", is_no_beat(limits.ack_delay.into())),
    ];
    match settings.into_iter().find(|(_, is_zero)| *is_zero) {
        Some((setting, _)) => Err(BuildError::ZeroLimit { setting }),
        None => session_mode::check(limits),
    }
}
