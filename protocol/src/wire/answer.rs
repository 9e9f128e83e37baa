//! The answer to an opening: `welcome`, `resumed` or `fresh`.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};
use super::id::Id;
use super::limits::Limits;
use super::name::Name;
use super::stream_line::StreamLine;
use super::sub_protocol::SubProtocol;
use super::{fields, number};

/// What a server says first, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Its first line.
    pub header: AnswerHeader,
    /// What the client keeps to from here on.
    pub limits: Limits,
    /// The sub-protocol that the server chose.
    pub protocol: Option<SubProtocol<'a>>,
    streams: &'a [u8],
}

/// The first line of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerHeader {
    /// `welcome <session> <instance> <oldest>`: a session was made.
    Welcome {
        /// The session.
        session: Id,
        /// The server process that holds it.
        instance: Id,
        /// The first number of its inbox that follows.
        oldest: u64,
    },
    /// `resumed <instance> <accepted> <done> <oldest>`: the session goes on.
    Resumed {
        /// The server process that holds it.
        instance: Id,
        /// The last number of the client's lane that was taken in.
        accepted: u64,
        /// The last number of the client's lane up to which all is done.
        done: u64,
        /// The first number of the inbox that follows.
        oldest: u64,
    },
    /// `fresh <reason> <session> <instance> <oldest>`: the old session is gone, another was made.
    Fresh {
        /// Why the old one is gone.
        reason: FreshReason,
        /// The new session.
        session: Id,
        /// The server process that holds it.
        instance: Id,
        /// The first number of its inbox that follows.
        oldest: u64,
    },
}

/// Why a session could not go on (PROTOCOL.md §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreshReason {
    /// Its window was over.
    Expired,
    /// No session has the token.
    Unknown,
    /// It belongs to another user.
    Identity,
    /// The server lost its state.
    Restarted,
}

impl<'a> Answer<'a> {
    /// Reads the first message that a server sends on a connection.
    ///
    /// # Errors
    ///
    /// What is wrong and where, if it is no answer, or not canonical.
    pub fn parse(message: &'a [u8]) -> Result<Self, WireError> {
        let mut cursor = Cursor::new(message);
        let header = AnswerHeader::read(&mut cursor)?;
        let limits = Limits::read_field(&mut cursor)?;
        let protocol = SubProtocol::read_field(&mut cursor)?;
        let streams = fields::check(&mut cursor, StreamLine::read_field)?;
        fields::finish(&cursor)?;
        Ok(Self { header, limits, protocol, streams })
    }

    /// What became of each stream.
    pub fn streams(&self) -> impl Iterator<Item = StreamLine<Name<'a>>> + use<'a> {
        fields::iterate(self.streams, StreamLine::read_field)
    }
}

impl AnswerHeader {
    /// Appends the message to `out`.
    pub fn encode<'a>(
        &self,
        limits: &Limits,
        protocol: Option<SubProtocol<'_>>,
        streams: impl IntoIterator<Item = StreamLine<Name<'a>>>,
        out: &mut Vec<u8>,
    ) {
        self.write(out);
        limits.write_field(out);
        if let Some(protocol) = protocol {
            protocol.write_field(out);
        }
        for stream in streams {
            stream.write_field(out);
        }
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        if cursor.skip(b"welcome ") {
            let (session, instance, oldest) = read_session(cursor)?;
            Ok(Self::Welcome { session, instance, oldest })
        } else if cursor.skip(b"resumed ") {
            Ok(Self::Resumed {
                instance: Id::read(cursor)?,
                accepted: number::read_next(cursor)?,
                done: number::read_next(cursor)?,
                oldest: number::read_next(cursor)?,
            })
        } else if cursor.skip(b"fresh ") {
            let reason = FreshReason::read(cursor)?;
            cursor.space()?;
            let (session, instance, oldest) = read_session(cursor)?;
            Ok(Self::Fresh { reason, session, instance, oldest })
        } else {
            Err(cursor.error(WireErrorKind::UnknownHeader))
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Welcome { session, instance, oldest } => {
                out.extend_from_slice(b"welcome ");
                write_session(session, instance, oldest, out);
            }
            Self::Resumed { instance, accepted, done, oldest } => {
                out.extend_from_slice(b"resumed ");
                instance.write(out);
                for number in [accepted, done, oldest] {
                    number::write_next(number, out);
                }
            }
            Self::Fresh { reason, session, instance, oldest } => {
                out.extend_from_slice(b"fresh ");
                out.extend_from_slice(reason.word());
                out.push(b' ');
                write_session(session, instance, oldest, out);
            }
        }
    }
}

fn read_session(cursor: &mut Cursor<'_>) -> Result<(Id, Id, u64), WireError> {
    let session = Id::read(cursor)?;
    cursor.space()?;
    let instance = Id::read(cursor)?;
    Ok((session, instance, number::read_next(cursor)?))
}

fn write_session(session: Id, instance: Id, oldest: u64, out: &mut Vec<u8>) {
    session.write(out);
    out.push(b' ');
    instance.write(out);
    number::write_next(oldest, out);
}

impl FreshReason {
    const ALL: [Self; 4] = [Self::Expired, Self::Unknown, Self::Identity, Self::Restarted];

    const fn word(self) -> &'static [u8] {
        match self {
            Self::Expired => b"expired",
            Self::Unknown => b"unknown",
            Self::Identity => b"identity",
            Self::Restarted => b"restarted",
        }
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        let found = Self::ALL.into_iter().find(|reason| cursor.skip(reason.word()));
        found.ok_or(cursor.error(WireErrorKind::BadFreshReason))
    }
}
