//! What the server tells a client to keep to.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};
use super::number;

/// The server's limits and times, told with every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message that the server takes in, in bytes of payload.
    pub max_message_bytes: u64,
    /// How long the session is kept after the last byte from the client, in ms.
    pub window_millis: u64,
    /// How long the server sends nothing before it pings, in ms.
    pub interval_millis: u64,
    /// How much longer than the interval a silence may be, in ms.
    pub timeout_millis: u64,
    /// After how many bytes of the inbox the client acknowledges.
    pub ack_bytes: u64,
    /// After how many ms the client acknowledges.
    pub ack_delay_millis: u64,
    /// Up to which sum of bytes the client may send (PROTOCOL.md §8).
    pub credit_bytes: u64,
}

impl Limits {
    /// Reads the field, which must be the next.
    pub(super) fn read_field(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        if !cursor.skip(b"\nlimits") {
            return Err(cursor.error(WireErrorKind::MissingField));
        }
        Ok(Self {
            max_message_bytes: number::read_next(cursor)?,
            window_millis: number::read_next(cursor)?,
            interval_millis: number::read_next(cursor)?,
            timeout_millis: number::read_next(cursor)?,
            ack_bytes: number::read_next(cursor)?,
            ack_delay_millis: number::read_next(cursor)?,
            credit_bytes: number::read_next(cursor)?,
        })
    }

    pub(super) fn write_field(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\nlimits");
        for number in [
            self.max_message_bytes,
            self.window_millis,
            self.interval_millis,
            self.timeout_millis,
            self.ack_bytes,
            self.ack_delay_millis,
            self.credit_bytes,
        ] {
            number::write_next(number, out);
        }
    }
}
