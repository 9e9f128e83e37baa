//! Which stream of a server.

use std::borrow::Cow;
use std::sync::Arc;

use crate::topic::{ParseTopicNameError, TopicName};
use crate::user::UserId;

/// Names one stream of a server, in all processes that share an engine. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamName {
    /// What is sent to all sessions of an endpoint.
    Broadcast {
        /// The endpoint's path as it was given to the builder.
        endpoint: Arc<str>,
    },
    /// What is sent to one user's sessions at an endpoint.
    User {
        /// The endpoint's path as it was given to the builder.
        endpoint: Arc<str>,
        /// The user.
        user: UserId,
    },
    /// A topic, the same at all endpoints.
    Topic(TopicName),
    /// Who comes to a topic and who goes.
    Presence(TopicName),
}

/// What the name of a topic's presence begins with, where clients read it as a topic.
const PRESENCE: &str = "$presence/";

impl StreamName {
    /// The stream that clients call `name`.
    pub(crate) fn of_client(name: &str) -> Result<Self, ParseTopicNameError> {
        match name.strip_prefix(PRESENCE) {
            Some(topic) => topic.parse().map(Self::Presence),
            None => name.parse().map(Self::Topic),
        }
    }

    /// The topic that it is, or whose presence.
    pub(crate) const fn topic(&self) -> Option<&TopicName> {
        match self {
            Self::Broadcast { .. } | Self::User { .. } => None,
            Self::Topic(topic) | Self::Presence(topic) => Some(topic),
        }
    }

    /// What clients call the stream, where it is a topic for them.
    pub(crate) fn for_clients(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Broadcast { .. } | Self::User { .. } => None,
            Self::Topic(topic) => Some(Cow::Borrowed(topic.as_str())),
            Self::Presence(topic) => Some(Cow::Owned(format!("{PRESENCE}{topic}"))),
        }
    }
}
