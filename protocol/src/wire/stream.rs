//! Which stream, and where in it.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::epoch::Epoch;
use super::error::{WireError, WireErrorKind};
use super::name::Name;
use super::number;

/// A stream that a session reads beside its inbox.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream<N = Name<'static>> {
    /// The endpoint's, which every session reads.
    Broadcast,
    /// That of the session's user.
    User,
    /// A topic's.
    Topic(N),
}

impl<N> Stream<N> {
    /// Whether it is one that a client asks for.
    #[must_use]
    pub const fn is_topic(&self) -> bool {
        matches!(self, Self::Topic(_))
    }
}

/// The place right after a message of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamPosition<E = Epoch> {
    /// The life of the stream in which `offset` counts.
    pub epoch: E,
    /// The message's number, 0 before the first.
    pub offset: u64,
}

/// A stream that a resuming client reads, and how far it has come: the field `stream`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeldStream<N = Name<'static>, E = Epoch> {
    /// Which stream.
    pub stream: Stream<N>,
    /// The last message that was given to the application.
    pub position: StreamPosition<E>,
}

/// A stream's kind, the part of it that stands apart from its name.
#[derive(Clone, Copy)]
pub(super) enum StreamKind {
    Broadcast,
    User,
    Topic,
}

impl StreamKind {
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        let kind = match cursor.peek() {
            Some(b'b') => Self::Broadcast,
            Some(b'u') => Self::User,
            Some(b't') => Self::Topic,
            _ => return Err(cursor.error(WireErrorKind::BadStreamKind)),
        };
        cursor.step();
        Ok(kind)
    }

    /// Reads what is left of the line: a topic's name.
    pub(super) fn read_name<'a>(self, cursor: &mut Cursor<'a>) -> Result<Stream<Name<'a>>, WireError> {
        Ok(match self {
            Self::Broadcast => Stream::Broadcast,
            Self::User => Stream::User,
            Self::Topic => Stream::Topic(Name::read_next(cursor)?),
        })
    }
}

impl Stream<Name<'_>> {
    /// The same stream, with its name copied where it is borrowed.
    #[must_use]
    pub fn into_static(self) -> Stream {
        match self {
            Self::Broadcast => Stream::Broadcast,
            Self::User => Stream::User,
            Self::Topic(name) => Stream::Topic(name.into_static()),
        }
    }

    /// The same stream, its name borrowed from this one.
    #[must_use]
    pub fn borrowed(&self) -> Stream<Name<'_>> {
        match self {
            Self::Broadcast => Stream::Broadcast,
            Self::User => Stream::User,
            Self::Topic(name) => Stream::Topic(name.borrowed()),
        }
    }

    pub(super) fn write_kind(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Broadcast => b'b',
            Self::User => b'u',
            Self::Topic(_) => b't',
        });
    }

    pub(super) fn write_name(&self, out: &mut Vec<u8>) {
        if let Self::Topic(name) = self {
            name.write_next(out);
        }
    }
}

impl StreamPosition {
    /// Reads a space and the position after it.
    pub(super) fn read_next(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        cursor.space()?;
        Ok(Self { epoch: Epoch::read(cursor)?, offset: number::read_next(cursor)? })
    }

    /// Writes a space and the position after it.
    pub(super) fn write_next(&self, out: &mut Vec<u8>) {
        out.push(b' ');
        self.epoch.write(out);
        number::write_next(self.offset, out);
    }
}

impl<'a> HeldStream<Name<'a>> {
    /// The same, with its name copied where it is borrowed.
    #[must_use]
    pub fn into_static(self) -> HeldStream {
        HeldStream { stream: self.stream.into_static(), position: self.position }
    }

    /// The same, its name borrowed from this one.
    #[must_use]
    pub fn borrowed(&self) -> HeldStream<Name<'_>> {
        HeldStream { stream: self.stream.borrowed(), position: self.position }
    }

    /// Reads the field, if it is the next.
    pub(super) fn read_field(cursor: &mut Cursor<'a>) -> Result<Option<Self>, WireError> {
        if !cursor.skip(b"\nstream ") {
            return Ok(None);
        }
        let kind = StreamKind::read(cursor)?;
        let position = StreamPosition::read_next(cursor)?;
        Ok(Some(Self { stream: kind.read_name(cursor)?, position }))
    }

    pub(super) fn write_field(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\nstream ");
        self.stream.write_kind(out);
        self.position.write_next(out);
        self.stream.write_name(out);
    }
}
