//! Names of topics, percent-encoded where they are not printable ASCII.

use alloc::borrow::{Cow, ToOwned};
use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// The name of a topic: 1 to 255 bytes of UTF-8.
///
/// Borrowed from the message unless something in it was percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<'a>(Cow<'a, str>);

impl<'a> Name<'a> {
    /// The longest name, in bytes before they are encoded.
    pub const MAX_BYTES: usize = 255;

    /// The name `name`, or none if it is empty or too long.
    #[must_use]
    pub fn new(name: impl Into<Cow<'a, str>>) -> Option<Self> {
        let name = name.into();
        (1..=Self::MAX_BYTES).contains(&name.len()).then_some(Self(name))
    }

    /// The name as people write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many bytes it has when it is encoded.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.0.bytes().map(|octet| if is_plain(octet) { 1 } else { 3 }).sum()
    }

    /// The same name, with its bytes copied where they are borrowed.
    #[must_use]
    pub fn into_static(self) -> Name<'static> {
        Name(Cow::Owned(self.0.into_owned()))
    }

    /// The same name, borrowed from this one.
    #[must_use]
    pub fn borrowed(&self) -> Name<'_> {
        Name(Cow::Borrowed(&self.0))
    }

    /// Reads a space and the name after it, up to the end of the line.
    pub(super) fn read_next(cursor: &mut Cursor<'a>) -> Result<Self, WireError> {
        cursor.space()?;
        let start = *cursor;
        let mut decoded = [0; Self::MAX_BYTES];
        let mut len = 0;
        while let Some(octet) = read_octet(cursor)? {
            *decoded.get_mut(len).ok_or(start.error(WireErrorKind::BadNameLength))? = octet;
            len += 1;
        }
        if len == 0 {
            return Err(start.error(WireErrorKind::BadNameLength));
        }
        let encoded = cursor.since(start);
        let name = if encoded.len() == len {
            core::str::from_utf8(encoded).map(Cow::Borrowed)
        } else {
            core::str::from_utf8(&decoded[..len]).map(|name| Cow::Owned(name.to_owned()))
        };
        name.map(Self).map_err(|_| start.error(WireErrorKind::NameNotUtf8))
    }

    /// Writes a space and the name after it.
    pub(super) fn write_next(&self, out: &mut Vec<u8>) {
        out.push(b' ');
        for octet in self.0.bytes() {
            if is_plain(octet) {
                out.push(octet);
            } else {
                out.extend([b'%', DIGITS[usize::from(octet >> 4)], DIGITS[usize::from(octet & 15)]]);
            }
        }
    }
}

/// The next octet of a name, decoded; none at the end of the line.
fn read_octet(cursor: &mut Cursor<'_>) -> Result<Option<u8>, WireError> {
    let error = cursor.error(WireErrorKind::BadNameEncoding);
    match cursor.peek() {
        None | Some(b'\n') => Ok(None),
        Some(b'%') => {
            let &[_, upper, lower] = cursor.take().ok_or(error)?;
            let octet = digit(upper).ok_or(error)? << 4 | digit(lower).ok_or(error)?;
            if is_plain(octet) { Err(error) } else { Ok(Some(octet)) }
        }
        Some(octet) if is_plain(octet) => {
            cursor.step();
            Ok(Some(octet))
        }
        Some(_) => Err(error),
    }
}

/// Whether an octet stands for itself; any other is percent-encoded.
const fn is_plain(octet: u8) -> bool {
    octet.is_ascii_graphic() && octet != b'%'
}

const fn digit(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol - b'0'),
        b'A'..=b'F' => Some(symbol - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn parsed(text: &str) -> Result<Name<'_>, WireErrorKind> {
        Name::read_next(&mut Cursor::new(text.as_bytes())).map_err(|error| error.kind)
    }

    #[test]
    fn a_printable_name_is_borrowed_from_the_message() {
        assert!(matches!(parsed(" rooms/~42"), Ok(Name(Cow::Borrowed("rooms/~42")))));
    }

    #[test]
    fn every_other_octet_is_percent_encoded() {
        let name = Name::new("50 % 張\n").unwrap();
        let mut out = Vec::new();
        name.write_next(&mut out);
        assert_eq!(name.encoded_len() + 1, out.len());
        assert_eq!(String::from_utf8(out).as_deref(), Ok(" 50%20%25%20%E5%BC%B5%0A"));
        assert_eq!(parsed(" 50%20%25%20%E5%BC%B5%0A"), Ok(name));
    }

    #[test]
    fn a_name_has_one_form() {
        for text in [" %41", " a%2", " %e5%bc%b5", " a b", " a\t", " é", " %zz"] {
            assert_eq!(parsed(text), Err(WireErrorKind::BadNameEncoding), "{text:?}");
        }
        assert_eq!(parsed(" %FF"), Err(WireErrorKind::NameNotUtf8));
    }

    #[test]
    fn a_name_is_counted_in_the_bytes_that_it_means() {
        let (longest, too_long) = ("%20".repeat(255), "%20".repeat(256));
        assert!(parsed(&alloc::format!(" {longest}")).is_ok());
        assert_eq!(parsed(&alloc::format!(" {too_long}")), Err(WireErrorKind::BadNameLength));
        assert_eq!(parsed(" "), Err(WireErrorKind::BadNameLength));
        assert_eq!((Name::new(""), Name::new("n".repeat(256))), (None, None));
    }
}
