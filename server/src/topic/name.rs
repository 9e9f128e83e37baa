//! The name of a topic.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Names one topic of a server. Cheap to clone.
///
/// Any text of 1 to [`MAX_BYTES`](Self::MAX_BYTES) bytes that does not begin with `$`, compared byte by byte. What
/// begins with `$` is the server's own.
///
/// ```
/// use staywire_server::TopicName;
///
/// let topic: TopicName = "orders/42".parse()?;
/// assert_eq!(topic.as_str(), "orders/42");
/// assert!("$orders".parse::<TopicName>().is_err());
/// # Ok::<(), staywire_server::ParseTopicNameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicName(Arc<str>);

/// The text cannot be a topic's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseTopicNameError {
    /// It is empty.
    Empty,
    /// It is longer than [`TopicName::MAX_BYTES`].
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// It begins with `$`, as the server's own topics do.
    Reserved,
}

impl TopicName {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TopicName {
    type Err = ParseTopicNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.len() {
            0 => Err(ParseTopicNameError::Empty),
            _ if text.starts_with('$') => Err(ParseTopicNameError::Reserved),
            1..=Self::MAX_BYTES => Ok(Self(text.into())),
            bytes => Err(ParseTopicNameError::TooLong { bytes }),
        }
    }
}

impl AsRef<str> for TopicName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Maps by topic are read with the plain text.
impl Borrow<str> for TopicName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicName {
    /// The name as it was given, which may have control characters; `Debug` escapes them, for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ParseTopicNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a topic's name is not empty"),
            Self::TooLong { bytes } => {
                write!(
                    f,
                    "a topic's name has at most {} bytes, and this one has {bytes}",
                    TopicName::MAX_BYTES
                )
            }
            Self::Reserved => {
                f.write_str("a topic's name does not begin with `$`: those are the server's own")
            }
        }
    }
}

impl std::error::Error for ParseTopicNameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_neither_empty_nor_too_long_nor_the_servers_own() {
        assert_eq!("".parse::<TopicName>(), Err(ParseTopicNameError::Empty));
        assert_eq!("x".repeat(256).parse::<TopicName>(), Err(ParseTopicNameError::TooLong { bytes: 256 }));
        assert_eq!("$presence/room".parse::<TopicName>(), Err(ParseTopicNameError::Reserved));
        assert_eq!("張".repeat(85).parse::<TopicName>().unwrap().as_str().len(), 255);
        assert_eq!("a$".parse::<TopicName>().unwrap().as_str(), "a$");
    }
}
