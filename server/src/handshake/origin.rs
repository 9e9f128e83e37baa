//! Which pages may connect: the defence against cross-site WebSocket hijacking.
//!
//! A browser sends cookies with every WebSocket handshake, whichever page asks
//! for it, and no CORS rule applies; only the `Origin` header tells (RFC 6455
//! §10.2). A client that sends none is no browser, and it is admitted.
//!
//! The server does not know its own name and takes `Host`'s word, so DNS rebinding
//! passes: a foreign name that resolves to this server is both origin and host.
//! `allow_origin` only adds; a proxy or an interceptor that checks `Host` stops it.

use std::fmt;
use std::net::Ipv4Addr;

use axum::http::{HeaderMap, header};

/// A page's origin as browsers serialise it (RFC 6454 §6.2), normalised for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// A sandboxed frame, a `data:` page or a local file.
    Null,
    Site {
        scheme: String,
        host: String,
        port: Option<u16>,
    },
}

/// The rule of one server or endpoint: the server's own host, and what the application allows besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct OriginPolicy {
    allowed: Vec<Origin>,
    dev: bool,
}

/// An `Origin` that is not admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignOrigin {
    origin: String,
    host: String,
}

/// The text given to `allow_origin` is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ParseOriginError;

impl OriginPolicy {
    /// Admits `origin`, such as `https://app.example` or `null`, beside the server's own.
    pub(crate) fn allow(&mut self, origin: &str) -> Result<(), ParseOriginError> {
        self.allowed.push(Origin::parse(origin).ok_or(ParseOriginError)?);
        Ok(())
    }

    /// Admits pages from this machine, at any port, and from its disk.
    pub(crate) fn allow_dev(&mut self) {
        self.dev = true;
    }

    /// Checks the `Origin` of a request that was sent to `authority` (`host` or `host:port`).
    pub(crate) fn check(&self, headers: &HeaderMap, authority: Option<&str>) -> Result<(), ForeignOrigin> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let Some(value) = origins.next() else { return Ok(()) };
        let admitted = origins.next().is_none()
            && value
                .to_str()
                .ok()
                .and_then(Origin::parse)
                .is_some_and(|origin| self.admits(&origin, authority));
        if admitted {
            return Ok(());
        }
        let origin = String::from_utf8_lossy(value.as_bytes()).into_owned();
        Err(ForeignOrigin { origin, host: authority.unwrap_or_default().to_owned() })
    }

    fn admits(&self, origin: &Origin, authority: Option<&str>) -> bool {
        self.allowed.contains(origin)
            || (self.dev && origin.is_local())
            || authority.is_some_and(|authority| origin.is_same_host(authority))
    }
}

impl Origin {
    /// Reads an origin strictly: anything beside scheme, host and port makes it none.
    fn parse(text: &str) -> Option<Self> {
        if text == "null" {
            return Some(Self::Null);
        }
        let (scheme, authority) = text.split_once("://")?;
        let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if !scheme.starts_with(|first: char| first.is_ascii_alphabetic()) || !scheme.bytes().all(is_scheme) {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let (host, port) = parse_authority(authority)?;
        let port = port.or_else(|| default_port(&scheme));
        Some(Self::Site { scheme, host, port })
    }

    /// Whether a page of this origin was loaded from where it now connects to.
    fn is_same_host(&self, authority: &str) -> bool {
        let Self::Site { scheme, host, port } = self else { return false };
        // Behind a proxy that ends TLS this side sees no scheme, so the origin's own default completes both.
        let Some(default) = default_port(scheme) else { return false };
        parse_authority(authority).is_some_and(|(own_host, own_port)| {
            *host == own_host && *port == Some(own_port.unwrap_or(default))
        })
    }

    fn is_local(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Site { host, .. } => {
                let is_loopback = |address: Ipv4Addr| address.is_loopback();
                host == "localhost"
                    || host.ends_with(".localhost")
                    || host == "[::1]"
                    || host.parse().is_ok_and(is_loopback)
            }
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

/// Splits `host[:port]`; the host in lower case, an IPv6 address with its brackets.
fn parse_authority(text: &str) -> Option<(String, Option<u16>)> {
    let host_end =
        if text.starts_with('[') { text.find(']')? + 1 } else { text.find(':').unwrap_or(text.len()) };
    let (host, rest) = text.split_at(host_end);
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_host) {
        return None;
    }
    let port = match rest.strip_prefix(':') {
        // `parse` alone would take `+80`.
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
        None if rest.is_empty() => None,
        Some(_) | None => return None,
    };
    Some((host.to_ascii_lowercase(), port))
}

impl fmt::Display for ForeignOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, host } = self;
        write!(
            f,
            "the origin {origin:?} is not this server's ({host:?}); \
             to admit it, give the server or this endpoint .allow_origin({origin:?})"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(policy: &OriginPolicy, origin: &str, authority: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, axum::http::HeaderValue::from_bytes(origin.as_bytes()).unwrap());
        policy.check(&headers, Some(authority)).is_ok()
    }

    #[test]
    fn by_default_only_the_servers_own_host_and_port_are_admitted() {
        for (origin, host, expected) in [
            ("https://good.example", "good.example", true),
            ("http://good.example", "good.example", true),
            ("https://good.example", "good.example:443", true),
            ("https://good.example:443", "good.example", true),
            ("http://good.example:80", "good.example", true),
            ("http://good.example:8080", "good.example:8080", true),
            ("HTTPS://GOOD.example", "good.EXAMPLE", true),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", true),
            ("http://[::1]:8080", "[::1]:8080", true),
            ("https://xn--bcher-kva.example", "xn--bcher-kva.example", true),
            ("https://good.example", "good.example:80", false),
            ("http://good.example:8080", "good.example", false),
            ("http://good.example", "good.example:8080", false),
            ("https://evil.example", "good.example", false),
            ("https://good.example.evil", "good.example", false),
            ("https://evilgood.example", "good.example", false),
            ("https://sub.good.example", "good.example", false),
            ("https://good.example@evil.example", "good.example", false),
            ("https://evil.example#good.example", "good.example", false),
            ("https://good.example/", "good.example", false),
            ("https://good.example.", "good.example", false),
            ("https://good.example:", "good.example", false),
            ("https://good.example:+443", "good.example", false),
            ("https://good.example:99999", "good.example", false),
            ("https://good.example https://evil.example", "good.example", false),
            ("chrome-extension://good.example", "good.example", false),
            ("https://bücher.example", "xn--bcher-kva.example", false),
            ("null", "good.example", false),
            ("", "good.example", false),
            ("good.example", "good.example", false),
            ("://good.example", "good.example", false),
            ("http://localhost:5173", "localhost:8080", false),
        ] {
            assert_eq!(admits(&OriginPolicy::default(), origin, host), expected, "{origin:?} at {host:?}");
        }
    }

    #[test]
    fn a_client_without_an_origin_is_no_browser_and_admitted() {
        assert_eq!(OriginPolicy::default().check(&HeaderMap::new(), Some("good.example")), Ok(()));
        assert_eq!(OriginPolicy::default().check(&HeaderMap::new(), None), Ok(()));
    }

    #[test]
    fn two_origins_are_refused_even_if_each_is_good() {
        let mut headers = HeaderMap::new();
        headers.append(header::ORIGIN, "https://good.example".parse().unwrap());
        headers.append(header::ORIGIN, "https://good.example".parse().unwrap());
        assert!(OriginPolicy::default().check(&headers, Some("good.example")).is_err());
    }

    #[test]
    fn allowed_origins_are_admitted_exactly() {
        let mut policy = OriginPolicy::default();
        policy.allow("https://app.example").unwrap();
        policy.allow("chrome-extension://abcdef").unwrap();
        for (origin, expected) in [
            ("https://app.example", true),
            ("https://app.example:443", true),
            ("https://api.example", true),
            ("chrome-extension://abcdef", true),
            ("http://app.example", false),
            ("https://app.example:8443", false),
            ("https://app.example.evil", false),
            ("null", false),
        ] {
            assert_eq!(admits(&policy, origin, "api.example"), expected, "{origin}");
        }
    }

    #[test]
    fn dev_admits_this_machine_and_its_files_and_nobody_else() {
        let mut policy = OriginPolicy::default();
        policy.allow_dev();
        for (origin, expected) in [
            ("http://localhost:5173", true),
            ("http://app.localhost", true),
            ("https://127.0.0.9:1", true),
            ("http://[::1]:3000", true),
            ("null", true),
            ("http://localhost.evil", false),
            ("http://evillocalhost", false),
            ("http://128.0.0.1", false),
            ("http://127.0.0.1.evil", false),
        ] {
            assert_eq!(admits(&policy, origin, "localhost:8080"), expected, "{origin}");
        }
    }

    #[test]
    fn what_is_no_origin_cannot_be_allowed() {
        for text in ["", "app.example", "https://", "https://app.example/", "https://a:b@app.example", "*"] {
            assert_eq!(OriginPolicy::default().allow(text), Err(ParseOriginError), "{text:?}");
        }
    }

    #[test]
    fn the_refusal_names_the_origin_and_the_setting_and_escapes_both() {
        let refusal = ForeignOrigin { origin: "https://evil\u{1b}[31m".into(), host: "good.example".into() };
        let text = refusal.to_string();
        assert!(text.contains(r#".allow_origin("https://evil\u{1b}[31m")"#), "{text}");
    }
}
