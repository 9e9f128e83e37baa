//! A stream that many sessions read.

use alloc::vec::Vec;

use super::StreamAnswer;
use crate::parts::ring::Ring;
use crate::wire::{Epoch, Stream, StreamLine, StreamOutcome, StreamPosition, SubscribeFrom};

/// A numbered sequence with one ring for all its readers; a session holds only its position.
#[derive(Clone, Debug)]
pub struct SharedStream<P> {
    /// The number it goes by on the wire; never another stream's in this server's life.
    alias: u64,
    stream: Stream,
    epoch: Epoch,
    ring: Ring<P>,
}

/// What has to move with a stream so that its readers can go on elsewhere: its life is the same there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSnapshot<P> {
    /// Which stream.
    pub stream: Stream,
    /// Its life.
    pub epoch: Epoch,
    /// The number of its last message, 0 for none.
    pub last: u64,
    /// The messages that are kept, oldest first, with their sizes; the newest has the number `last`.
    pub kept: Vec<(P, u32)>,
}

impl<P: Clone> SharedStream<P> {
    /// An empty stream that begins a new life, `epoch`, and keeps at most `max_bytes` bytes.
    #[must_use]
    pub const fn new(alias: u64, stream: Stream, epoch: Epoch, max_bytes: u64) -> Self {
        Self { alias, stream, epoch, ring: Ring::new(max_bytes) }
    }

    /// The stream as it is now, for a process that stops cleanly: nothing may be published any more.
    #[must_use]
    pub fn snapshot(&self) -> StreamSnapshot<P> {
        StreamSnapshot {
            stream: self.stream.clone(),
            epoch: self.epoch,
            last: self.ring.last(),
            kept: self.ring.kept().map(|(payload, bytes)| (payload.clone(), bytes)).collect(),
        }
    }

    /// The stream again, under an alias of this server; of what was kept, the newest `max_bytes` bytes.
    #[must_use]
    pub fn restore(alias: u64, snapshot: StreamSnapshot<P>, max_bytes: u64) -> Self {
        let StreamSnapshot { stream, epoch, last, kept } = snapshot;
        Self { alias, stream, epoch, ring: Ring::restore(last, kept, max_bytes) }
    }

    /// The number it goes by.
    #[must_use]
    pub const fn alias(&self) -> u64 {
        self.alias
    }

    /// Gives a message its offset, which every reader is sent with it.
    pub fn publish(&mut self, payload: P, bytes: u32) -> u64 {
        self.ring.push(payload, bytes)
    }

    /// Where it is: right after its last message.
    #[must_use]
    pub const fn position(&self) -> StreamPosition {
        self.at(self.ring.last())
    }

    /// The number of the oldest message that is kept, or of the next one when none is.
    #[must_use]
    pub fn oldest(&self) -> u64 {
        self.ring.oldest()
    }

    /// What the messages that are kept count as, in bytes.
    #[must_use]
    pub const fn kept_bytes(&self) -> u64 {
        self.ring.charged()
    }

    /// Gives up the oldest message, if one is kept.
    pub fn drop_oldest(&mut self) {
        self.ring.trim(self.ring.oldest());
    }

    /// What a reader gets that subscribes.
    ///
    /// `SubscribeFrom::Last` of 0 is [`join`](Self::join); of more than is kept, everything that is.
    #[must_use]
    pub fn subscribe(&self, from: SubscribeFrom) -> StreamAnswer<P> {
        self.subscribe_beyond(from, Vec::new())
    }

    /// The same, where somebody else keeps `older`: the messages right before the [oldest](Self::oldest) one, oldest
    /// first.
    #[must_use]
    pub fn subscribe_beyond(&self, from: SubscribeFrom, older: Vec<P>) -> StreamAnswer<P> {
        let (oldest, last) = (self.ring.oldest() - older.len() as u64, self.ring.last());
        let (before, outcome) = match from {
            SubscribeFrom::Last(count) => {
                let before = last.saturating_sub(count).max(oldest - 1);
                (before, StreamOutcome::Recovered(self.at(before)))
            }
            SubscribeFrom::Position(held) if held.epoch != self.epoch || held.offset > last => {
                (oldest - 1, StreamOutcome::Reset { held, position: self.at(oldest - 1) })
            }
            SubscribeFrom::Position(held) if held.offset + 1 < oldest => {
                let (from, to) = (held.offset + 1, oldest - 1);
                (to, StreamOutcome::Gap { epoch: self.epoch, from, to })
            }
            SubscribeFrom::Position(held) => (held.offset, StreamOutcome::Recovered(held)),
        };
        let line = StreamLine { alias: self.alias, stream: self.stream.clone(), outcome };
        let kept = self.ring.after(before).1.map(|(number, payload)| (number, payload.clone()));
        let older = (oldest..).zip(older).skip_while(|(number, _)| *number <= before);
        StreamAnswer { line, replay: older.chain(kept).collect() }
    }

    /// What a reader gets that begins now.
    #[must_use]
    pub fn join(&self) -> StreamAnswer<P> {
        self.subscribe(SubscribeFrom::Last(0))
    }

    /// What a reader gets that has everything up to `held`.
    #[must_use]
    pub fn recover(&self, held: StreamPosition) -> StreamAnswer<P> {
        self.subscribe(SubscribeFrom::Position(held))
    }

    const fn at(&self, offset: u64) -> StreamPosition {
        StreamPosition { epoch: self.epoch, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A stream that has published `count` messages and keeps the last three.
    fn stream(count: u64) -> SharedStream<u64> {
        let mut stream = SharedStream::new(7, Stream::Broadcast, Epoch::new("life1").unwrap(), 60);
        for number in 1..=count {
            stream.publish(number, 20);
        }
        stream
    }

    fn held(epoch: &str, offset: u64) -> StreamPosition {
        StreamPosition { epoch: Epoch::new(epoch).unwrap(), offset }
    }

    fn offsets(answer: &StreamAnswer<u64>) -> Vec<u64> {
        answer
            .replay
            .iter()
            .map(|&(offset, payload)| (offset == payload).then_some(offset).unwrap())
            .collect()
    }

    #[test]
    fn a_reader_that_was_away_gets_what_it_missed() {
        let answer = stream(5).recover(held("life1", 3));
        assert_eq!(answer.line.outcome, StreamOutcome::Recovered(held("life1", 3)));
        assert_eq!(offsets(&answer), [4, 5]);
    }

    #[test]
    fn a_reader_that_was_away_too_long_is_told_exactly_what_is_lost() {
        let answer = stream(9).recover(held("life1", 3));
        let epoch = Epoch::new("life1").unwrap();
        assert_eq!(answer.line.outcome, StreamOutcome::Gap { epoch, from: 4, to: 6 });
        assert_eq!(offsets(&answer), [7, 8, 9]);
    }

    #[test]
    fn a_position_of_another_life_is_a_reset_that_says_what_was_held() {
        let answer = stream(5).recover(held("life0", 400));
        let (held, position) = (held("life0", 400), held("life1", 2));
        assert_eq!(answer.line.outcome, StreamOutcome::Reset { held, position });
        assert_eq!(offsets(&answer), [3, 4, 5]);
    }

    #[test]
    fn a_position_that_the_stream_never_reached_is_a_reset_too() {
        assert!(matches!(stream(5).recover(held("life1", 6)).line.outcome, StreamOutcome::Reset { .. }));
    }

    #[test]
    fn a_subscriber_gets_the_last_messages_as_far_as_they_are_kept() {
        for (count, expected) in [(0, &[][..]), (2, &[4, 5]), (3, &[3, 4, 5]), (u64::MAX, &[3, 4, 5])] {
            let answer = stream(5).subscribe(SubscribeFrom::Last(count));
            let begins = held("life1", 5 - expected.len() as u64);
            assert_eq!(answer.line.outcome, StreamOutcome::Recovered(begins));
            assert_eq!(offsets(&answer), expected, "the last {count}");
        }
    }

    #[test]
    fn a_reader_that_begins_now_gets_nothing_old() {
        let answer = stream(5).join();
        assert_eq!(answer.line.outcome, StreamOutcome::Recovered(held("life1", 5)));
        assert!(offsets(&answer).is_empty());
    }

    #[test]
    fn the_oldest_message_can_be_given_up() {
        let mut stream = stream(9);
        assert_eq!((stream.oldest(), stream.kept_bytes()), (7, 60));
        stream.drop_oldest();
        assert_eq!((stream.oldest(), stream.kept_bytes()), (8, 40));
        for _ in 0..9 {
            stream.drop_oldest();
        }
        assert_eq!((stream.oldest(), stream.kept_bytes()), (10, 0));
    }

    #[test]
    fn what_somebody_else_keeps_comes_before_what_is_kept_here() {
        let beyond = |from| stream(9).subscribe_beyond(from, [4, 5, 6].into());
        for (count, expected) in [(2, &[8, 9][..]), (4, &[6, 7, 8, 9]), (100, &[4, 5, 6, 7, 8, 9])] {
            let answer = beyond(SubscribeFrom::Last(count));
            let begins = held("life1", 9 - expected.len() as u64);
            assert_eq!(answer.line.outcome, StreamOutcome::Recovered(begins));
            assert_eq!(offsets(&answer), expected, "the last {count}");
        }
        let answer = beyond(SubscribeFrom::Position(held("life1", 4)));
        assert_eq!(answer.line.outcome, StreamOutcome::Recovered(held("life1", 4)));
        assert_eq!(offsets(&answer), [5, 6, 7, 8, 9]);
        let answer = beyond(SubscribeFrom::Position(held("life1", 1)));
        let epoch = Epoch::new("life1").unwrap();
        assert_eq!(answer.line.outcome, StreamOutcome::Gap { epoch, from: 2, to: 3 });
        assert_eq!(offsets(&answer), [4, 5, 6, 7, 8, 9]);
        let foreign = held("life0", 7);
        let answer = beyond(SubscribeFrom::Position(foreign));
        assert_eq!(answer.line.outcome, StreamOutcome::Reset { held: foreign, position: held("life1", 3) });
        assert_eq!(offsets(&answer), [4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn a_stream_that_moves_goes_on_where_it_was() {
        let mut moved = SharedStream::restore(8, stream(9).snapshot(), 60);
        assert_eq!((moved.alias(), moved.publish(10, 20)), (8, 10));
        let answer = moved.recover(held("life1", 7));
        assert_eq!(answer.line.outcome, StreamOutcome::Recovered(held("life1", 7)));
        assert_eq!(offsets(&answer), [8, 9, 10]);
    }

    #[test]
    fn a_stream_that_moves_to_less_room_keeps_its_newest() {
        let answer = SharedStream::restore(8, stream(9).snapshot(), 40).recover(held("life1", 6));
        let epoch = Epoch::new("life1").unwrap();
        assert_eq!(answer.line.outcome, StreamOutcome::Gap { epoch, from: 7, to: 7 });
        assert_eq!(offsets(&answer), [8, 9]);
    }
}
