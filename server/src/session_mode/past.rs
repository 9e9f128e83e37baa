//! What only the engine knows of a stream's past, and how who is in a topic is told.
//!
//! Owns: that a reader of a topic's presence begins with the whole list, in the
//! place of the change that made it so (PROTOCOL.md §15).

use staywire_protocol::server::{SharedStream, StreamAnswer};
use staywire_protocol::wire::{StreamOutcome, StreamPosition, SubscribeFrom};

use super::payload::Payload;
use crate::engine::{History, Published};
use crate::message::Message;

pub(crate) enum Past {
    /// Messages older than those that are kept here.
    Older(History),
    /// Of a topic's presence: everybody.
    Members(Listed),
}

/// All members of a topic as they were at one place, encoded once for all readers who begin there. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Listed {
    pub(super) position: StreamPosition,
    list: Payload,
}

impl Listed {
    /// The `list` of those who were there at `position` of the presence that goes by `alias`.
    pub(super) fn new(alias: u64, position: StreamPosition, list: &Message) -> Self {
        Self { position, list: Payload::of_stream(alias, position.offset, list) }
    }

    /// Whether `shared` has what has changed since, and that is not much.
    fn is_recent(&self, shared: &SharedStream<Published>) -> bool {
        let changes = shared.position().offset.saturating_sub(self.position.offset);
        changes <= MAX_CHANGES_SINCE_LIST && continues(shared, self.position)
    }

    /// Whether a reader that begins `from` may be given this list, though the stream has run on.
    ///
    /// One that holds as much may have been told of a later list that it never got: it gets that one.
    pub(super) fn serves(&self, from: SubscribeFrom) -> bool {
        match from {
            SubscribeFrom::Last(_) => true,
            SubscribeFrom::Position(held) => {
                held.epoch != self.position.epoch || held.offset < self.position.offset
            }
        }
    }
}

impl Past {
    /// What it goes up to.
    pub(super) const fn position(&self) -> StreamPosition {
        match self {
            Self::Older(history) => history.position,
            Self::Members(listed) => listed.position,
        }
    }
}

/// The last list that was made of a topic's members, for readers who come soon after.
#[derive(Default)]
pub(super) struct LastList(Option<Listed>);

/// How many changes a reader may get after a list that was made before them.
///
/// So a list is made once for many who come and go, and nobody gets many messages in the place of one.
const MAX_CHANGES_SINCE_LIST: u64 = 32;

impl LastList {
    /// The list, if it serves a reader that begins `from`, and `shared` has what has changed since.
    pub(super) fn serving(&self, shared: &SharedStream<Published>, from: SubscribeFrom) -> Option<Listed> {
        let listed = self.0.as_ref()?;
        (listed.is_recent(shared) && listed.serves(from)).then(|| listed.clone())
    }

    /// What it costs.
    pub(super) fn bytes(&self) -> u64 {
        self.0.as_ref().map_or(0, |listed| listed.list.len() as u64)
    }

    /// Gives the list up where too much has changed since.
    pub(super) fn forget_outdated(&mut self, shared: &SharedStream<Published>) {
        if !self.0.as_ref().is_none_or(|listed| listed.is_recent(shared)) {
            self.0 = None;
        }
    }

    /// Keeps `listed`, unless somebody has made a later one meanwhile, or nobody had come yet: a reader of everything would
    /// get the changes alone, where a list comes first.
    pub(super) fn keep(&mut self, listed: &Listed) {
        if listed.position.offset == 0 {
            return;
        }
        let is_later = |kept: &Listed| {
            kept.position.epoch != listed.position.epoch || kept.position.offset < listed.position.offset
        };
        if self.0.as_ref().is_none_or(is_later) {
            self.0 = Some(listed.clone());
        }
    }
}

/// Whether nothing is missing between what the engine knows up to `past` and what is kept here.
pub(super) fn continues(shared: &SharedStream<Published>, past: StreamPosition) -> bool {
    past.epoch == shared.position().epoch && past.offset + 1 >= shared.oldest()
}

/// What a reader of a topic's presence is told and sent first, that begins `from`, which is not where the stream is.
///
/// It gets the list whatever it holds: one that was cut off before its first list holds the place before it.
pub(super) fn members_answer(
    shared: &SharedStream<Published>,
    from: SubscribeFrom,
    members: &Listed,
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
    let list = needs_list.then(|| (listed.offset, members.list.clone()));
    let later = replay.into_iter().filter(|(offset, _)| *offset > listed.offset);
    let later = later.map(|(offset, published)| (offset, published.message.into()));
    StreamAnswer { line, replay: list.into_iter().chain(later).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Member, MemberState, Members};
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
        let members = Listed::new(7, members.position, &members.message());
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
    fn a_list_is_for_those_who_cannot_have_been_told_of_a_later_one() {
        let listed = Listed::new(7, at("life1", 8), &"".into());
        let serves = |epoch, held| listed.serves(SubscribeFrom::Position(at(epoch, held)));
        assert!(listed.serves(SubscribeFrom::Last(0)) && serves("life1", 7) && serves("life0", 70));
        assert!(!serves("life1", 8) && !serves("life1", 9));
    }

    #[test]
    fn a_list_that_is_ahead_of_the_changes_stands_alone() {
        let (outcome, sent) = answer(5, 9, SubscribeFrom::Last(0));
        assert_eq!((outcome, sent), (StreamOutcome::Recovered(at("life1", 8)), vec![(9, LIST.to_owned())]));
    }
}
