//! Every message after the opening and its answer.
//!
//! Owns: the header line, and where the payload begins. The data headers are
//! the hot path: a letter and one or two numbers, read and written without an
//! allocation.

use alloc::vec::Vec;

use super::cursor::Cursor;
use super::epoch::Epoch;
use super::error::{WireError, WireErrorKind};
use super::failure_code::FailureCode;
use super::name::Name;
use super::number;
use super::stream::StreamPosition;
use super::stream_line::StreamLine;

/// A message without its payload; `number` is its place in its sender's lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Header<'a> {
    /// `d<n>`: a message.
    Message {
        /// Its number.
        number: u64,
    },
    /// `r<n>`: a request.
    Request {
        /// Its number, which is also its name.
        number: u64,
    },
    /// `y<n> <r>`: the reply to a request of the other side.
    Reply {
        /// Its number.
        number: u64,
        /// The request's number in the other side's lane.
        request: u64,
    },
    /// `e<n> <r> <code>`: a request of the other side failed; the payload says why.
    Failure {
        /// Its number.
        number: u64,
        /// The request's number in the other side's lane.
        request: u64,
        /// What kind of failure it is.
        code: FailureCode,
    },
    /// `x<n> <r>`: the sender gives up its own request.
    Cancel {
        /// Its number.
        number: u64,
        /// The request's number in the same lane.
        request: u64,
    },
    /// `t<n> <epoch> <offset> <name>`, from the client: subscribe to a topic.
    Subscribe {
        /// Its number.
        number: u64,
        /// What the client wants of the past.
        from: SubscribeFrom,
        /// The topic.
        topic: Name<'a>,
    },
    /// `u<n> <name>`, from the client: unsubscribe from a topic.
    Unsubscribe {
        /// Its number.
        number: u64,
        /// The topic.
        topic: Name<'a>,
    },
    /// `w<n> <name>`, from the client: publish to a topic.
    Publish {
        /// Its number.
        number: u64,
        /// The topic.
        topic: Name<'a>,
    },
    /// `a<n>`: everything of the other side's lane up to `done` is done with.
    Ack {
        /// The last number that is.
        done: u64,
    },
    /// `p<n>`: a ping, which acknowledges as [`Ack`](Self::Ack) does.
    Ping {
        /// The last number that is done with.
        done: u64,
    },
    /// `o<n>`: a pong, which acknowledges as [`Ack`](Self::Ack) does.
    Pong {
        /// The last number that is done with.
        done: u64,
    },
    /// `c<bytes>`, from the server: the client may send up to this sum.
    Credit {
        /// The sum since the session began, in bytes.
        bytes: u64,
    },
    /// `s<alias> <offset>`, from the server: a message of a stream.
    StreamMessage {
        /// What the stream goes by on this connection.
        alias: u64,
        /// The message's number in the stream.
        offset: u64,
    },
    /// `recovered`, `gap` or `reset`, from the server: the answer to a subscription.
    Subscribed(StreamLine<Name<'a>>),
    /// `move <window>`, from the server: come back on another connection.
    Move {
        /// Within how many ms.
        window_millis: u64,
    },
    /// `gone <alias> <code>`, from the server: a subscription has ended.
    Gone {
        /// What the stream went by.
        alias: u64,
        /// Why.
        code: FailureCode,
    },
    /// `skip <alias> <from> <to>`, from the server: messages of a stream that the reader does not get.
    Skip {
        /// What the stream goes by.
        alias: u64,
        /// The first number of them.
        from: u64,
        /// The last one.
        to: u64,
    },
    /// `goodbye`: the session ends.
    Goodbye,
}

/// Where a subscription begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SubscribeFrom<E = Epoch> {
    /// Right after a position.
    Position(StreamPosition<E>),
    /// With what comes, and before it the last so many messages.
    Last(u64),
}

/// What follows a header, and so in which kind of WebSocket message it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadForm {
    /// Nothing, not even a line feed; in a text message.
    None,
    /// A text payload; in a text message.
    Text,
    /// A text payload in a text message, a binary payload in a binary message.
    Any,
}

impl<'a> Header<'a> {
    /// Reads a message: its header, and the offset at which its payload begins (the end, where it has none).
    ///
    /// A payload is not looked at, so the header line may also come alone, with its line feed.
    ///
    /// # Errors
    ///
    /// What is wrong and where, if the header is of no message after the opening, or not canonical.
    pub fn parse(message: &'a [u8]) -> Result<(Self, usize), WireError> {
        let mut cursor = Cursor::new(message);
        match *message {
            [letter, b'0'..=b'9', ..] => Self::read_letter(letter, &mut cursor),
            _ => Self::read_word(&mut cursor),
        }
    }

    /// Appends the header line to `out`, and the line feed where a payload follows.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.write(out);
        if self.payload_form() != PayloadForm::None {
            out.push(b'\n');
        }
    }

    /// What follows the header.
    #[must_use]
    pub const fn payload_form(&self) -> PayloadForm {
        match self {
            Self::Message { .. }
            | Self::Request { .. }
            | Self::Reply { .. }
            | Self::Publish { .. }
            | Self::StreamMessage { .. } => PayloadForm::Any,
            Self::Failure { .. } => PayloadForm::Text,
            Self::Cancel { .. }
            | Self::Subscribe { .. }
            | Self::Unsubscribe { .. }
            | Self::Ack { .. }
            | Self::Ping { .. }
            | Self::Pong { .. }
            | Self::Credit { .. }
            | Self::Subscribed(_)
            | Self::Move { .. }
            | Self::Gone { .. }
            | Self::Skip { .. }
            | Self::Goodbye => PayloadForm::None,
        }
    }

    /// A message whose name is a letter, with a number right after it.
    ///
    /// Each header is built last, where it is returned: moving one costs as much as reading it.
    fn read_letter(letter: u8, cursor: &mut Cursor<'a>) -> Result<(Self, usize), WireError> {
        let unknown = cursor.error(WireErrorKind::UnknownHeader);
        cursor.step();
        let number = number::read(cursor)?;
        match letter {
            b'd' => cursor.payload().map(|at| (Self::Message { number }, at)),
            b's' => {
                let offset = number::read_next(cursor)?;
                cursor.payload().map(|at| (Self::StreamMessage { alias: number, offset }, at))
            }
            b'a' => cursor.end().map(|at| (Self::Ack { done: number }, at)),
            b'p' => cursor.end().map(|at| (Self::Ping { done: number }, at)),
            b'o' => cursor.end().map(|at| (Self::Pong { done: number }, at)),
            b'c' => cursor.end().map(|at| (Self::Credit { bytes: number }, at)),
            b'r' => cursor.payload().map(|at| (Self::Request { number }, at)),
            b'y' => {
                let request = number::read_next(cursor)?;
                cursor.payload().map(|at| (Self::Reply { number, request }, at))
            }
            b'e' => {
                let request = number::read_next(cursor)?;
                let code = FailureCode::from_number(number::read_next(cursor)?);
                cursor.payload().map(|at| (Self::Failure { number, request, code }, at))
            }
            b'x' => {
                let request = number::read_next(cursor)?;
                cursor.end().map(|at| (Self::Cancel { number, request }, at))
            }
            b't' => {
                let from = SubscribeFrom::read_next(cursor)?;
                let topic = Name::read_next(cursor)?;
                cursor.end().map(|at| (Self::Subscribe { number, from, topic }, at))
            }
            b'u' => {
                let topic = Name::read_next(cursor)?;
                cursor.end().map(|at| (Self::Unsubscribe { number, topic }, at))
            }
            b'w' => {
                let topic = Name::read_next(cursor)?;
                cursor.payload().map(|at| (Self::Publish { number, topic }, at))
            }
            _ => Err(unknown),
        }
    }

    /// A message whose name is a word; none of them has a payload.
    fn read_word(cursor: &mut Cursor<'a>) -> Result<(Self, usize), WireError> {
        let header = if cursor.skip(b"move ") {
            Self::Move { window_millis: number::read(cursor)? }
        } else if cursor.skip(b"gone ") {
            let alias = number::read(cursor)?;
            Self::Gone { alias, code: FailureCode::from_number(number::read_next(cursor)?) }
        } else if cursor.skip(b"skip ") {
            let alias = number::read(cursor)?;
            Self::Skip { alias, from: number::read_next(cursor)?, to: number::read_next(cursor)? }
        } else if cursor.skip(b"goodbye") {
            Self::Goodbye
        } else if let Some(line) = StreamLine::read(cursor)? {
            Self::Subscribed(line)
        } else {
            return Err(cursor.error(WireErrorKind::UnknownHeader));
        };
        Ok((header, cursor.end()?))
    }

    fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Message { number } => write_letter(b'd', &[number], out),
            Self::StreamMessage { alias, offset } => write_letter(b's', &[alias, offset], out),
            Self::Ack { done } => write_letter(b'a', &[done], out),
            Self::Ping { done } => write_letter(b'p', &[done], out),
            Self::Pong { done } => write_letter(b'o', &[done], out),
            Self::Credit { bytes } => write_letter(b'c', &[bytes], out),
            Self::Request { number } => write_letter(b'r', &[number], out),
            Self::Reply { number, request } => write_letter(b'y', &[number, request], out),
            Self::Failure { number, request, code } => {
                write_letter(b'e', &[number, request, code.number()], out);
            }
            Self::Cancel { number, request } => write_letter(b'x', &[number, request], out),
            Self::Subscribe { number, from, ref topic } => {
                write_letter(b't', &[number], out);
                from.write_next(out);
                topic.write_next(out);
            }
            Self::Unsubscribe { number, ref topic } => {
                write_letter(b'u', &[number], out);
                topic.write_next(out);
            }
            Self::Publish { number, ref topic } => {
                write_letter(b'w', &[number], out);
                topic.write_next(out);
            }
            Self::Subscribed(ref line) => line.write(out),
            Self::Move { window_millis } => write_word(b"move", &[window_millis], out),
            Self::Gone { alias, code } => write_word(b"gone", &[alias, code.number()], out),
            Self::Skip { alias, from, to } => write_word(b"skip", &[alias, from, to], out),
            Self::Goodbye => write_word(b"goodbye", &[], out),
        }
    }
}

/// A letter, a number right after it, and further numbers.
fn write_letter(letter: u8, numbers: &[u64], out: &mut Vec<u8>) {
    out.push(letter);
    if let [first, others @ ..] = numbers {
        number::write(*first, out);
        for &other in others {
            number::write_next(other, out);
        }
    }
}

fn write_word(word: &[u8], numbers: &[u64], out: &mut Vec<u8>) {
    out.extend_from_slice(word);
    for &number in numbers {
        number::write_next(number, out);
    }
}

impl SubscribeFrom {
    /// Reads a space and what is after it.
    fn read_next(cursor: &mut Cursor<'_>) -> Result<Self, WireError> {
        if cursor.skip(b" *") {
            return number::read_next(cursor).map(Self::Last);
        }
        StreamPosition::read_next(cursor).map(Self::Position)
    }

    fn write_next(self, out: &mut Vec<u8>) {
        match self {
            Self::Position(position) => position.write_next(out),
            Self::Last(count) => {
                out.extend_from_slice(b" *");
                number::write_next(count, out);
            }
        }
    }
}
