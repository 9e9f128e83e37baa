//! The opening handshake's headers (RFC 6455 §4.2).

use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    TRANSFER_ENCODING, UPGRADE,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytestring::ByteString;
use sha1::{Digest, Sha1};

/// Why a request is no opening handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UpgradeError {
    /// HTTP/1.1 without its one readable `Host`.
    Host,
    /// A plain HTTP request, perhaps from an address bar.
    NotWebSocket,
    /// `Sec-WebSocket-Version` is not 13.
    Version,
    /// `Sec-WebSocket-Key` is not the base64 of 16 bytes.
    Key,
    /// It has a body, and what follows its head could be taken for frames.
    Body,
}

/// What the request was sent to, `host` or `host:port`: HTTP/1.1 says it in exactly one `Host` (RFC 9112 §3.2).
pub(crate) fn authority<'a>(
    version: Version,
    uri: &'a Uri,
    headers: &'a HeaderMap,
) -> Result<Option<&'a str>, UpgradeError> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map(Some).map_err(|_| UpgradeError::Host),
        (None, None) if version != Version::HTTP_11 => Ok(uri.authority().map(Authority::as_str)),
        (None, None) | (_, Some(_)) => Err(UpgradeError::Host),
    }
}

/// Checks the request and returns the value of `Sec-WebSocket-Accept`.
pub(crate) fn accept_value(
    method: &Method,
    version: Version,
    headers: &HeaderMap,
) -> Result<HeaderValue, UpgradeError> {
    let is_upgrade = method == Method::GET
        && version == Version::HTTP_11
        && has_token(headers, &CONNECTION, "upgrade")
        && has_token(headers, &UPGRADE, "websocket");
    if !is_upgrade {
        return Err(UpgradeError::NotWebSocket);
    }
    if has_body(headers) {
        return Err(UpgradeError::Body);
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(UpgradeError::Version);
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).ok_or(UpgradeError::Key)?;
    let is_key = BASE64_STANDARD.decode(key).is_ok_and(|key| key.len() == 16);
    if !is_key {
        return Err(UpgradeError::Key);
    }
    HeaderValue::from_str(&accept_of(key.as_bytes())).map_err(|_| UpgradeError::Key)
}

/// `Sec-WebSocket-Accept` of a key (RFC 6455 §4.2.2, item 5.4).
fn accept_of(key: &[u8]) -> String {
    const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    BASE64_STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

/// The first of the client's choices that `supported` has (RFC 6455 §4.2.2, item 5.5).
pub(crate) fn first_of<'a>(
    offered: impl IntoIterator<Item = &'a str>,
    supported: &[ByteString],
) -> Option<ByteString> {
    offered.into_iter().find_map(|asked| supported.iter().find(|protocol| *protocol == asked).cloned())
}

/// The sub-protocols that the client asks for, the one it likes best first.
pub(crate) fn offered_protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    tokens(headers, &SEC_WEBSOCKET_PROTOCOL)
}

/// Whether `text` may name a sub-protocol: a token of RFC 9110 §5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token)
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
        || headers.get_all(CONTENT_LENGTH).iter().any(|length| length != "0")
}

pub(super) fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    tokens(headers, name).any(|found| found.eq_ignore_ascii_case(token))
}

/// The comma-separated items of a header that may come in several lines.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(changes: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let good = [
            (CONNECTION, "keep-alive, Upgrade"),
            (UPGRADE, "WebSocket"),
            (SEC_WEBSOCKET_VERSION, "13"),
            (SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        for (name, value) in good.iter().chain(changes) {
            headers.insert(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_rfcs_own_key_gets_the_rfcs_own_answer() {
        let accept = accept_value(&Method::GET, Version::HTTP_11, &request(&[])).unwrap();
        assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn requests_that_are_no_handshake_are_named() {
        for (changes, error) in [
            (vec![(CONNECTION, "keep-alive")], UpgradeError::NotWebSocket),
            (vec![(UPGRADE, "h2c")], UpgradeError::NotWebSocket),
            (vec![(SEC_WEBSOCKET_VERSION, "8")], UpgradeError::Version),
            (vec![(SEC_WEBSOCKET_KEY, "c2hvcnQ=")], UpgradeError::Key),
            (vec![(SEC_WEBSOCKET_KEY, "not base64 at all, no!!!")], UpgradeError::Key),
        ] {
            assert_eq!(
                accept_value(&Method::GET, Version::HTTP_11, &request(&changes)),
                Err(error),
                "{changes:?}"
            );
        }
        for (method, version) in [(Method::GET, Version::HTTP_10), (Method::HEAD, Version::HTTP_11)] {
            assert_eq!(accept_value(&method, version, &request(&[])), Err(UpgradeError::NotWebSocket));
        }
    }

    #[test]
    fn the_clients_first_supported_protocol_is_chosen() {
        let headers = request(&[(SEC_WEBSOCKET_PROTOCOL, "v3, v1,v2")]);
        assert_eq!(first_of(offered_protocols(&headers), &["v2".into(), "v1".into()]).as_deref(), Some("v1"));
        assert_eq!(first_of(offered_protocols(&headers), &["V1".into()]), None);
        assert_eq!(first_of(offered_protocols(&headers), &[]), None);
    }
}
