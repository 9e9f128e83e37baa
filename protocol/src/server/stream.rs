//! A stream that many sessions read.

use alloc::string::String;

use super::StreamAnswer;
use crate::message::{Continuity, StreamLine, StreamName};
use crate::parts::ring::Ring;

/// A numbered sequence with one ring for all its readers; a session holds only its position.
#[derive(Clone, Debug)]
pub struct Stream<P> {
    /// The number it goes by on the wire; never another stream's in this server's life.
    alias: u64,
    name: StreamName,
    epoch: String,
    ring: Ring<P>,
}

impl<P: Clone> Stream<P> {
    /// An empty stream that begins a new life, `epoch`, and keeps at most `max_bytes` bytes.
    #[must_use]
    pub const fn new(alias: u64, name: StreamName, epoch: String, max_bytes: u64) -> Self {
        Self { alias, name, epoch, ring: Ring::new(max_bytes) }
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

    /// What a reader gets that begins now.
    #[must_use]
    pub fn join(&self) -> StreamAnswer<P> {
        self.answer(self.ring.last(), Continuity::Recovered)
    }

    /// What a reader gets that has everything up to `held` of the life `epoch`.
    #[must_use]
    pub fn recover(&self, epoch: &str, held: u64) -> StreamAnswer<P> {
        if epoch != self.epoch || held > self.ring.last() {
            let continuity = Continuity::Reset { held_epoch: epoch.into(), held };
            return self.answer(self.ring.oldest() - 1, continuity);
        }
        match self.ring.after(held).0 {
            Some(gap) => self.answer(gap.to, Continuity::Gap(gap)),
            None => self.answer(held, Continuity::Recovered),
        }
    }

    fn answer(&self, offset: u64, continuity: Continuity) -> StreamAnswer<P> {
        let line = StreamLine {
            alias: self.alias,
            name: self.name.clone(),
            epoch: self.epoch.clone(),
            offset,
            continuity,
        };
        let replay = self.ring.after(offset).1.map(|(number, payload)| (number, payload.clone())).collect();
        StreamAnswer { line, replay }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::ring::Gap;
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A stream that has published `count` messages and keeps the last three.
    fn stream(count: u64) -> Stream<u64> {
        let mut stream = Stream::new(7, StreamName::Broadcast, "life1".into(), 60);
        for number in 1..=count {
            stream.publish(number, 20);
        }
        stream
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
        let answer = stream(5).recover("life1", 3);
        assert_eq!((answer.line.continuity.clone(), answer.line.offset), (Continuity::Recovered, 3));
        assert_eq!(offsets(&answer), [4, 5]);
    }

    #[test]
    fn a_reader_that_was_away_too_long_is_told_exactly_what_is_lost() {
        let answer = stream(9).recover("life1", 3);
        assert_eq!(answer.line.continuity, Continuity::Gap(Gap { from: 4, to: 6 }));
        assert_eq!((answer.line.offset, offsets(&answer)), (6, [7, 8, 9].into()));
    }

    #[test]
    fn a_position_of_another_life_is_a_reset_that_says_what_was_held() {
        let answer = stream(5).recover("life0", 400);
        assert_eq!(answer.line.continuity, Continuity::Reset { held_epoch: "life0".into(), held: 400 });
        assert_eq!((answer.line.offset, offsets(&answer)), (2, [3, 4, 5].into()));
    }

    #[test]
    fn a_position_that_the_stream_never_reached_is_a_reset_too() {
        assert!(matches!(stream(5).recover("life1", 6).line.continuity, Continuity::Reset { .. }));
    }

    #[test]
    fn a_reader_that_begins_now_gets_nothing_old() {
        let answer = stream(5).join();
        assert_eq!((answer.line.offset, answer.replay.len()), (5, 0));
    }
}
