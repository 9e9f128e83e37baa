//! Payloads that say whose they are and whether they came whole.

use std::fmt;
use std::rc::Rc;

use staywire_protocol::Random;
use staywire_protocol::message::MessageKind;

/// Added to a request's number, it is the number of its reply.
const REPLY: u64 = 1 << 40;

/// The longest payload, in bytes.
pub(super) const MAX_BYTES: u32 = 600;

/// The bytes of a payload; everything that is ever sent has a number of its own, and its bytes follow from it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    kind: MessageKind,
    bytes: Rc<[u8]>,
}

impl Default for Payload {
    /// Why a request failed: nothing is said, for payloads may be empty.
    fn default() -> Self {
        Self { kind: MessageKind::Text, bytes: Rc::new([]) }
    }
}

impl Payload {
    /// The payload `number`: text or binary, with line feeds and what looks like a header in it, some of them long.
    pub(super) fn of(number: u64) -> Self {
        let mut random = Random::from_seed(number);
        let bytes = match random.below(16) {
            0 => 200 + random.below(MAX_BYTES - 200),
            _ => 20 + random.below(120),
        };
        let bytes = bytes as usize;
        if random.below(2) == 0 {
            let mut text = number.to_string();
            while text.len() + 9 < bytes {
                text.push_str("\nd1 é\u{1F310}");
            }
            text.push_str(&"~".repeat(bytes - text.len()));
            Self { kind: MessageKind::Text, bytes: text.into_bytes().into() }
        } else {
            let mut binary = number.to_be_bytes().to_vec();
            binary.extend((8..bytes).map(|_| random.next_u64() as u8));
            Self { kind: MessageKind::Binary, bytes: binary.into() }
        }
    }

    /// The reply to the request `number`.
    pub(super) fn reply_to(number: u64) -> Self {
        Self::of(number + REPLY)
    }

    pub(super) fn read(kind: MessageKind, bytes: &[u8]) -> Self {
        Self { kind, bytes: bytes.into() }
    }

    pub(super) const fn kind(&self) -> MessageKind {
        self.kind
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn len(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// Whose it is; nothing if a single byte is not as it was sent.
    pub(super) fn number(&self) -> Option<u64> {
        let number = match self.kind {
            MessageKind::Binary => u64::from_be_bytes(*self.bytes.first_chunk()?),
            MessageKind::Text => {
                let digits = self.bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
                std::str::from_utf8(&self.bytes[..digits]).ok()?.parse().ok()?
            }
        };
        (*self == Self::of(number)).then_some(number)
    }

    /// Whether it is the reply to the request `number`, whole.
    pub(super) fn answers(&self, number: u64) -> bool {
        *self == Self::reply_to(number)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "payload {:?}", self.number())
    }
}
