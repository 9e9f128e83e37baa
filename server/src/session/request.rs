//! What a session remembers of its opening handshake.

use std::net::SocketAddr;

use bytestring::ByteString;

use crate::handshake::path::PathPattern;
use crate::handshake::query;

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
    /// The decoded value of the parameter that `pattern`, the endpoint's own, calls `name`.
    pub(crate) fn path_param(&self, pattern: &PathPattern, name: &str) -> Option<&str> {
        self.path_params.get(pattern.param_index(name)?).map(|value| &**value)
    }

    pub(crate) fn query_param(&self, name: &str) -> Option<String> {
        query::param(self.query.as_deref()?, name)
    }
}
