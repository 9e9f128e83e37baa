//! Where a client connects to.

use tokio_tungstenite::tungstenite::http::Uri;

use crate::error::ConnectError;

/// An endpoint, as its URL names it.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) uri: Uri,
    /// A name, or an address without the brackets that IPv6 has in a URL.
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, ConnectError> {
        let refused = |problem| ConnectError::Url { url: url.to_owned(), problem };
        let uri: Uri = url.parse().map_err(|_| refused("it is no URL"))?;
        match uri.scheme_str() {
            Some("ws") => {}
            Some("wss") => return Err(refused("this client speaks no TLS; put a proxy in front of it")),
            _ => return Err(refused("it does not begin with `ws://`")),
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(refused("it holds a user; give a credential instead"));
        }
        let host = uri.host().unwrap_or_default();
        if host.is_empty() {
            return Err(refused("it names no host"));
        }
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(80);
        Ok(Self { uri, host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Option<(String, u16)> {
        Target::parse(url).ok().map(|target| (target.host, target.port))
    }

    #[test]
    fn host_and_port_are_those_of_the_url() {
        assert_eq!(parsed("ws://example.com/chat?room=1"), Some(("example.com".to_owned(), 80)));
        assert_eq!(parsed("ws://127.0.0.1:9000"), Some(("127.0.0.1".to_owned(), 9000)));
        assert_eq!(parsed("ws://[::1]:9000/"), Some(("::1".to_owned(), 9000)));
    }

    #[test]
    fn what_cannot_be_dialled_is_refused_at_once() {
        for url in [
            "",
            "/chat",
            "http://example.com",
            "wss://example.com",
            "ws://",
            "ws://me:secret@host/",
            "ws://a b",
        ] {
            assert!(matches!(Target::parse(url), Err(ConnectError::Url { .. })), "{url}");
        }
    }
}
