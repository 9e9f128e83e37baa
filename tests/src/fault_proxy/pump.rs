//! One direction of a connection: bytes from one socket to the other.
//!
//! Owns: the bytes on their way, and when each is due. Never: gives orders,
//! or ends the connection; it says why it has to end.
//!
//! ```text
//!  source ─► take_in ─► waiting (due times) ─► hand_on ─► sink
//!                          ▲                      ▲
//!                       latency, rate      silence, cut, close frame
//! ```

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::time::Duration;

use staywire_protocol::Random;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};

use super::frame_tracker::FrameTracker;
use super::link::{Course, Link};
use super::{ConnectionEnd, Direction, jitter};

/// What may be on its way, in bytes: beyond it the source has to wait, as on a wire that is full.
const MAX_WAITING_BYTES: usize = 256 * 1024;
const MAX_CHUNK_BYTES: usize = 16 * 1024;
/// With a rate, a chunk holds what passes in this part of a second, so that bytes trickle.
const CHUNKS_PER_SECOND: u32 = 20;

/// Moves the bytes of one direction.
pub(super) struct Pump<'a> {
    link: &'a Link,
    direction: Direction,
    source: ReadHalf<'a>,
    sink: WriteHalf<'a>,
    waiting: VecDeque<Chunk>,
    waiting_bytes: usize,
    frames: FrameTracker,
    jitter: Random,
    /// No byte is due before this: the one before it has to go first, at the rate.
    free_at: Instant,
    /// Whether the source is not read any more: it has ended, or a close frame has taken its place.
    is_source_over: bool,
}

/// Bytes that leave together.
struct Chunk {
    bytes: Vec<u8>,
    due: Instant,
}

impl<'a> Pump<'a> {
    pub(super) fn new(
        link: &'a Link,
        direction: Direction,
        source: ReadHalf<'a>,
        sink: WriteHalf<'a>,
        seed: u64,
    ) -> Self {
        Self {
            link,
            direction,
            source,
            sink,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            frames: FrameTracker::new(),
            jitter: Random::from_seed(seed),
            free_at: Instant::now(),
            is_source_over: false,
        }
    }

    /// Moves bytes until the source has ended, which it then tells the sink.
    ///
    /// # Errors
    ///
    /// Why the whole connection has to end.
    pub(super) async fn run(mut self) -> Result<(), ConnectionEnd> {
        loop {
            let changed = self.link.changed();
            let is_silent = self.advance()?;
            if self.is_source_over && self.waiting.is_empty() {
                return self.sink.shutdown().await.map_err(|_| ConnectionEnd::Reset);
            }
            let due = self.waiting.front().map(|first| first.due).filter(|_| !is_silent);
            let is_due = due.is_some_and(|due| due <= Instant::now());
            tokio::select! {
                () = changed => {}
                _ = self.source.readable(), if self.has_room() && !is_silent => {}
                _ = self.sink.writable(), if is_due => {}
                () = sleep_until(due.unwrap_or(self.free_at)), if due.is_some() && !is_due => {}
            }
        }
    }

    /// Reads once and writes once, as far as orders and sockets allow; whether silence is ordered.
    fn advance(&mut self) -> Result<bool, ConnectionEnd> {
        let link = self.link;
        let mut orders = link.orders();
        let course = orders.course(self.direction);
        if course.is_silent {
            return Ok(true);
        }
        self.take_in(course)?;
        self.place_close_frame(course);
        self.hand_on(course)?;
        self.place_close_frame(course);
        Ok(false)
    }

    fn has_room(&self) -> bool {
        !self.is_source_over && self.waiting_bytes < MAX_WAITING_BYTES
    }

    fn take_in(&mut self, course: &Course) -> Result<(), ConnectionEnd> {
        if !self.has_room() {
            return Ok(());
        }
        let mut bytes = vec![0; chunk_bytes(course.rate)];
        let Some(read) = moved(self.source.try_read(&mut bytes))? else { return Ok(()) };
        // The end is on its way like everything else: as a chunk without bytes.
        self.is_source_over = read == 0;
        bytes.truncate(read);
        self.waiting_bytes += read;
        let due = self.due(course, read);
        self.waiting.push_back(Chunk { bytes, due });
        Ok(())
    }

    /// When `bytes` bytes that were read now leave; never before those that were read earlier.
    fn due(&mut self, course: &Course, bytes: usize) -> Instant {
        let latency = course.latency.base + jitter::draw(&mut self.jitter, course.latency.jitter);
        let due = self.free_at.max(Instant::now() + latency);
        let seconds = course.rate.map_or(0.0, |rate| bytes as f64 / f64::from(rate));
        self.free_at = due + Duration::from_secs_f64(seconds);
        due
    }

    /// Puts an ordered close frame in the place of everything that follows, once a frame has ended.
    fn place_close_frame(&mut self, course: &mut Course) {
        if !self.frames.is_between_frames() {
            return;
        }
        if let Some(bytes) = course.close_frame.take() {
            self.is_source_over = true;
            self.waiting_bytes = bytes.len();
            self.waiting = VecDeque::from([Chunk { bytes, due: Instant::now() }]);
        }
    }

    /// Writes the first chunk once it is due, no further than the orders allow.
    fn hand_on(&mut self, course: &mut Course) -> Result<(), ConnectionEnd> {
        if course.remaining() == Some(0) {
            return Err(ConnectionEnd::Cut);
        }
        let Some(first) = self.waiting.front_mut().filter(|first| first.due <= Instant::now()) else {
            return Ok(());
        };
        let mut allowed = first.bytes.len();
        if let Some(remaining) = course.remaining() {
            allowed = allowed.min(usize::try_from(remaining).unwrap_or(usize::MAX));
        }
        if course.close_frame.is_some() {
            allowed = allowed.min(self.frames.rest_of_frame(&first.bytes));
        }
        let Some(written) = moved(self.sink.try_write(&first.bytes[..allowed]))? else { return Ok(()) };
        self.frames.pass(&first.bytes[..written]);
        first.bytes.drain(..written);
        if first.bytes.is_empty() {
            self.waiting.pop_front();
        }
        self.waiting_bytes -= written;
        course.passed += written as u64;
        if course.remaining() == Some(0) { Err(ConnectionEnd::Cut) } else { Ok(()) }
    }
}

fn chunk_bytes(rate: Option<u32>) -> usize {
    rate.map_or(MAX_CHUNK_BYTES, |rate| ((rate / CHUNKS_PER_SECOND) as usize).clamp(1, MAX_CHUNK_BYTES))
}

/// The bytes that a socket moved, none where the system only asks to wait; everything else ends the connection.
fn moved(result: io::Result<usize>) -> Result<Option<usize>, ConnectionEnd> {
    match result {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(_) => Err(ConnectionEnd::Reset),
    }
}
