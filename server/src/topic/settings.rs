//! How topics are kept.

use crate::engine::{Retention, StreamName};

/// How the topics are kept whose names begin alike.
///
/// ```
/// use std::time::Duration;
///
/// use staywire_server::{Retention, Server, TopicSettings};
///
/// let orders = TopicSettings::new().history(Retention::new(100, Duration::from_secs(3600)));
/// let server = Server::builder().topics("orders/", orders).build()?;
/// # Ok::<(), staywire_server::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopicSettings {
    pub(crate) history: Option<Retention>,
    pub(crate) latest_per_key: bool,
    pub(crate) presence: bool,
}

impl TopicSettings {
    /// Nothing is kept for readers who come later.
    #[must_use]
    pub const fn new() -> Self {
        Self { history: None, latest_per_key: false, presence: false }
    }

    /// What is kept for readers who come later. Default nothing.
    #[must_use]
    pub const fn history(mut self, retention: Retention) -> Self {
        self.history = Some(retention);
        self
    }

    /// Gives readers that are slower than what is published the newest message of each
    /// [key](crate::WsHelper::publish_keyed), in the place of all of them. Default `false`: a reader that is too slow
    /// loses its connection.
    ///
    /// A slow reader, and one that comes back or late, is told the numbers of exactly those messages that it does not
    /// get. Messages without a key are one kind.
    ///
    /// ```
    /// use staywire_server::{Server, TopicSettings};
    ///
    /// let quotes = TopicSettings::new().latest_per_key(true);
    /// let server = Server::builder().topics("quotes/", quotes).build()?;
    /// let published = server.helper().publish_keyed("quotes/fx", "EUR/USD", "1.0842");
    /// # Ok::<(), staywire_server::BuildError>(())
    /// ```
    #[must_use]
    pub const fn latest_per_key(mut self, latest_per_key: bool) -> Self {
        self.latest_per_key = latest_per_key;
        self
    }

    /// Counts who reads a topic: [`WsHelper::presence`](crate::WsHelper::presence) says it. Default `false`.
    ///
    /// Clients that [may read](crate::WsListener::subscribe) the topic may also read who else does, as the topic
    /// `$presence/` and its name. The first message is a list of all members, and what follows is each that joins,
    /// leaves, is suspended, or resumes. All sessions of a user are one member; one without a user is a member by a
    /// name that says nothing else.
    ///
    /// The topic's name and `$presence/` must fit into 255 bytes together, or clients cannot ask. The list is one
    /// message, of about 40 bytes a member and its name: with the default bounds of
    /// [rings](crate::ServerBuilder::max_ring_bytes) and [queues](crate::ServerBuilder::max_queue_bytes), 1 MiB, there is
    /// room for some 20,000 members. While there are more, clients that begin to read it are refused with
    /// [`FailureCode::TOO_LARGE`](crate::FailureCode::TOO_LARGE), which says how many there are; those that read it
    /// already go on, and [`WsHelper::presence`](crate::WsHelper::presence) has no bound.
    ///
    /// ```
    /// use staywire_server::{MemberState, Server, TopicSettings};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let rooms = TopicSettings::new().presence(true);
    /// let server = Server::builder().topics("rooms/", rooms).build()?;
    /// for (member, state) in server.helper().presence("rooms/1").await?.members {
    ///     println!("{member:?} is {}", if state == MemberState::Connected { "here" } else { "away" });
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn presence(mut self, presence: bool) -> Self {
        self.presence = presence;
        self
    }
}

/// How a stream is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamSettings {
    pub(crate) history: Retention,
    /// Slow readers get the newest message of each key.
    pub(crate) latest_per_key: bool,
    /// Its readers are counted.
    pub(crate) presence: bool,
}

/// The settings of all streams.
#[derive(Clone, Debug)]
pub(crate) struct TopicTable {
    /// The longest prefix first.
    topics: Vec<(String, TopicSettings)>,
    pub(crate) user_history: Retention,
    pub(crate) broadcast_history: Retention,
}

impl Default for TopicTable {
    fn default() -> Self {
        Self { topics: Vec::new(), user_history: Retention::NONE, broadcast_history: Retention::NONE }
    }
}

impl TopicTable {
    /// Sets how the topics are kept whose names begin with `prefix`; the last call for a prefix holds.
    pub(crate) fn set(&mut self, prefix: String, settings: TopicSettings) {
        self.topics.retain(|(other, _)| *other != prefix);
        let place = self.topics.partition_point(|(other, _)| other.len() >= prefix.len());
        self.topics.insert(place, (prefix, settings));
    }

    /// How `stream` is kept.
    pub(crate) fn of(&self, stream: &StreamName) -> StreamSettings {
        let plain = |history| StreamSettings { history, latest_per_key: false, presence: false };
        match stream {
            StreamName::Broadcast { .. } => plain(self.broadcast_history),
            StreamName::User { .. } => plain(self.user_history),
            StreamName::Presence(_) => plain(Retention::NONE),
            StreamName::Topic(topic) => {
                let TopicSettings { history, latest_per_key, presence } = self.of_topic(topic.as_str());
                let history = history.unwrap_or(Retention::NONE);
                StreamSettings { history, latest_per_key, presence }
            }
        }
    }

    fn of_topic(&self, topic: &str) -> TopicSettings {
        let found = self.topics.iter().find(|(prefix, _)| topic.starts_with(prefix.as_str()));
        found.map(|(_, settings)| *settings).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_longest_prefix_holds() {
        let keep = |count| TopicSettings::new().history(Retention::new(count, Duration::from_secs(1)));
        let mut table = TopicTable::default();
        for (prefix, count) in [("a", 7), ("", 1), ("a/b", 3), ("a", 2)] {
            table.set(prefix.to_owned(), keep(count));
        }
        for (topic, expected) in [("x", 1), ("a", 2), ("a/c", 2), ("a/b", 3), ("a/bc", 3)] {
            let stream = StreamName::Topic(topic.parse().unwrap());
            assert_eq!(table.of(&stream).history.count(), expected, "{topic}");
        }
    }
}
