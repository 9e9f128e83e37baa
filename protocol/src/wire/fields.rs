//! Repeated fields, checked when the message is parsed and read when they are asked for.
//!
//! So a peer that names a thousand streams makes nobody allocate for them.

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};

/// Reads one field if it is the next, its line feed before it included.
type ReadField<'a, T> = fn(&mut Cursor<'a>) -> Result<Option<T>, WireError>;

/// Checks all fields of one kind that come next, and keeps their lines.
pub(super) fn check<'a, T>(cursor: &mut Cursor<'a>, read: ReadField<'a, T>) -> Result<&'a [u8], WireError> {
    let start = *cursor;
    while read(cursor)?.is_some() {}
    Ok(cursor.since(start))
}

/// The fields in `lines`, which [`check`] has accepted.
pub(super) fn iterate<'a, T>(
    lines: &'a [u8],
    read: ReadField<'a, T>,
) -> impl Iterator<Item = T> + use<'a, T> {
    let mut cursor = Cursor::new(lines);
    core::iter::from_fn(move || read(&mut cursor).ok().flatten())
}

/// Checks that nothing follows the last field.
pub(super) fn finish(cursor: &Cursor<'_>) -> Result<(), WireError> {
    match cursor.rest() {
        [] => Ok(()),
        [b'\n', ..] => Err(WireError { kind: WireErrorKind::UnexpectedField, offset: cursor.offset() + 1 }),
        _ => Err(cursor.error(WireErrorKind::TrailingBytes)),
    }
}
