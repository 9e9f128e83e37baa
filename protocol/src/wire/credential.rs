//! What proves to the application who the user is.

use alloc::vec::Vec;
use core::fmt;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

/// 1 to 4096 printable ASCII characters without a space; `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credential<'a>(&'a str);

impl<'a> Credential<'a> {
    /// The most characters of a credential.
    pub const MAX_LEN: usize = 4096;

    /// The credential `text`, or none if it has another form.
    #[must_use]
    pub fn new(text: &'a str) -> Option<Self> {
        let is_valid =
            (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid.then_some(Self(text))
    }

    /// Its characters.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Reads the field, if it is the next.
    pub(super) fn read_field(cursor: &mut Cursor<'a>) -> Result<Option<Self>, WireError> {
        if !cursor.skip(b"\ncredential ") {
            return Ok(None);
        }
        let error = cursor.error(WireErrorKind::BadCredential);
        let text =
            core::str::from_utf8(cursor.take_while(|byte| byte.is_ascii_graphic())).map_err(|_| error)?;
        Self::new(text).map(Some).ok_or(error)
    }

    pub(super) fn write_field(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\ncredential ");
        out.extend_from_slice(self.0.as_bytes());
    }
}

impl fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(..)")
    }
}
