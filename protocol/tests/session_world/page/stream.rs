//! What the page reads of the streams, and how far.

use std::collections::BTreeMap;

use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{Stream, StreamPosition};

use crate::session_world::finding::{Findings, Promise};

/// A stream as the application sees it.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    /// Whether the application wants it: always, but for topics.
    is_held: bool,
    /// The position that the subscription was asked from, if from one.
    asked_from: Option<StreamPosition>,
    /// What was read, or told to be lost; unknown before the first message.
    at: Option<StreamPosition>,
    /// The last message, whose position an application would have stored.
    last: Option<StreamPosition>,
}

#[derive(Debug, Default)]
pub(in super::super) struct Streams {
    readings: BTreeMap<Stream, Reading>,
    pub(super) received: u64,
}

impl Streams {
    /// Another conversation reads from where it begins, and no topics.
    pub(super) fn begin(&mut self) {
        self.readings.clear();
    }

    // What the application does.

    pub(super) fn is_held(&self, topic: &Stream) -> bool {
        self.readings.get(topic).is_some_and(|reading| reading.is_held)
    }

    /// The position that an application would have stored.
    pub(super) fn last(&self, topic: &Stream) -> Option<StreamPosition> {
        self.readings.get(topic)?.last
    }

    pub(super) fn hold(&mut self, topic: Stream, asked_from: Option<StreamPosition>) {
        let reading = self.readings.entry(topic).or_default();
        *reading = Reading { is_held: true, asked_from, at: None, ..*reading };
    }

    pub(super) fn let_go(&mut self, topic: &Stream) {
        if let Some(reading) = self.readings.get_mut(topic) {
            *reading = Reading { last: reading.last, ..Reading::default() };
        }
    }

    // What it is told.

    pub(super) fn subscribed(&mut self, topic: Stream, position: StreamPosition, findings: &mut Findings) {
        let reading = self.readings.entry(topic).or_default();
        if !reading.is_held || reading.at.is_some() {
            findings.add(Promise::ToldTruly, format!("subscribed at {position:?} without having asked"));
        }
        // What is missing since the position that was asked for is told next, by a gap or a reset.
        reading.at = Some(reading.asked_from.unwrap_or(position));
    }

    pub(super) fn message(&mut self, stream: Stream, position: StreamPosition, findings: &mut Findings) {
        self.received += 1;
        let is_topic = matches!(stream, Stream::Topic(_));
        let reading = self.readings.entry(stream).or_default();
        match reading.at {
            None if is_topic => {
                findings.add(Promise::ToldTruly, format!("{position:?} of a topic that is not read"));
            }
            Some(at) if at.epoch != position.epoch => {
                let what = format!("the numbering became {:?} without a word", position.epoch);
                findings.add(Promise::ToldTruly, what);
            }
            Some(at) if at.offset + 1 != position.offset => {
                let is_old = position.offset <= at.offset;
                let promise = if is_old { Promise::NothingTwice } else { Promise::NothingLost };
                findings.add(promise, format!("{position:?} came after {}", at.offset));
            }
            _ => {}
        }
        (reading.at, reading.last) = (Some(position), Some(position));
    }

    /// The gap begins right after what was read.
    pub(super) fn gap(&mut self, stream: &Stream, gap: Gap, findings: &mut Findings) {
        let Some(at) = self.readings.get_mut(stream).and_then(|reading| reading.at.as_mut()) else { return };
        if at.offset + 1 != gap.from {
            findings.add(Promise::ToldTruly, format!("{gap:?} was told at {}", at.offset));
        }
        at.offset = gap.to;
    }

    /// What was held is what was read last.
    pub(super) fn reset(
        &mut self,
        stream: Stream,
        held: StreamPosition,
        position: StreamPosition,
        findings: &mut Findings,
    ) {
        let reading = self.readings.entry(stream).or_default();
        if let Some(at) = reading.at.replace(position).filter(|&at| at != held) {
            findings.add(Promise::ToldTruly, format!("{held:?} is said to be held at {at:?}"));
        }
    }

    /// Whether it has read everything up to `end`: where it holds a topic, or began to read another stream.
    pub(in super::super) fn have_read(&self, stream: &Stream, end: StreamPosition) -> bool {
        let Some(reading) = self.readings.get(stream) else { return true };
        if reading.is_held { reading.at == Some(end) } else { reading.at.is_none_or(|at| at == end) }
    }
}
