//! What a session remembers of its opening handshake.

use std::net::SocketAddr;

use bytestring::ByteString;

use crate::handshake::path::PathPattern;
use crate::handshake::query;
use crate::state_dir::HandshakeState;

/// The facts of the opening handshake.
///
/// Each is a copy of its own size: a slice of the request would keep the whole
/// read buffer alive for as long as the session.
#[derive(Debug)]
pub(crate) struct HandshakeRequest {
    pub(crate) path: Box<str>,
    /// In the order in which the endpoint's pattern names them.
    pub(crate) path_params: Box<[Box<str>]>,
    pub(crate) query: Option<Box<str>>,
    pub(crate) remote_addr: Option<SocketAddr>,
    pub(crate) protocol: Option<ByteString>,
}

impl HandshakeRequest {
    /// The same for the next process.
    pub(crate) fn to_state(&self) -> HandshakeState {
        HandshakeState {
            path: self.path.to_string(),
            path_params: self.path_params.iter().map(ToString::to_string).collect(),
            query: self.query.as_deref().map(Into::into),
            remote_addr: self.remote_addr,
            protocol: self.protocol.as_deref().map(Into::into),
        }
    }

    /// What the process before remembered.
    pub(crate) fn from_state(state: HandshakeState) -> Self {
        Self {
            path: state.path.into(),
            path_params: state.path_params.into_iter().map(Into::into).collect(),
            query: state.query.map(Into::into),
            remote_addr: state.remote_addr,
            protocol: state.protocol.map(Into::into),
        }
    }

    /// The decoded value of the parameter that `pattern`, the endpoint's own, calls `name`.
    pub(crate) fn path_param(&self, pattern: &PathPattern, name: &str) -> Option<&str> {
        self.path_params.get(pattern.param_index(name)?).map(|value| &**value)
    }

    pub(crate) fn query_param(&self, name: &str) -> Option<String> {
        query::param(self.query.as_deref()?, name)
    }
}
