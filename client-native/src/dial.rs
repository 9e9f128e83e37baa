//! How a connection comes to be: credential, TCP, opening handshake.
//!
//! Owns: what every attempt needs, and what its failure means. Never: retries.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use staywire_protocol::message::ClientIntroduction;
use staywire_protocol::wire::{Credential, SubProtocol};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::target::Target;

/// What session mode is agreed by.
const STAYWIRE: &str = "staywire.v1";

/// Bytes that one read may take, and that are collected before they are written without a flush.
///
/// tungstenite keeps both buffers for each connection; its default of twice 128 KiB is much where clients are many.
const BUFFER_BYTES: usize = 16 * 1024;

/// Asks the application for a credential, at each attempt anew.
pub(crate) type CredentialSource =
    Arc<dyn Fn() -> BoxFuture<'static, Result<String, Box<dyn Error + Send + Sync>>> + Send + Sync>;

/// What every attempt needs.
pub(crate) struct Dialer {
    pub(crate) target: Target,
    pub(crate) credential: Option<CredentialSource>,
    /// The application's own sub-protocols, in order of preference.
    pub(crate) protocols: Vec<String>,
    pub(crate) max_message_bytes: usize,
}

/// A connection whose opening handshake is done, and what its first message takes along.
pub(crate) struct Dialled {
    pub(crate) stream: WebSocketStream<TcpStream>,
    pub(crate) introduction: Introduction,
}

/// What the client says of itself on one connection.
pub(crate) struct Introduction {
    credential: Option<String>,
    dialer: Arc<Dialer>,
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum DialError {
    /// The application could not give a credential.
    NoCredential(Box<dyn Error + Send + Sync>),
    /// The application's credential has no form that can be sent.
    BadCredential,
    /// The server cannot be reached.
    Io(io::Error),
    /// The server answered the handshake with this status instead of 101.
    Refused(StatusCode),
    /// The server does not agree to sessions.
    NotStaywire,
    /// What answered does not speak WebSocket.
    Handshake(WsError),
}

impl Dialer {
    pub(crate) async fn dial(self: Arc<Self>) -> Result<Dialled, DialError> {
        let credential = match &self.credential {
            Some(source) => Some(source().await.map_err(DialError::NoCredential)?),
            None => None,
        };
        if credential.as_deref().is_some_and(|text| Credential::new(text).is_none()) {
            return Err(DialError::BadCredential);
        }
        let address = (self.target.host.as_str(), self.target.port);
        let stream = TcpStream::connect(address).await.map_err(DialError::Io)?;
        // Small messages are what this is for, and they are collected before they are written.
        stream.set_nodelay(true).map_err(DialError::Io)?;
        let mut request = (&self.target.uri).into_client_request().map_err(DialError::Handshake)?;
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(STAYWIRE));
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_message_size(Some(self.max_message_bytes))
            .max_frame_size(Some(self.max_message_bytes));
        let (stream, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        Ok(Dialled { stream, introduction: Introduction { credential, dialer: self } })
    }
}

impl Introduction {
    pub(crate) fn borrowed(&self) -> ClientIntroduction<'_> {
        ClientIntroduction {
            credential: self.credential.as_deref().and_then(Credential::new),
            protocols: self.dialer.protocols.iter().filter_map(|name| SubProtocol::new(name)).collect(),
        }
    }
}

impl From<WsError> for DialError {
    fn from(error: WsError) -> Self {
        match error {
            WsError::Http(response) => Self::Refused(response.status()),
            WsError::Protocol(ProtocolError::SecWebSocketSubProtocolError(_)) => Self::NotStaywire,
            WsError::Io(error) => Self::Io(error),
            other => Self::Handshake(other),
        }
    }
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCredential(error) => write!(f, "there is no credential: {error}"),
            Self::BadCredential => {
                f.write_str("the credential must have 1 to 4096 printable ASCII characters and no space")
            }
            Self::Io(error) => error.fmt(f),
            Self::Refused(status) => write!(f, "the server refused the handshake: {status}"),
            Self::NotStaywire => write!(
                f,
                "the server did not agree to the sub-protocol `{STAYWIRE}`: it has no sessions at this path"
            ),
            Self::Handshake(error) => write!(f, "the opening handshake failed: {error}"),
        }
    }
}
