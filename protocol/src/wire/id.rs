//! Ids of 128 bits: a session's and a server process's.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

const DIGITS: &[u8; 16] = b"0123456789abcdef";
const ENCODED_LEN: u32 = 32;

/// Names a session, or the server process that holds it; no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u128);

impl Id {
    /// The id with these bits.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        let error = cursor.error(WireErrorKind::BadId);
        let mut bits = 0;
        for digit in cursor.take::<{ ENCODED_LEN as usize }>().ok_or(error)? {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(error),
            };
            bits = bits << 4 | u128::from(value);
        }
        Ok(Self(bits))
    }

    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend((0..ENCODED_LEN).rev().map(|place| DIGITS[(self.0 >> (4 * place)) as usize & 15]));
    }
}
