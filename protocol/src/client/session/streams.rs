//! The streams that a client reads beside its inbox.
//!
//! Owns: how far each was read, and what goes by which alias on the connection
//! in charge. Never: steps over a number that was not told to be lost.

use super::subscriptions::Line;
use super::{Event, Output, Session};
use crate::ConnectionId;
use crate::parts::position::Position;
use crate::parts::ring::Gap;
use crate::wire::{FailureCode, HeldStream, Stream, StreamLine, StreamOutcome, StreamPosition};

/// A stream that is read, and how far.
#[derive(Clone, Debug)]
pub(super) struct ReadStream<N, E> {
    pub(super) stream: Stream<N>,
    pub(super) epoch: E,
    pub(super) position: Position,
    /// What it goes by on the connection in charge; none when the server does not send it there.
    pub(super) alias: Option<u64>,
}

impl<N: Clone, E: Copy + PartialEq> ReadStream<N, E> {
    pub(super) fn held(&self) -> HeldStream<N, E> {
        HeldStream { stream: self.stream.clone(), position: self.at() }
    }

    pub(super) fn at(&self) -> StreamPosition<E> {
        StreamPosition { epoch: self.epoch, offset: self.position.offset() }
    }

    /// Whether `outcome` tells everything that is missing after what was read.
    ///
    /// It answers what was held when it was asked for; a first connection may have delivered more meanwhile.
    fn joins(&self, outcome: StreamOutcome<E>) -> bool {
        match outcome {
            StreamOutcome::Recovered(StreamPosition { epoch, offset }) => {
                epoch == self.epoch && offset <= self.position.offset()
            }
            StreamOutcome::Gap { epoch, from, .. } => {
                epoch == self.epoch && from <= self.position.offset() + 1
            }
            StreamOutcome::Reset { .. } => true,
        }
    }
}

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    /// Goes on with the broadcast or the user's stream right after a position that the application has kept, of an
    /// earlier session or of another device.
    ///
    /// To be called before the first connection. Where the server has no such stream for this client, it is
    /// [`Event::Gone`]. A topic is [subscribed](Self::subscribe) to instead, and ignored here.
    pub fn continue_from(&mut self, stream: Stream<N>, position: StreamPosition<E>) {
        if self.known.is_none() && !stream.is_topic() {
            let StreamPosition { epoch, offset } = position;
            self.keep(ReadStream { stream, epoch, position: Position::after(offset), alias: None });
        }
    }

    /// A line of the answer to an opening; the line again, where its topic was given up since the opening named it.
    pub(super) fn on_opening_line(
        &mut self,
        connection: ConnectionId,
        line: StreamLine<N, E>,
    ) -> Option<StreamLine<N, E>> {
        if line.stream.is_topic() && !self.streams.iter().any(|read| read.stream == line.stream) {
            return Some(line);
        }
        self.on_line(connection, line, Line::Awaited);
        None
    }

    /// A line that comes later.
    pub(super) fn on_added(&mut self, connection: ConnectionId, line: StreamLine<N, E>) {
        let meaning = self.subscriptions.on_line(&line.stream);
        self.on_line(connection, line, meaning);
    }

    fn on_line(&mut self, connection: ConnectionId, line: StreamLine<N, E>, meaning: Line) {
        let breaks = |read: &ReadStream<N, E>| {
            if read.stream == line.stream {
                !read.joins(line.outcome)
            } else {
                read.alias == Some(line.alias)
            }
        };
        match meaning {
            Line::Outdated => self.subscriptions.leave(line.alias, self.outbox.last()),
            Line::Awaited if !self.streams.iter().any(breaks) => self.read_on(line),
            Line::Awaited | Line::Unasked => self.on_violation(connection),
        }
    }

    /// Reads a stream from where its line says, and tells what is missing.
    fn read_on(&mut self, StreamLine { alias, stream, outcome }: StreamLine<N, E>) {
        self.subscriptions.read(alias);
        let held = self.streams.iter().find(|read| read.stream == stream).map(ReadStream::at);
        let position = outcome.position();
        if let (Stream::Topic(topic), None) = (&stream, held) {
            self.emit(Output::Event(Event::Subscribed { topic: topic.clone(), position }));
        }
        let epoch = position.epoch;
        // A position that its stream never reached is none of it.
        let is_beyond = matches!(outcome, StreamOutcome::Reset { held, .. } if held.epoch == epoch);
        let held = held.filter(|_| !is_beyond);
        let delivered = |epoch| held.filter(|held| held.epoch == epoch).map_or(0, |held| held.offset);
        let lost = match outcome {
            StreamOutcome::Recovered(_) => None,
            StreamOutcome::Gap { from, to, .. } => Some(Gap { from: from.max(delivered(epoch) + 1), to }),
            // A first connection may have told it already.
            StreamOutcome::Reset { .. } if held.is_some_and(|held| held.epoch == epoch) => {
                Some(Gap { from: delivered(epoch) + 1, to: position.offset })
            }
            StreamOutcome::Reset { held: asked, position } => {
                let held = held.unwrap_or(asked);
                self.emit(Output::Event(Event::StreamReset { stream: stream.clone(), held, position }));
                None
            }
        };
        if let Some(gap) = lost.filter(|gap| gap.from <= gap.to) {
            self.emit(Output::Event(Event::StreamGap { stream: stream.clone(), gap }));
        }
        let position = Position::after(position.offset.max(delivered(epoch)));
        self.keep(ReadStream { stream, epoch, position, alias: Some(alias) });
    }

    fn keep(&mut self, read: ReadStream<N, E>) {
        match self.streams.iter_mut().find(|known| known.stream == read.stream) {
            Some(known) => *known = read,
            None => self.streams.push(read),
        }
    }

    /// The server leaves messages out on purpose.
    pub(super) fn on_skip(&mut self, connection: ConnectionId, alias: u64, gap: Gap) {
        let Some(read) = self.streams.iter_mut().find(|read| read.alias == Some(alias)) else {
            if !self.subscriptions.have_left(alias) {
                self.on_violation(connection);
            }
            return;
        };
        let next = read.position.offset() + 1;
        if gap.from > next {
            return self.on_violation(connection);
        }
        // What was read before, on an older connection, is not missing.
        if gap.to >= next {
            read.position.skip_to(gap.to);
            let (stream, gap) = (read.stream.clone(), Gap { from: next, to: gap.to });
            self.emit(Output::Event(Event::StreamGap { stream, gap }));
        }
    }

    /// Forgets the streams that the answer to an opening has no line for, and tells so.
    ///
    /// Topics are asked for instead; the others are not served to this client.
    pub(super) fn forget_unserved(&mut self) {
        let is_unserved = |read: &ReadStream<N, E>| read.alias.is_none() && !read.stream.is_topic();
        while let Some(index) = self.streams.iter().position(is_unserved) {
            let (stream, code) = (self.streams.remove(index).stream, FailureCode::UNKNOWN_NAME);
            self.emit(Output::Event(Event::Gone { stream, code }));
        }
    }

    /// The server does not send a stream any more.
    pub(super) fn on_gone(&mut self, connection: ConnectionId, alias: u64, code: FailureCode) {
        let Some(index) = self.streams.iter().position(|read| read.alias == Some(alias)) else {
            if !self.subscriptions.have_left(alias) {
                self.on_violation(connection);
            }
            return;
        };
        let read = &mut self.streams[index];
        if let Stream::Topic(topic) = &read.stream {
            if self.subscriptions.await_answer(topic) {
                // Sent again after a crash: its answer is newer.
                read.alias = None;
                return;
            }
            self.subscriptions.let_go(topic);
        }
        let stream = self.streams.remove(index).stream;
        self.emit(Output::Event(Event::Gone { stream, code }));
    }

    /// The application does not read a stream any more; its messages stop with the message `until` of the lane.
    pub(super) fn stop_reading(&mut self, stream: &Stream<N>, until: u64) {
        let Some(index) = self.streams.iter().position(|read| read.stream == *stream) else { return };
        if let Some(alias) = self.streams.remove(index).alias {
            self.subscriptions.leave(alias, until);
        }
    }
}
