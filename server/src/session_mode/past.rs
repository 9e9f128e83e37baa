//! What only the engine knows of a stream's past, and how who is in a topic is told.
//!
//! Owns: that a reader of a topic's presence begins with the whole list, in the
//! place of the change that made it so (PROTOCOL.md §15).

use staywire_protocol::server::{SharedStream, StreamAnswer};
use staywire_protocol::wire::{StreamOutcome, StreamPosition, SubscribeFrom};

use super::payload::Payload;
use crate::engine::{History, Members, Published};

pub(crate) enum Past {
    /// Messages older than those that are kept here.
    Older(History),
    /// Of a topic's presence: everybody.
    Members(Members),
}

impl Past {
    /// What it goes up to.
    pub(super) const fn position(&self) -> StreamPosition {
        match self {
            Self::Older(history) => history.position,
            Self::Members(members) => members.position,
        }
    }
}

/// What a reader of a topic's presence is told and sent first, that begins `from`, which is not where the stream is.
///
/// It gets the list whatever it holds: one that was cut off before its first list holds the place before it.
pub(super) fn members_answer(
    shared: &SharedStream<Published>,
    from: SubscribeFrom,
    members: &Members,
) -> StreamAnswer<Payload> {
    let listed = members.position;
    let before = StreamPosition { offset: listed.offset.saturating_sub(1), ..listed };
    let outcome = match from {
        SubscribeFrom::Last(_) => StreamOutcome::Recovered(before),
        SubscribeFrom::Position(held) if held == listed || held == before => StreamOutcome::Recovered(held),
        SubscribeFrom::Position(held) if held.epoch == listed.epoch && held.offset < before.offset => {
            StreamOutcome::Gap { epoch: held.epoch, from: held.offset + 1, to: before.offset }
        }
        SubscribeFrom::Position(held) => StreamOutcome::Reset { held, position: before },
    };
    let StreamAnswer { mut line, replay } = shared.recover(listed);
    line.outcome = outcome;
    // Before the first change there is nobody, and no number for a list.
    let needs_list = listed.offset > 0 && from != SubscribeFrom::Position(listed);
    let list = needs_list.then(|| (listed.offset, members.message().into()));
    let later = replay.into_iter().filter(|(offset, _)| *offset > listed.offset);
    let later = later.map(|(offset, published)| (offset, published.message.into()));
    StreamAnswer { line, replay: list.into_iter().chain(later).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Member, MemberState};
    use crate::message::Message;
    use staywire_protocol::wire::{Epoch, Stream};

    fn at(epoch: &str, offset: u64) -> StreamPosition {
        StreamPosition { epoch: Epoch::new(epoch).unwrap(), offset }
    }

    /// A stream that has told `count` changes and keeps the last three.
    fn stream(count: u64) -> SharedStream<Published> {
        let mut stream = SharedStream::new(7, Stream::Broadcast, at("life1", 0).epoch, 60);
        for offset in 1..=count {
            let message = Message::from(format!("change {offset}"));
            stream.publish(Published { offset, message, key: None }, 20);
        }
        stream
    }

    fn answer(count: u64, listed: u64, from: SubscribeFrom) -> (StreamOutcome, Vec<(u64, String)>) {
        let ann = Member::User("ann".parse().unwrap());
        let members = Members { position: at("life1", listed), members: vec![(ann, MemberState::Connected)] };
        let StreamAnswer { line, replay } = members_answer(&stream(count), from, &members);
        let text = |payload: Payload| payload.message().as_text().unwrap().to_owned();
        (line.outcome, replay.into_iter().map(|(offset, payload)| (offset, text(payload))).collect())
    }

    const LIST: &str = r#"{"members":[{"user":"ann","state":"connected"}]}"#;

    fn list_then(listed: u64, changes: std::ops::RangeInclusive<u64>) -> Vec<(u64, String)> {
        let changes = changes.map(|offset| (offset, format!("change {offset}")));
        std::iter::once((listed, LIST.to_owned())).chain(changes).collect()
    }

    #[test]
    fn a_new_reader_gets_the_list_and_what_came_since() {
        let (outcome, sent) = answer(9, 8, SubscribeFrom::Last(0));
        assert_eq!((outcome, sent), (StreamOutcome::Recovered(at("life1", 7)), list_then(8, 9..=9)));
    }

    #[test]
    fn a_reader_that_comes_back_is_told_what_it_missed_and_gets_the_list() {
        let (outcome, sent) = answer(9, 9, SubscribeFrom::Position(at("life1", 2)));
        let gap = StreamOutcome::Gap { epoch: at("life1", 0).epoch, from: 3, to: 8 };
        assert_eq!((outcome, sent), (gap, vec![(9, LIST.to_owned())]));
        let (outcome, sent) = answer(9, 9, SubscribeFrom::Position(at("life1", 8)));
        assert_eq!((outcome, sent), (StreamOutcome::Recovered(at("life1", 8)), vec![(9, LIST.to_owned())]));
    }

    #[test]
    fn a_reader_that_has_the_list_gets_the_changes_since() {
        let (outcome, sent) = answer(9, 8, SubscribeFrom::Position(at("life1", 8)));
        assert_eq!(
            (outcome, &sent[..]),
            (StreamOutcome::Recovered(at("life1", 8)), &list_then(8, 9..=9)[1..])
        );
    }

    #[test]
    fn a_reader_of_another_life_is_told_and_gets_the_list() {
        let held = at("life0", 70);
        let (outcome, sent) = answer(9, 9, SubscribeFrom::Position(held));
        assert_eq!(outcome, StreamOutcome::Reset { held, position: at("life1", 8) });
        assert_eq!(sent, [(9, LIST.to_owned())]);
        let (outcome, sent) = answer(0, 0, SubscribeFrom::Position(held));
        assert_eq!(outcome, StreamOutcome::Reset { held, position: at("life1", 0) });
        assert_eq!(sent, [], "nobody has ever come");
    }

    #[test]
    fn a_list_that_is_ahead_of_the_changes_stands_alone() {
        let (outcome, sent) = answer(5, 9, SubscribeFrom::Last(0));
        assert_eq!((outcome, sent), (StreamOutcome::Recovered(at("life1", 8)), vec![(9, LIST.to_owned())]));
    }
}
