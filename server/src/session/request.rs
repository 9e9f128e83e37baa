//! What a session remembers of its opening handshake.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use bytestring::ByteString;

use crate::sync::Mutex;

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
    /// `None` once `open` has returned.
    pub(crate) headers: Mutex<Option<Arc<HeaderMap>>>,
}
