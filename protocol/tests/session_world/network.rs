//! Wires between pages and nodes.
//!
//! Owns: how many bytes went into each direction of a wire, and at which byte
//! it was cut. A message arrives if all its bytes lie before the cut, and never
//! before what was written earlier in the same direction.

use staywire_protocol::message::MessageKind;
use staywire_protocol::{CloseCode, ConnectionId, Instant};

/// A wire's number, which is also its connection's name on the server's side.
pub(super) type WireId = u32;

/// Bytes of a WebSocket frame beside its payload.
const FRAME_BYTES: u64 = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parcel {
    Message(MessageKind, Vec<u8>),
    Close(CloseCode, String),
}

impl Parcel {
    pub(super) const fn close(code: CloseCode) -> Self {
        Self::Close(code, String::new())
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Message(_, bytes) => bytes.len() as u64,
            Self::Close(_, reason) => 2 + reason.len() as u64,
        }
    }
}

/// One direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pipe {
    written: u64,
    arrived: u64,
    /// Where it was cut.
    end: u64,
    last_arrival: Instant,
}

impl Pipe {
    const fn new(now: Instant) -> Self {
        Self { written: 0, arrived: 0, end: u64::MAX, last_arrival: now }
    }

    /// Writes `parcel`, which would arrive at `at`: the position of its last byte, and when it arrives.
    pub(super) fn write(&mut self, parcel: &Parcel, at: Instant) -> (u64, Instant) {
        self.written += FRAME_BYTES + parcel.bytes();
        self.last_arrival = self.last_arrival.max(at);
        (self.written, self.last_arrival)
    }

    /// Whether what ends at `position` arrives; if so, whether it is the first.
    pub(super) fn arrive(&mut self, position: u64) -> Option<bool> {
        let is_first = self.arrived == 0;
        (position <= self.end).then(|| {
            self.arrived = position;
            is_first
        })
    }

    /// Nothing that ends after `beyond` bytes from what has arrived gets through.
    pub(super) fn cut(&mut self, beyond: u64) {
        self.end = self.end.min(self.arrived + beyond);
    }

    /// Bytes on their way.
    pub(super) const fn under_way(&self) -> u64 {
        self.written - self.arrived
    }

    pub(super) const fn last_arrival(&self) -> Instant {
        self.last_arrival
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    pub(super) page: usize,
    /// What its page calls it.
    pub(super) connection: ConnectionId,
    pub(super) node: usize,
    pub(super) has_opened: bool,
    pub(super) up: Pipe,
    pub(super) down: Pipe,
}

impl Wire {
    pub(super) const fn new(page: usize, connection: ConnectionId, node: usize, now: Instant) -> Self {
        Self { page, connection, node, has_opened: false, up: Pipe::new(now), down: Pipe::new(now) }
    }

    pub(super) const fn pipe(&mut self, direction: Direction) -> &mut Pipe {
        match direction {
            Direction::Up => &mut self.up,
            Direction::Down => &mut self.down,
        }
    }
}
