//! The name of one life of a stream.

use alloc::vec::Vec;
use core::fmt;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

const MAX_LEN: usize = 16;

/// 1 to 16 lower-case letters and digits, changed whenever a stream's numbering cannot be continued.
///
/// Filled up with zeros, which no epoch contains.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch([u8; MAX_LEN]);

impl Epoch {
    /// The epoch of this name, or none if it has another form.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let mut cursor = Cursor::new(name.as_bytes());
        Self::read(&mut cursor).ok().filter(|_| cursor.peek().is_none())
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Never the default: the bytes are ASCII.
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn as_bytes(&self) -> &[u8] {
        let len = self.0.iter().position(|&byte| byte == 0).unwrap_or(MAX_LEN);
        &self.0[..len]
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        let error = cursor.error(WireErrorKind::BadEpoch);
        let name = cursor.take_while(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'));
        if name.is_empty() {
            return Err(error);
        }
        let mut bytes = [0; MAX_LEN];
        bytes.get_mut(..name.len()).ok_or(error)?.copy_from_slice(name);
        Ok(Self(bytes))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epoch({})", self.as_str())
    }
}
