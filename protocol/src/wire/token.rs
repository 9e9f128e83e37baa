//! The secret that says whose session it is.

use alloc::vec::Vec;
use core::fmt;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// 256 bits in base64url without padding (RFC 4648 §5).
const ENCODED_LEN: usize = 43;

/// 256 random bits that only the client and its session know.
///
/// It is compared in constant time, and `Debug` does not show it: a token in a log is a session for whoever reads it.
#[derive(Clone, Copy)]
pub struct Token([u8; 32]);

impl Token {
    /// The token of these bits.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bits.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        let error = cursor.error(WireErrorKind::BadToken);
        let encoded = cursor.take::<ENCODED_LEN>().ok_or(error)?;
        Self::decode(encoded).ok_or(error)
    }

    fn decode(encoded: &[u8; ENCODED_LEN]) -> Option<Self> {
        let mut bytes = [0; 32];
        let mut bits: u32 = 0;
        let mut bit_count = 0;
        let mut filled = 0;
        for &symbol in encoded {
            bits = bits << 6 | u32::from(sextet(symbol)?);
            bit_count += 6;
            if bit_count >= 8 {
                bit_count -= 8;
                bytes[filled] = (bits >> bit_count) as u8;
                bits &= (1 << bit_count) - 1;
                filled += 1;
            }
        }
        // The last symbol has two bits too many; unless they are 0, the same token has four forms.
        (bits == 0).then_some(Self(bytes))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        for chunk in self.0.chunks(3) {
            let mut group = [0; 4];
            group[1..=chunk.len()].copy_from_slice(chunk);
            let bits = u32::from_be_bytes(group);
            out.extend((0..=chunk.len()).map(|index| ALPHABET[(bits >> (18 - 6 * index)) as usize & 63]));
        }
    }
}

const fn sextet(symbol: u8) -> Option<u8> {
    match symbol {
        b'A'..=b'Z' => Some(symbol - b'A'),
        b'a'..=b'z' => Some(symbol - b'a' + 26),
        b'0'..=b'9' => Some(symbol - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |difference, (mine, theirs)| difference | (mine ^ theirs)) == 0
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn encoded(token: Token) -> Vec<u8> {
        let mut out = Vec::new();
        token.write(&mut out);
        out
    }

    #[test]
    fn a_token_is_base64url_without_padding() {
        let token = Token::from_bytes(core::array::from_fn(|index| 0xFF - index as u8));
        assert_eq!(encoded(token), b"__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA");
        assert_eq!(Token::read(&mut Cursor::new(&encoded(token))), Ok(token));
    }

    #[test]
    fn a_token_has_one_form() {
        let mut encoded = encoded(Token::from_bytes([0; 32]));
        let accepted = ALPHABET.iter().copied().filter(|&last| {
            encoded[ENCODED_LEN - 1] = last;
            Token::read(&mut Cursor::new(&encoded)).is_ok()
        });
        assert_eq!(accepted.collect::<Vec<_>>(), b"AEIMQUYcgkosw048");
    }

    #[test]
    fn a_token_is_not_shown() {
        assert_eq!(alloc::format!("{:?}", Token::from_bytes([7; 32])), "Token(..)");
    }

    #[test]
    fn tokens_that_differ_in_one_bit_differ() {
        let mut bytes = [7; 32];
        let token = Token::from_bytes(bytes);
        bytes[31] ^= 0x80;
        assert_ne!(token, Token::from_bytes(bytes));
    }
}
