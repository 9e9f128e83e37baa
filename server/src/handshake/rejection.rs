//! An interceptor's refusal.

use std::error::Error;
use std::fmt;

use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};

/// The answer to an opening handshake that an interceptor rejects; `?` makes a 500 of every error type.
///
/// A browser's page sees neither status nor body, only a failed connection; other clients see both.
/// The client never sees the text of an error that became a rejection: that goes to the log.
///
/// ```
/// use staywire_server::Rejection;
/// use staywire_server::http::{HeaderValue, StatusCode, header};
///
/// let rejection = Rejection::new(StatusCode::UNAUTHORIZED, "log in first")
///     .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
/// ```
///
/// It is not itself an [`Error`], or the conversion could not be written.
pub struct Rejection {
    response: Box<Response<String>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Rejection {
    /// A rejection with `status` and a body of plain text.
    ///
    /// A status below 300 does not reject; 500 is sent in its place.
    #[must_use]
    pub fn new(status: StatusCode, body: impl Into<String>) -> Self {
        let mut response = Response::new(body.into());
        let rejects = status >= StatusCode::MULTIPLE_CHOICES;
        *response.status_mut() = if rejects { status } else { StatusCode::INTERNAL_SERVER_ERROR };
        Self { response: Box::new(response), cause: None }
    }

    /// Adds a header to the answer, such as `WWW-Authenticate`, or a `Content-Type` other than plain text's.
    ///
    /// The body's length is the server's to tell: `Content-Length` and `Transfer-Encoding` are left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if name != CONTENT_LENGTH && name != TRANSFER_ENCODING {
            self.response.headers_mut().append(name, value);
        }
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn body(&self) -> &str {
        self.response.body()
    }

    pub(super) fn into_response(self) -> Response<String> {
        *self.response
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Rejection {
    fn from(error: E) -> Self {
        let rejection = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error\n");
        Self { cause: Some(Box::new(error)), ..rejection }
    }
}

impl fmt::Display for Rejection {
    /// What the log says; the body is the client's alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "an interceptor failed: {:?}", cause.to_string()),
            None => f.write_str("an interceptor rejected it"),
        }
    }
}

impl fmt::Debug for Rejection {
    /// Shows no header: some set cookies.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("status", &self.status())
            .field("body", self.response.body())
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_does_not_reject_becomes_500() {
        for (status, sent) in [(101, 500), (200, 500), (302, 302), (401, 401), (503, 503)] {
            let rejection = Rejection::new(StatusCode::from_u16(status).unwrap(), "");
            assert_eq!(rejection.status(), sent, "{status}");
        }
    }

    #[test]
    fn an_error_is_a_500_that_tells_the_client_nothing() {
        let rejection = Rejection::from(std::io::Error::other("password\n1234"));
        assert_eq!(rejection.to_string(), r#"an interceptor failed: "password\n1234""#);
        let response = rejection.into_response();
        assert_eq!((response.status().as_u16(), &**response.body()), (500, "internal error\n"));
    }
}
