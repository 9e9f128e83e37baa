//! Canonical decimal numbers below 2^53, which JavaScript holds exactly.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

/// The largest number that travels, 2^53 - 1.
///
/// Whatever is beyond is written as this one: a size without a bound is the
/// only number that gets there.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The digits of [`MAX_NUMBER`].
const MAX_DIGITS: usize = 16;

pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<u64, WireError> {
    let start = *cursor;
    let mut number: u64 = 0;
    while let Some(digit @ b'0'..=b'9') = cursor.peek() {
        // Wraps only where there are more digits than are allowed anyway.
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        cursor.step();
    }
    match cursor.since(start) {
        [] => Err(start.error(WireErrorKind::MissingNumber)),
        [b'0', _, ..] => Err(start.error(WireErrorKind::LeadingZero)),
        digits if digits.len() > MAX_DIGITS || number > MAX_NUMBER => {
            Err(start.error(WireErrorKind::NumberTooLarge))
        }
        _ => Ok(number),
    }
}

/// Reads a space and the number after it.
pub(super) fn read_next(cursor: &mut Cursor<'_>) -> Result<u64, WireError> {
    cursor.space()?;
    read(cursor)
}

pub(super) fn write(number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; MAX_DIGITS];
    let mut start = MAX_DIGITS;
    let mut rest = number.min(MAX_NUMBER);
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

/// Writes a space and `number` after it.
pub(super) fn write_next(number: u64, out: &mut Vec<u8>) {
    out.push(b' ');
    write(number, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn parsed(text: &str) -> Result<u64, WireErrorKind> {
        read(&mut Cursor::new(text.as_bytes())).map_err(|error| error.kind)
    }

    #[test]
    fn a_number_has_one_form() {
        assert_eq!(parsed("0"), Ok(0));
        assert_eq!(parsed("10 "), Ok(10));
        assert_eq!(parsed("9007199254740991"), Ok(MAX_NUMBER));
        assert_eq!(parsed("00"), Err(WireErrorKind::LeadingZero));
        for text in ["", "-1", "+1", " 1", "x"] {
            assert_eq!(parsed(text), Err(WireErrorKind::MissingNumber), "{text:?}");
        }
    }

    #[test]
    fn a_number_of_any_length_is_refused_and_does_not_overflow() {
        for text in ["9007199254740992", "9999999999999999", "18446744073709551617", &"9".repeat(4_000)] {
            assert_eq!(parsed(text), Err(WireErrorKind::NumberTooLarge), "{text}");
        }
    }

    #[test]
    fn what_is_beyond_is_written_as_the_largest() {
        let mut out = Vec::new();
        write(u64::MAX, &mut out);
        assert_eq!(out, b"9007199254740991");
    }
}
