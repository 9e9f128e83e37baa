//! Any message that the protocol has, drawn from dice.
//!
//! Owns: the choice. The dice are a seed's in the property tests, and a
//! fuzzer's bytes in the fuzz targets, so that it can steer. The values at the
//! bounds are drawn as often as all others together: that is where codecs break.

use staywire_protocol::wire::{
    Answer, AnswerHeader, Credential, Epoch, FailureCode, FreshReason, Header, HeldStream, Hello, Id, Limits,
    MAX_NUMBER, Name, Opening, OpeningHeader, Resume, Stream, StreamLine, StreamOutcome, StreamPosition,
    SubProtocol, SubscribeFrom, Token,
};

/// A number in `0..bound`.
pub(crate) type Dice<'a> = dyn FnMut(u32) -> u32 + 'a;

/// A message of any of the three forms, with everything that it is made of.
#[derive(Debug)]
pub(crate) enum AnyMessage {
    Header(Header<'static>),
    Opening(AnyOpening),
    Answer(AnyAnswer),
}

#[derive(Debug)]
pub(crate) struct AnyOpening {
    pub(crate) header: OpeningHeader,
    pub(crate) credential: Option<String>,
    pub(crate) protocols: Vec<String>,
    pub(crate) streams: Vec<HeldStream>,
}

#[derive(Debug)]
pub(crate) struct AnyAnswer {
    pub(crate) header: AnswerHeader,
    pub(crate) limits: Limits,
    pub(crate) protocol: Option<String>,
    pub(crate) streams: Vec<StreamLine>,
}

impl AnyMessage {
    pub(crate) fn draw(dice: &mut Dice<'_>) -> Self {
        match dice(3) {
            0 => Self::Header(header(dice)),
            1 => Self::Opening(AnyOpening::draw(dice)),
            _ => Self::Answer(AnyAnswer::draw(dice)),
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Header(header) => header.encode(&mut out),
            Self::Opening(opening) => opening.encode(&mut out),
            Self::Answer(answer) => answer.encode(&mut out),
        }
        out
    }

    /// Parses what [`encode`](Self::encode) gave and compares everything in it.
    pub(crate) fn assert_parses_from(&self, bytes: &[u8]) {
        match self {
            Self::Header(header) => assert_eq!(Header::parse(bytes), Ok((header.clone(), bytes.len()))),
            Self::Opening(opening) => opening.assert_equals(&Opening::parse(bytes).unwrap()),
            Self::Answer(answer) => answer.assert_equals(&Answer::parse(bytes).unwrap()),
        }
    }
}

impl AnyOpening {
    fn draw(dice: &mut Dice<'_>) -> Self {
        let header = if dice(2) == 0 {
            OpeningHeader::Hello(Hello { token: token(dice), attempt: number(dice) })
        } else {
            OpeningHeader::Resume(Resume {
                session: id(dice),
                current: token(dice),
                next: token(dice),
                attempt: number(dice),
                inbox: number(dice),
                sent: number(dice),
            })
        };
        Self {
            header,
            credential: (dice(2) == 0).then(|| text(dice, Credential::MAX_LEN, GRAPHIC)),
            protocols: (0..dice(3)).map(|_| text(dice, SubProtocol::MAX_LEN, TOKEN)).collect(),
            streams: (0..dice(4))
                .map(|_| HeldStream { stream: stream(dice), position: position(dice) })
                .collect(),
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let credential = self.credential.as_deref().map(|text| Credential::new(text).unwrap());
        let protocols = self.protocols.iter().map(|name| SubProtocol::new(name).unwrap());
        match self.header {
            OpeningHeader::Hello(hello) => {
                hello.encode(credential, protocols, self.streams.iter().cloned(), out);
            }
            OpeningHeader::Resume(resume) => {
                resume.encode(credential, protocols, self.streams.iter().cloned(), out);
            }
        }
    }

    fn assert_equals(&self, parsed: &Opening<'_>) {
        assert_eq!(parsed.header, self.header);
        assert_eq!(parsed.credential.map(|credential| credential.as_str()), self.credential.as_deref());
        assert!(parsed.protocols().map(|protocol| protocol.as_str()).eq(&self.protocols));
        assert!(parsed.streams().eq(self.streams.iter().cloned()));
    }
}

impl AnyAnswer {
    fn draw(dice: &mut Dice<'_>) -> Self {
        let (session, instance, oldest) = (id(dice), id(dice), number(dice));
        let header = match dice(3) {
            0 => AnswerHeader::Welcome { session, instance, oldest },
            1 => {
                let (accepted, done, oldest) = (number(dice), number(dice), number(dice));
                AnswerHeader::Resumed { instance, accepted, done, oldest }
            }
            _ => {
                let reasons = [
                    FreshReason::Expired,
                    FreshReason::Unknown,
                    FreshReason::Identity,
                    FreshReason::Restarted,
                ];
                AnswerHeader::Fresh { reason: pick(dice, &reasons), session, instance, oldest }
            }
        };
        Self {
            header,
            limits: limits(dice),
            protocol: (dice(2) == 0).then(|| text(dice, SubProtocol::MAX_LEN, TOKEN)),
            streams: (0..dice(4)).map(|_| stream_line(dice)).collect(),
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let protocol = self.protocol.as_deref().map(|name| SubProtocol::new(name).unwrap());
        self.header.encode(&self.limits, protocol, self.streams.iter().cloned(), out);
    }

    fn assert_equals(&self, parsed: &Answer<'_>) {
        assert_eq!((parsed.header, parsed.limits), (self.header, self.limits));
        assert_eq!(parsed.protocol.map(|protocol| protocol.as_str()), self.protocol.as_deref());
        assert!(parsed.streams().eq(self.streams.iter().cloned()));
    }
}

/// Printable ASCII without the space.
pub(crate) const GRAPHIC: &[u8] = b"!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~";
/// What a sub-protocol is made of.
pub(crate) const TOKEN: &[u8] = b"!#$%&'*+-.^_`|~0189AZaz";
/// What an epoch is made of.
const EPOCH: &[u8] = b"0189abyz";

fn header(dice: &mut Dice<'_>) -> Header<'static> {
    let (number, other) = (self::number(dice), self::number(dice));
    match dice(18) {
        0 => Header::Message { number },
        1 => Header::Request { number },
        2 => Header::Reply { number, request: other },
        3 => Header::Failure { number, request: other, code: code(dice) },
        4 => Header::Cancel { number, request: other },
        5 => Header::Subscribe { number, from: subscribe_from(dice), topic: name(dice) },
        6 => Header::Unsubscribe { number, topic: name(dice) },
        7 => Header::Publish { number, topic: name(dice) },
        8 => Header::Ack { done: number },
        9 => Header::Ping { done: number },
        10 => Header::Pong { done: number },
        11 => Header::Credit { bytes: number },
        12 => Header::StreamMessage { alias: number, offset: other },
        13 => Header::Subscribed(stream_line(dice)),
        14 => Header::Move { window_millis: number },
        15 => Header::Gone { alias: number, code: code(dice) },
        16 => Header::Skip { alias: number, from: other, to: self::number(dice) },
        _ => Header::Goodbye,
    }
}

pub(crate) fn subscribe_from(dice: &mut Dice<'_>) -> SubscribeFrom {
    if dice(2) == 0 { SubscribeFrom::Last(number(dice)) } else { SubscribeFrom::Position(position(dice)) }
}

pub(crate) fn stream_line(dice: &mut Dice<'_>) -> StreamLine {
    let outcome = match dice(3) {
        0 => StreamOutcome::Recovered(position(dice)),
        1 => StreamOutcome::Gap { epoch: epoch(dice), from: number(dice), to: number(dice) },
        _ => StreamOutcome::Reset { held: position(dice), position: position(dice) },
    };
    StreamLine { alias: number(dice), stream: stream(dice), outcome }
}

pub(crate) fn stream(dice: &mut Dice<'_>) -> Stream {
    match dice(3) {
        0 => Stream::Broadcast,
        1 => Stream::User,
        _ => Stream::Topic(name(dice)),
    }
}

pub(crate) fn position(dice: &mut Dice<'_>) -> StreamPosition {
    StreamPosition { epoch: epoch(dice), offset: number(dice) }
}

fn epoch(dice: &mut Dice<'_>) -> Epoch {
    Epoch::new(&text(dice, 16, EPOCH)).unwrap()
}

pub(crate) fn limits(dice: &mut Dice<'_>) -> Limits {
    Limits {
        max_message_bytes: number(dice),
        window_millis: number(dice),
        interval_millis: number(dice),
        timeout_millis: number(dice),
        ack_bytes: number(dice),
        ack_delay_millis: number(dice),
        credit_bytes: number(dice),
    }
}

pub(crate) fn code(dice: &mut Dice<'_>) -> FailureCode {
    FailureCode::from_number(number(dice))
}

/// Any number that travels, every count of digits alike.
pub(crate) fn number(dice: &mut Dice<'_>) -> u64 {
    match dice(8) {
        0 => 0,
        1 => MAX_NUMBER,
        2 => 10_u64.pow(dice(16)),
        3 => 10_u64.pow(dice(16)) - 1,
        _ => bits(dice) >> (11 + dice(53)),
    }
}

/// A name of any characters, of one byte up to the longest.
pub(crate) fn name(dice: &mut Dice<'_>) -> Name<'static> {
    let characters = ['a', '~', '!', '%', ' ', '\n', '\0', '\u{7f}', 'é', '单', '😀'];
    let max_bytes = len(dice, Name::MAX_BYTES);
    let mut name = String::new();
    loop {
        let next = pick(dice, &characters);
        if !name.is_empty() && name.len() + next.len_utf8() > max_bytes {
            return Name::new(name).unwrap();
        }
        name.push(next);
    }
}

pub(crate) fn text(dice: &mut Dice<'_>, max_len: usize, alphabet: &[u8]) -> String {
    (0..len(dice, max_len)).map(|_| char::from(pick(dice, alphabet))).collect()
}

/// A length in `1..=max`, mostly short.
fn len(dice: &mut Dice<'_>, max: usize) -> usize {
    match dice(8) {
        0 => max,
        1 => 1,
        _ => 1 + dice(max.min(24) as u32) as usize,
    }
}

pub(crate) fn token(dice: &mut Dice<'_>) -> Token {
    Token::from_bytes(std::array::from_fn(|_| dice(256) as u8))
}

pub(crate) fn id(dice: &mut Dice<'_>) -> Id {
    Id::from_bits(u128::from(bits(dice)) << 64 | u128::from(bits(dice)))
}

fn bits(dice: &mut Dice<'_>) -> u64 {
    (0..4).fold(0, |bits, _| bits << 16 | u64::from(dice(1 << 16)))
}

pub(crate) fn pick<T: Copy>(dice: &mut Dice<'_>, from: &[T]) -> T {
    from[dice(from.len() as u32) as usize]
}
