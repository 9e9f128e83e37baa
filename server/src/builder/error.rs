//! What can be wrong with the description of a server.

use std::fmt;
use std::time::Duration;

use crate::handshake::path::PathProblem;
use crate::state_dir::StateDirError;

/// What is wrong with a server's description.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The path of an endpoint, or the base path, cannot be one.
    BadPath {
        /// The path as it was given.
        path: String,
        /// What is wrong with it.
        problem: PathProblem,
    },
    /// Two endpoints would answer the same requests.
    DuplicatePath {
        /// The later one's path as it was given.
        path: String,
    },
    /// The text given to `allow_origin` is not `scheme://host`, `scheme://host:port` or `null`.
    BadOrigin {
        /// The text.
        origin: String,
    },
    /// A sub-protocol is not a token (RFC 9110 §5.6.2): letters, digits and a few signs.
    BadProtocol {
        /// The sub-protocol as it was given.
        protocol: String,
        /// The endpoint's path.
        path: String,
    },
    /// A limit or deadline is zero, and nothing could ever pass it.
    ZeroLimit {
        /// The name of the builder's setting.
        setting: &'static str,
    },
    /// There are fewer connections than sessions allowed, and every session in use has one.
    TooFewConnections {
        /// `max_connections` as it was given.
        max_connections: usize,
        /// `max_sessions` as it was given, or its default.
        max_sessions: usize,
    },
    /// A session would be over before anybody noticed that its client is gone.
    ShortWindow {
        /// `session_window` as it was given.
        window: Duration,
        /// The heartbeat's interval and timeout together.
        silence: Duration,
    },
    /// The [state directory](crate::ServerBuilder::state_dir) cannot be used.
    StateDir(StateDirError),
    /// The system has no random numbers, which name this process to its clients.
    NoRandomness,
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPath { path, problem } => write!(f, "the path {path:?} cannot be served: {problem}"),
            Self::DuplicatePath { path } => write!(f, "another endpoint already has the path {path:?}"),
            Self::BadOrigin { origin } => write!(
                f,
                "{origin:?} is no origin: write `https://host`, `https://host:port` or `null`, \
                 without a path, and other alphabets in punycode"
            ),
            Self::BadProtocol { protocol, path } => {
                write!(
                    f,
                    "the sub-protocol {protocol:?} of {path:?} is not a token of letters, digits and signs"
                )
            }
            Self::ZeroLimit { setting } => write!(f, "{setting} is zero, and nothing could ever pass it"),
            Self::TooFewConnections { max_connections, max_sessions } => write!(
                f,
                "max_connections is {max_connections}, and each of {max_sessions} sessions may have one: \
                 allow at least as many, better several times as many"
            ),
            Self::ShortWindow { window, silence } => write!(
                f,
                "session_window is {window:?}, and a lost client is only noticed after {silence:?}: \
                 make it longer than the heartbeat's interval and timeout together"
            ),
            Self::StateDir(error) => error.fmt(f),
            Self::NoRandomness => f.write_str("the system has no random numbers to name this process by"),
        }
    }
}

impl std::error::Error for BuildError {}
