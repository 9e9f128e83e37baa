//! Which stream of a server.

use std::sync::Arc;

use crate::topic::TopicName;
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
