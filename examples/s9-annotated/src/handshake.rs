//! What the client said in its opening handshake (RFC 6455 §4.1), for it to see.

use staywire_server::Session;
use staywire_server::http::HeaderName;
use staywire_server::http::header::{
    CONNECTION, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};

const DESCRIBED: [HeaderName; 5] =
    [CONNECTION, UPGRADE, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, SEC_WEBSOCKET_EXTENSIONS];

/// The headers that make a request an opening handshake, a line each; readable while the session opens.
pub(crate) fn described(session: &Session) -> String {
    let headers = session.headers().unwrap_or_default();
    let line = |name: &HeaderName| Some(format!("{name}: {}", headers.get(name)?.to_str().ok()?));
    DESCRIBED.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}
