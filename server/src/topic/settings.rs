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
}

impl TopicSettings {
    /// Nothing is kept for readers who come later.
    #[must_use]
    pub const fn new() -> Self {
        Self { history: None }
    }

    /// What is kept for readers who come later. Default nothing.
    #[must_use]
    pub const fn history(mut self, retention: Retention) -> Self {
        self.history = Some(retention);
        self
    }
}

/// How a stream is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StreamSettings {
    pub(crate) history: Retention,
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
        let history = match stream {
            StreamName::Broadcast { .. } => self.broadcast_history,
            StreamName::User { .. } => self.user_history,
            StreamName::Presence(_) => Retention::NONE,
            StreamName::Topic(topic) => self.of_topic(topic.as_str()).history.unwrap_or(Retention::NONE),
        };
        StreamSettings { history }
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
