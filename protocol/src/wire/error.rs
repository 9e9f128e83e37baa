//! What is wrong with a message, and where.

use core::error::Error;
use core::fmt;

/// A message that breaks the form of the protocol: the connection closes with 3510.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    /// What is wrong.
    pub kind: WireErrorKind,
    /// Where it begins, in bytes from the start of the message.
    pub offset: usize,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireErrorKind {
    /// The header is of no message that may stand here.
    UnknownHeader,
    /// The line is of no field that may stand here: it is unknown, repeated or out of order.
    UnexpectedField,
    /// A field that must stand here is missing.
    MissingField,
    /// One space was expected.
    MissingSpace,
    /// The line goes on after its last part.
    TrailingBytes,
    /// The header ends without the line feed and the payload that belong to it.
    MissingPayload,
    /// A line feed follows a header that has no payload.
    UnexpectedPayload,
    /// A digit was expected.
    MissingNumber,
    /// A number other than 0 begins with 0.
    LeadingZero,
    /// A number is 2^53 or more.
    NumberTooLarge,
    /// A token is not 43 characters of base64url for 256 bits.
    BadToken,
    /// A session or an instance is not 32 lower-case hexadecimal digits.
    BadId,
    /// An epoch is not 1 to 16 lower-case letters and digits.
    BadEpoch,
    /// A stream's kind is none of `b`, `u` and `t`.
    BadStreamKind,
    /// The reason of `fresh` is none of those that are known.
    BadFreshReason,
    /// A credential is not 1 to 4096 printable characters without a space.
    BadCredential,
    /// A sub-protocol is not 1 to 255 characters of RFC 9110 §5.6.2's `token`.
    BadSubProtocol,
    /// A name is not 1 to 255 octets long, percent-encodings counting as one.
    BadNameLength,
    /// An octet of a name is not written as it must be: as itself or percent-encoded.
    BadNameEncoding,
    /// A name is not UTF-8.
    NameNotUtf8,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind.sentence(), self.offset)
    }
}

impl Error for WireError {}

impl WireErrorKind {
    const fn sentence(self) -> &'static str {
        match self {
            Self::UnknownHeader => "no message that may stand here",
            Self::UnexpectedField => "no field that may stand here",
            Self::MissingField => "a field is missing",
            Self::MissingSpace => "one space was expected",
            Self::TrailingBytes => "the line goes on after its last part",
            Self::MissingPayload => "the payload is missing",
            Self::UnexpectedPayload => "a payload where none belongs",
            Self::MissingNumber => "a number was expected",
            Self::LeadingZero => "a number with a leading zero",
            Self::NumberTooLarge => "a number of 2^53 or more",
            Self::BadToken => "not a token",
            Self::BadId => "not 32 lower-case hexadecimal digits",
            Self::BadEpoch => "not an epoch",
            Self::BadStreamKind => "not a kind of stream",
            Self::BadFreshReason => "not a reason for a fresh session",
            Self::BadCredential => "not a credential",
            Self::BadSubProtocol => "not a sub-protocol",
            Self::BadNameLength => "a name that is empty or longer than 255 octets",
            Self::BadNameEncoding => "a name that is not percent-encoded canonically",
            Self::NameNotUtf8 => "a name that is not UTF-8",
        }
    }
}
