//! A run that has to fail: what is done to the server, to its clients, or to
//! what they tell.
//!
//! Owns: the kinds, and how each is done. A chaos run that passes under any
//! of them proves nothing.

use std::fmt;
use std::str::FromStr;

use super::ledger::ClientEvent;
use super::report::Report;
use super::restart::Restart;

/// One event of its kind in so many is tampered with.
const ONE_IN: u64 = 100;

/// What is wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Clients without sessions: what is on the wire when it breaks is lost.
    Plain,
    /// A server without a state directory: a restart in good order ends its sessions.
    Forget,
    /// A server that finds in its state directory what it has left there before, and taken.
    Rewind,
    /// A message that arrived is not told, and no more is a reply.
    Lose,
    /// A message that arrived is told twice, and so is a reply.
    Repeat,
    /// Two messages that arrived are told in the other order.
    Swap,
    /// No gap is told, and no reset.
    Hush,
    /// A message is told as acknowledged that was never sent.
    Invent,
    /// No message is told to be redelivered.
    Unmark,
}

/// There is no such sabotage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseSabotageError(String);

impl Sabotage {
    /// All there are, with their names.
    pub const NAMES: [(&str, Self); 9] = [
        ("plain", Self::Plain),
        ("forget", Self::Forget),
        ("rewind", Self::Rewind),
        ("lose", Self::Lose),
        ("repeat", Self::Repeat),
        ("swap", Self::Swap),
        ("hush", Self::Hush),
        ("invent", Self::Invent),
        ("unmark", Self::Unmark),
    ];

    /// How a server has to be restarted for the sabotage to meet anything.
    pub(super) fn restart(self) -> Restart {
        match self {
            Self::Unmark => Restart::Hasty,
            _ => Restart::Orderly,
        }
    }

    /// Whether a server has to keep little for the sabotage to meet anything.
    pub(super) fn is_tight(self) -> bool {
        self == Self::Hush
    }

    /// What the ledger is told instead of `report`.
    pub(super) fn pass_report(sabotage: Option<Self>, report: Report) -> Report {
        match (sabotage, report) {
            (Some(Self::Unmark), Report::Handled { client, number, .. }) => {
                Report::Handled { client, number, is_redelivered: false }
            }
            (_, report) => report,
        }
    }
}

impl FromStr for Sabotage {
    type Err = ParseSabotageError;

    fn from_str(text: &str) -> Result<Self, ParseSabotageError> {
        let found = Self::NAMES.into_iter().find(|(name, _)| *name == text);
        found.map(|(_, sabotage)| sabotage).ok_or_else(|| ParseSabotageError(text.into()))
    }
}

impl fmt::Display for ParseSabotageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Sabotage::NAMES.map(|(name, _)| name).join(", ");
        write!(f, "there is no sabotage `{}`; there are {names}", self.0)
    }
}

impl std::error::Error for ParseSabotageError {}

/// Stands between a client and the ledger, and tampers where it was told to.
#[derive(Debug)]
pub(super) struct Saboteur {
    sabotage: Option<Sabotage>,
    messages: u64,
    /// A message that waits for the next one to go first.
    held: Option<ClientEvent>,
}

impl Saboteur {
    pub(super) fn new(sabotage: Option<Sabotage>) -> Self {
        Self { sabotage, messages: 0, held: None }
    }

    /// What the ledger is told instead of `event`.
    pub(super) fn pass(&mut self, event: ClientEvent) -> Vec<ClientEvent> {
        match (self.sabotage, &event) {
            (Some(Sabotage::Hush), ClientEvent::Gap(..) | ClientEvent::Reset(_)) => Vec::new(),
            (Some(sabotage), ClientEvent::Message(..) | ClientEvent::Replied(_)) => {
                self.messages += 1;
                let is_due = self.messages.is_multiple_of(ONE_IN);
                self.pass_message(sabotage, event, is_due)
            }
            _ => vec![event],
        }
    }

    fn pass_message(&mut self, sabotage: Sabotage, event: ClientEvent, is_due: bool) -> Vec<ClientEvent> {
        let held = self.held.take();
        match (sabotage, is_due) {
            (Sabotage::Lose, true) => Vec::new(),
            (Sabotage::Repeat, true) => vec![event.clone(), event],
            (Sabotage::Invent, true) => vec![event, ClientEvent::Acknowledged(u64::MAX)],
            (Sabotage::Swap, true) => {
                self.held = Some(event);
                Vec::new()
            }
            (Sabotage::Swap, false) if held.as_ref().is_some_and(|held| !is_same_stream(held, &event)) => {
                self.held = held;
                vec![event]
            }
            _ => [Some(event), held].into_iter().flatten().collect(),
        }
    }
}

fn is_same_stream(one: &ClientEvent, other: &ClientEvent) -> bool {
    matches!((one, other), (ClientEvent::Message(one, _), ClientEvent::Message(other, _)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::stream::Stream;

    /// What the ledger is told of 150 broadcasts.
    fn told(sabotage: Option<Sabotage>) -> Vec<ClientEvent> {
        let mut saboteur = Saboteur::new(sabotage);
        (1..=150).flat_map(|number| saboteur.pass(broadcast(number))).collect()
    }

    fn broadcast(number: u64) -> ClientEvent {
        ClientEvent::Message(Stream::Broadcast, number)
    }

    fn honest() -> Vec<ClientEvent> {
        (1..=150).map(broadcast).collect()
    }

    #[test]
    fn without_sabotage_everything_is_told_as_it_is() {
        assert_eq!(told(None), honest());
        assert_eq!(told(Some(Sabotage::Plain)), honest(), "what is wrong with it happens elsewhere");
    }

    #[test]
    fn one_message_in_100_is_lost_repeated_or_swapped() {
        let mut lost = honest();
        lost.remove(99);
        assert_eq!(told(Some(Sabotage::Lose)), lost);
        let mut repeated = honest();
        repeated.insert(99, broadcast(100));
        assert_eq!(told(Some(Sabotage::Repeat)), repeated);
        let mut swapped = honest();
        swapped.swap(99, 100);
        assert_eq!(told(Some(Sabotage::Swap)), swapped);
    }

    #[test]
    fn a_message_waits_to_be_swapped_for_one_of_its_own_stream() {
        let mut saboteur = Saboteur::new(Some(Sabotage::Swap));
        (1..=100).for_each(|number| drop(saboteur.pass(broadcast(number))));
        let other = ClientEvent::Message(Stream::User("ann".into()), 1);
        assert_eq!(saboteur.pass(other.clone()), [other]);
        assert_eq!(saboteur.pass(broadcast(101)), [broadcast(101), broadcast(100)]);
    }

    #[test]
    fn hushed_clients_tell_no_gap_and_no_reset() {
        let mut saboteur = Saboteur::new(Some(Sabotage::Hush));
        assert_eq!(saboteur.pass(ClientEvent::Gap(crate::chaos::StreamKind::User, 3)), []);
        assert_eq!(saboteur.pass(ClientEvent::Resumed), [ClientEvent::Resumed]);
    }

    #[test]
    fn no_message_is_redelivered_where_marks_are_not_told() {
        let handled = |is_redelivered| Report::Handled { client: "c".into(), number: 1, is_redelivered };
        assert_eq!(Sabotage::pass_report(Some(Sabotage::Unmark), handled(true)), handled(false));
        assert_eq!(Sabotage::pass_report(Some(Sabotage::Lose), handled(true)), handled(true));
    }

    #[test]
    fn an_unknown_sabotage_is_answered_with_those_there_are() {
        let error = "dance".parse::<Sabotage>().unwrap_err().to_string();
        assert!(error.contains("`dance`") && error.contains("plain, forget, rewind"), "{error}");
    }
}
