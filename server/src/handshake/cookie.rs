//! Reading the `Cookie` header (RFC 6265 §4.2).

use axum::http::{HeaderMap, header};

/// The value of the first cookie `name`, as it was sent.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; session=x=y ;b=2".parse().unwrap());
        headers.append(header::COOKIE, "c=3; a=4".parse().unwrap());
        assert_eq!(value(&headers, "session").as_deref(), Some("x=y"));
        assert_eq!(value(&headers, "a").as_deref(), Some("1"));
        assert_eq!(value(&headers, "c").as_deref(), Some("3"));
        assert_eq!(value(&headers, "sess"), None);
    }
}
