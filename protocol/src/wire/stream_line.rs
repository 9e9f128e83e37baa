//! What became of a stream: `recovered`, `gap` or `reset`.
//!
//! The same line is a field of an answer, and later a control message that
//! answers a subscription.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::epoch::Epoch;
use super::error::WireError;
use super::name::Name;
use super::number;
use super::stream::{Stream, StreamKind, StreamPosition};

/// A stream that the session reads from here on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StreamLine<N = Name<'static>, E = Epoch> {
    /// What the stream goes by on this connection.
    pub alias: u64,
    /// Which stream.
    pub stream: Stream<N>,
    /// What is missing, and where the stream goes on.
    pub outcome: StreamOutcome<E>,
}

/// What is missing between the client's position and what follows (PROTOCOL.md §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamOutcome<E = Epoch> {
    /// Nothing: what follows begins right after this position.
    Recovered(StreamPosition<E>),
    /// The messages `from` to `to`; what follows begins right after `to`.
    Gap {
        /// The stream's life, which is still the same.
        epoch: E,
        /// The first that is lost.
        from: u64,
        /// The last that is lost.
        to: u64,
    },
    /// Nobody knows how many: the numbering has changed.
    Reset {
        /// The client's position in the old numbering.
        held: StreamPosition<E>,
        /// What follows begins right after this position of the new one.
        position: StreamPosition<E>,
    },
}

impl<E: Copy> StreamOutcome<E> {
    /// What follows begins right after this position.
    #[must_use]
    pub const fn position(&self) -> StreamPosition<E> {
        match *self {
            Self::Recovered(position) | Self::Reset { position, .. } => position,
            Self::Gap { epoch, to, .. } => StreamPosition { epoch, offset: to },
        }
    }
}

#[derive(Clone, Copy)]
enum OutcomeKind {
    Recovered,
    Gap,
    Reset,
}

impl OutcomeKind {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        if cursor.skip(b"recovered ") {
            Some(Self::Recovered)
        } else if cursor.skip(b"gap ") {
            Some(Self::Gap)
        } else if cursor.skip(b"reset ") {
            Some(Self::Reset)
        } else {
            None
        }
    }

    fn read_numbers(self, cursor: &mut Cursor<'_>) -> Result<StreamOutcome, WireError> {
        let first = StreamPosition::read_next(cursor)?;
        Ok(match self {
            Self::Recovered => StreamOutcome::Recovered(first),
            Self::Gap => {
                StreamOutcome::Gap { epoch: first.epoch, from: first.offset, to: number::read_next(cursor)? }
            }
            Self::Reset => StreamOutcome::Reset { held: first, position: StreamPosition::read_next(cursor)? },
        })
    }
}

impl<'a> StreamLine<Name<'a>> {
    /// The same line, with its name copied where it is borrowed.
    #[must_use]
    pub fn into_static(self) -> StreamLine {
        StreamLine { alias: self.alias, stream: self.stream.into_static(), outcome: self.outcome }
    }

    /// The same line, its name borrowed from this one.
    #[must_use]
    pub fn borrowed(&self) -> StreamLine<Name<'_>> {
        StreamLine { alias: self.alias, stream: self.stream.borrowed(), outcome: self.outcome }
    }

    /// Reads the line, if it is one.
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Result<Option<Self>, WireError> {
        let Some(outcome) = OutcomeKind::read(cursor) else {
            return Ok(None);
        };
        let alias = number::read(cursor)?;
        cursor.space()?;
        let kind = StreamKind::read(cursor)?;
        let outcome = outcome.read_numbers(cursor)?;
        Ok(Some(Self { alias, stream: kind.read_name(cursor)?, outcome }))
    }

    /// Reads the field, if it is the next.
    pub(super) fn read_field(cursor: &mut Cursor<'a>) -> Result<Option<Self>, WireError> {
        let mut line = *cursor;
        if !line.skip(b"\n") {
            return Ok(None);
        }
        let field = Self::read(&mut line)?;
        if field.is_some() {
            *cursor = line;
        }
        Ok(field)
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self.outcome {
            StreamOutcome::Recovered(_) => b"recovered ",
            StreamOutcome::Gap { .. } => b"gap ",
            StreamOutcome::Reset { .. } => b"reset ",
        });
        number::write(self.alias, out);
        out.push(b' ');
        self.stream.write_kind(out);
        match self.outcome {
            StreamOutcome::Recovered(position) => position.write_next(out),
            StreamOutcome::Gap { epoch, from, to } => {
                StreamPosition { epoch, offset: from }.write_next(out);
                number::write_next(to, out);
            }
            StreamOutcome::Reset { held, position } => {
                held.write_next(out);
                position.write_next(out);
            }
        }
        self.stream.write_name(out);
    }

    pub(super) fn write_field(&self, out: &mut Vec<u8>) {
        out.push(b'\n');
        self.write(out);
    }
}
