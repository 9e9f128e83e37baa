//! A sub-protocol of the application's own.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

/// What a client asks for and a server agrees to: 1 to 255 characters of a `token` (RFC 9110 §5.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubProtocol<'a>(&'a str);

impl<'a> SubProtocol<'a> {
    /// The most characters of a sub-protocol.
    pub const MAX_LEN: usize = 255;

    /// The sub-protocol `name`, or none if it has another form.
    #[must_use]
    pub fn new(name: &'a str) -> Option<Self> {
        ((1..=Self::MAX_LEN).contains(&name.len()) && name.bytes().all(is_token_char)).then_some(Self(name))
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// Reads the field, if it is the next.
    pub(super) fn read_field(cursor: &mut Cursor<'a>) -> Result<Option<Self>, WireError> {
        if !cursor.skip(b"\nprotocol ") {
            return Ok(None);
        }
        let error = cursor.error(WireErrorKind::BadSubProtocol);
        let name = core::str::from_utf8(cursor.take_while(is_token_char)).map_err(|_| error)?;
        Self::new(name).map(Some).ok_or(error)
    }

    pub(super) fn write_field(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\nprotocol ");
        out.extend_from_slice(self.0.as_bytes());
    }
}

fn is_token_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
