//! Reading a query string as a browser's `URLSearchParams` does.

use percent_encoding::percent_decode_str;

/// The first value of `name` in `query`; what is malformed is taken as it stands.
pub(crate) fn param(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(key, _)| decode(key) == name).map(|(_, value)| decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::param;

    #[test]
    fn values_are_found_and_decoded() {
        let query = "userId=10086&message=%E4%BD%A0+%26%2B&empty=&flag&&userId=2";
        assert_eq!(param(query, "userId").as_deref(), Some("10086"));
        assert_eq!(param(query, "message").as_deref(), Some("你 &+"));
        assert_eq!(param(query, "empty").as_deref(), Some(""));
        assert_eq!(param(query, "flag").as_deref(), Some(""));
        assert_eq!(param(query, "none"), None);
    }

    #[test]
    fn malformed_escapes_stand_as_they_are() {
        assert_eq!(param("a=100%&b=%zz", "a").as_deref(), Some("100%"));
        assert_eq!(param("a=100%&b=%zz", "b").as_deref(), Some("%zz"));
    }
}
