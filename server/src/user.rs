//! The name of a user.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Names one user, who may have several sessions. Cheap to clone.
///
/// Any text of 1 to [`MAX_BYTES`](Self::MAX_BYTES) bytes, compared byte by byte: `Ann` and `ann` are two users.
///
/// ```
/// use staywire_server::UserId;
///
/// let user: UserId = "张三".parse()?;
/// assert_eq!(user.as_str(), "张三");
/// assert!("".parse::<UserId>().is_err());
/// # Ok::<(), staywire_server::ParseUserIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(Arc<str>);

/// The text cannot be a user's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseUserIdError {
    /// It is empty.
    Empty,
    /// It is longer than [`UserId::MAX_BYTES`].
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
}

impl UserId {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserId {
    type Err = ParseUserIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.len() {
            0 => Err(ParseUserIdError::Empty),
            1..=Self::MAX_BYTES => Ok(Self(text.into())),
            bytes => Err(ParseUserIdError::TooLong { bytes }),
        }
    }
}

impl AsRef<str> for UserId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Maps by user are read with the plain text.
impl Borrow<str> for UserId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    /// The name as it was given, which may have control characters; `Debug` escapes them, for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ParseUserIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a user's name is not empty"),
            Self::TooLong { bytes } => {
                write!(f, "a user's name has at most {} bytes, and this one has {bytes}", UserId::MAX_BYTES)
            }
        }
    }
}

impl std::error::Error for ParseUserIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_neither_empty_nor_too_long() {
        assert_eq!("".parse::<UserId>(), Err(ParseUserIdError::Empty));
        assert_eq!("x".repeat(256).parse::<UserId>(), Err(ParseUserIdError::TooLong { bytes: 256 }));
        assert_eq!("x".repeat(255).parse::<UserId>().unwrap().as_str().len(), 255);
    }

    #[test]
    fn debug_escapes_what_display_shows() {
        let user: UserId = "a\r\n\u{1b}[31m".parse().unwrap();
        assert_eq!(user.to_string(), "a\r\n\u{1b}[31m");
        assert_eq!(format!("{user:?}"), r#""a\r\n\u{1b}[31m""#);
    }
}
