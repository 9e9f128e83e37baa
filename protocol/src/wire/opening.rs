//! The first message of a connection: `hello` or `resume`.

use alloc::vec::Vec;

use super::credential::Credential;
use super::cursor::Cursor;
use super::error::{WireError, WireErrorKind};
use super::id::Id;
use super::name::Name;
use super::stream::HeldStream;
use super::sub_protocol::SubProtocol;
use super::token::Token;
use super::{fields, number};

/// What a client says first, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening<'a> {
    /// Its first line.
    pub header: OpeningHeader,
    /// Who the user is, where the application asks for it.
    pub credential: Option<Credential<'a>>,
    protocols: &'a [u8],
    streams: &'a [u8],
}

/// The first line of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningHeader {
    /// A session is to be made.
    Hello(Hello),
    /// A session is to go on.
    Resume(Resume),
}

/// `hello <token> <attempt>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The token that the session gets.
    pub token: Token,
    /// The client's count of connections for this session, the first is 1.
    pub attempt: u64,
}

/// `resume <session> <current> <next> <attempt> <inbox> <sent>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The session: a token alone may be another one's, made by a `hello` that came late.
    pub session: Id,
    /// The token that the client believes to be the session's.
    pub current: Token,
    /// The token that the session gets.
    pub next: Token,
    /// The client's count of connections for this session.
    pub attempt: u64,
    /// The last number of the inbox that was given to the application, 0 for none.
    pub inbox: u64,
    /// The last number of the client's lane that was ever transmitted, 0 for none.
    pub sent: u64,
}

impl<'a> Opening<'a> {
    /// Reads the first message of a connection.
    ///
    /// # Errors
    ///
    /// What is wrong and where, if it is neither a `hello` nor a `resume`, or not canonical.
    pub fn parse(message: &'a [u8]) -> Result<Self, WireError> {
        let mut cursor = Cursor::new(message);
        let header = OpeningHeader::read(&mut cursor)?;
        let credential = Credential::read_field(&mut cursor)?;
        let protocols = fields::check(&mut cursor, SubProtocol::read_field)?;
        let streams = fields::check(&mut cursor, HeldStream::read_field)?;
        fields::finish(&cursor)?;
        Ok(Self { header, credential, protocols, streams })
    }

    /// The application's sub-protocols, the one that the client likes best first.
    pub fn protocols(&self) -> impl Iterator<Item = SubProtocol<'a>> + use<'a> {
        fields::iterate(self.protocols, SubProtocol::read_field)
    }

    /// The streams that the client reads, each with the position that it has.
    pub fn streams(&self) -> impl Iterator<Item = HeldStream<Name<'a>>> + use<'a> {
        fields::iterate(self.streams, HeldStream::read_field)
    }
}

impl OpeningHeader {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        if cursor.skip(b"hello ") {
            let token = Token::read(cursor)?;
            return Ok(Self::Hello(Hello { token, attempt: number::read_next(cursor)? }));
        }
        if !cursor.skip(b"resume ") {
            return Err(cursor.error(WireErrorKind::UnknownHeader));
        }
        let session = Id::read(cursor)?;
        cursor.space()?;
        let current = Token::read(cursor)?;
        cursor.space()?;
        Ok(Self::Resume(Resume {
            session,
            current,
            next: Token::read(cursor)?,
            attempt: number::read_next(cursor)?,
            inbox: number::read_next(cursor)?,
            sent: number::read_next(cursor)?,
        }))
    }
}

impl Hello {
    /// Appends the message to `out`.
    pub fn encode<'a>(
        &self,
        credential: Option<Credential<'_>>,
        protocols: impl IntoIterator<Item = SubProtocol<'a>>,
        streams: impl IntoIterator<Item = HeldStream<Name<'a>>>,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(b"hello ");
        self.token.write(out);
        number::write_next(self.attempt, out);
        write_fields(credential, protocols, streams, out);
    }
}

impl Resume {
    /// Appends the message to `out`.
    pub fn encode<'a>(
        &self,
        credential: Option<Credential<'_>>,
        protocols: impl IntoIterator<Item = SubProtocol<'a>>,
        streams: impl IntoIterator<Item = HeldStream<Name<'a>>>,
        out: &mut Vec<u8>,
    ) {
        out.extend_from_slice(b"resume ");
        self.session.write(out);
        out.push(b' ');
        self.current.write(out);
        out.push(b' ');
        self.next.write(out);
        for number in [self.attempt, self.inbox, self.sent] {
            number::write_next(number, out);
        }
        write_fields(credential, protocols, streams, out);
    }
}

fn write_fields<'a>(
    credential: Option<Credential<'_>>,
    protocols: impl IntoIterator<Item = SubProtocol<'a>>,
    streams: impl IntoIterator<Item = HeldStream<Name<'a>>>,
    out: &mut Vec<u8>,
) {
    if let Some(credential) = credential {
        credential.write_field(out);
    }
    for protocol in protocols {
        protocol.write_field(out);
    }
    for stream in streams {
        stream.write_field(out);
    }
}
