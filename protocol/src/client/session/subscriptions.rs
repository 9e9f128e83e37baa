//! The topics that a client holds, and the answers that are due to it.
//!
//! Owns: which line or failure answers which subscription. A line has no
//! number, but those of one topic come in the order in which it was asked for,
//! each on the connection that asked; a failure has one (PROTOCOL.md §13).

use alloc::vec::Vec;

use crate::parts::numbers::Numbers;
use crate::wire::{Stream, SubscribeFrom};

/// How many bytes the topics of a session may take in an opening, each position counted at its longest.
///
/// With a credential and a few sub-protocols beside them, the opening stays below its bound.
pub const MAX_SUBSCRIPTION_BYTES: usize = 48 * 1024;

/// The longest line of a topic in an opening, without its name.
const LINE_BYTES: usize = "\nstream t 0123456789abcdef 9007199254740991 ".len();

#[derive(Clone, Debug)]
pub(super) struct Subscriptions<N, E> {
    topics: Vec<Topic<N, E>>,
    left: Vec<Left>,
}

/// A topic that the application holds, or that an answer is due for.
#[derive(Clone, Debug)]
struct Topic<N, E> {
    name: N,
    /// The name's length in an opening.
    name_len: usize,
    /// What the application wanted of the past.
    from: SubscribeFrom<E>,
    /// The numbers of the subscriptions that are not answered, oldest first; all but the newest were given up.
    asked: Numbers,
    is_held: bool,
}

/// An alias whose messages may still be under way, although nobody reads it any more.
#[derive(Clone, Copy, Debug)]
struct Left {
    alias: u64,
    /// With this number of the lane done, the server has stopped sending.
    until: u64,
}

/// What a stream's line is to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The client reads the stream from here on.
    Awaited,
    /// It answers what was given up meanwhile.
    Outdated,
    /// Nothing was asked for: a violation.
    Unasked,
}

impl<N: Clone + PartialEq, E: Copy> Subscriptions<N, E> {
    pub(super) const fn new() -> Self {
        Self { topics: Vec::new(), left: Vec::new() }
    }

    pub(super) fn is_held(&self, name: &N) -> bool {
        self.topics.iter().any(|topic| topic.is_held && topic.name == *name)
    }

    /// Whether an answer is due for a topic.
    pub(super) fn await_answer(&self, name: &N) -> bool {
        self.topics.iter().any(|topic| topic.name == *name && !topic.asked.is_empty())
    }

    /// Whether one more topic fits into an opening.
    pub(super) fn have_room_for(&self, name_len: usize) -> bool {
        let held = self.topics.iter().filter(|topic| topic.is_held);
        held.map(|topic| LINE_BYTES + topic.name_len).sum::<usize>() + LINE_BYTES + name_len
            <= MAX_SUBSCRIPTION_BYTES
    }

    /// The application holds a topic, and asked for it by the message `number`.
    pub(super) fn hold(&mut self, name: N, name_len: usize, from: SubscribeFrom<E>, number: u64) {
        let topic = self.ask(name, from, number);
        (topic.name_len, topic.from, topic.is_held) = (name_len, from, true);
    }

    /// The application does not hold a topic any more.
    pub(super) fn let_go(&mut self, name: &N) {
        for topic in self.topics.iter_mut().filter(|topic| topic.name == *name) {
            topic.is_held = false;
        }
        self.forget_settled();
    }

    /// Nobody reads `alias` any more; its messages stop with the message `until` of the lane.
    pub(super) fn leave(&mut self, alias: u64, until: u64) {
        self.left.push(Left { alias, until });
    }

    /// Whether messages of `alias` may be under way although nobody reads it.
    pub(super) fn have_left(&self, alias: u64) -> bool {
        self.left.iter().any(|left| left.alias == alias)
    }

    /// The client reads `alias`, maybe again.
    pub(super) fn read(&mut self, alias: u64) {
        self.left.retain(|left| left.alias != alias);
    }

    /// What a line is that comes after the answer to an opening.
    pub(super) fn on_line(&mut self, stream: &Stream<N>) -> Line {
        let Stream::Topic(name) = stream else { return Line::Awaited };
        let Some(topic) = self.topics.iter_mut().find(|topic| topic.name == *name) else {
            return Line::Unasked;
        };
        let line = match (topic.asked.pop(), topic.is_held && topic.asked.is_empty()) {
            (None, _) => Line::Unasked,
            (Some(_), true) => Line::Awaited,
            (Some(_), false) => Line::Outdated,
        };
        self.forget_settled();
        line
    }

    /// The subscription `number` is refused; its topic, if the application still holds it for that.
    ///
    /// A refusal may come before the answers to older subscriptions of its topic.
    pub(super) fn on_refused(&mut self, number: u64) -> Option<N> {
        let topic = self.topics.iter_mut().find(|topic| topic.asked.contains(number))?;
        let is_newest = topic.asked.highest() == Some(number);
        topic.asked.remove(number);
        let refused = (topic.is_held && is_newest).then(|| topic.name.clone());
        if refused.is_some() {
            topic.is_held = false;
        }
        self.forget_settled();
        refused
    }

    /// Everything up to `done` has its effect: what was left by then is not sent any more.
    pub(super) fn on_done(&mut self, done: u64) {
        self.left.retain(|left| left.until > done);
    }

    /// Another connection is in charge: what was asked for before is answered there if it is sent again, also where it
    /// was answered already, and not otherwise.
    pub(super) fn on_connected(&mut self) {
        self.left.clear();
        self.topics.iter_mut().for_each(|topic| topic.asked = Numbers::new());
        self.forget_settled();
    }

    /// The subscription `number` is sent again.
    pub(super) fn on_repeated(&mut self, name: N, from: SubscribeFrom<E>, number: u64) {
        self.ask(name, from, number);
    }

    /// The topics that are asked for and not held.
    pub(super) fn given_up(&self) -> Vec<N> {
        self.topics.iter().filter(|topic| !topic.is_held).map(|topic| topic.name.clone()).collect()
    }

    /// The topics that are held and not asked for, each with what the application wanted of the past.
    pub(super) fn wanted(&self) -> Vec<(N, SubscribeFrom<E>)> {
        let wanted = self.topics.iter().filter(|topic| topic.is_held && topic.asked.is_empty());
        wanted.map(|topic| (topic.name.clone(), topic.from)).collect()
    }

    fn ask(&mut self, name: N, from: SubscribeFrom<E>, number: u64) -> &mut Topic<N, E> {
        let known = self.topics.iter().position(|topic| topic.name == name);
        let index = known.unwrap_or_else(|| {
            self.topics.push(Topic { name, name_len: 0, from, asked: Numbers::new(), is_held: false });
            self.topics.len() - 1
        });
        let topic = &mut self.topics[index];
        topic.asked.push(number);
        topic
    }

    fn forget_settled(&mut self) {
        self.topics.retain(|topic| topic.is_held || !topic.asked.is_empty());
    }
}
