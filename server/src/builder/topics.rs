//! The settings of topics, and of the streams of users and endpoints.

use std::sync::Arc;

use super::ServerBuilder;
use crate::engine::{Engine, Memory, Retention};
use crate::limits::Limits;
use crate::topic::TopicSettings;

impl ServerBuilder {
    /// How the topics are kept whose names begin with `prefix`; the longest prefix holds, and `""` is every topic's.
    /// Default: nothing is kept for readers who come later.
    ///
    /// Topics need no settings to be used. Who may is decided by
    /// [`WsListener::subscribe`](crate::WsListener::subscribe) and [`publish`](crate::WsListener::publish).
    #[must_use]
    pub fn topics(mut self, prefix: impl Into<String>, settings: TopicSettings) -> Self {
        self.topics.set(prefix.into(), settings);
        self
    }

    /// What is kept of the messages to each user, also to those who are not here, for a client that comes with a
    /// position. Default nothing.
    #[must_use]
    pub fn user_history(mut self, retention: Retention) -> Self {
        self.topics.user_history = retention;
        self
    }

    /// What is kept of each endpoint's broadcasts, for a client that comes with a position. Default nothing.
    #[must_use]
    pub fn broadcast_history(mut self, retention: Retention) -> Self {
        self.topics.broadcast_history = retention;
        self
    }

    /// How many bytes are kept of all streams together, those of users, endpoints and topics, for clients that are
    /// away, and of the lists of topics' members for those who come. Default 256 MiB; beside it there is what the
    /// [engine](Self::engine) keeps as history.
    ///
    /// Beyond it, a stream that is sent to gives up its own oldest messages, and a client that comes back for them is
    /// told the numbers that are missing.
    #[must_use]
    pub fn max_total_stream_bytes(mut self, bytes: u64) -> Self {
        self.limits.max_total_stream_bytes = bytes;
        self
    }

    /// How many topics the client of one session may read. Default 128; beyond, it is told
    /// [`FailureCode::TOO_MANY`](crate::FailureCode::TOO_MANY).
    #[must_use]
    pub fn max_subscriptions(mut self, topics: usize) -> Self {
        self.limits.max_subscriptions = topics;
        self
    }

    /// How many topics the clients of one user may read, those of several sessions counted together. Default: no limit
    /// beyond that of each session.
    #[must_use]
    pub fn max_user_subscriptions(mut self, topics: usize) -> Self {
        self.limits.max_user_subscriptions = Some(topics);
        self
    }

    /// What numbers and keeps the messages of streams. Default [`Memory`], whose streams
    /// [linger](Memory::linger) for as long as a session outlives its connection.
    #[must_use]
    pub fn engine(mut self, engine: impl Engine) -> Self {
        self.engine = Some(Arc::new(engine));
        self
    }
}

/// The engine of a server that names none.
pub(super) fn default_engine(limits: &Limits) -> Arc<dyn Engine> {
    let silence = limits.heartbeat.interval.saturating_add(limits.heartbeat.timeout);
    Arc::new(Memory::new().linger(limits.session_window.saturating_add(silence.into())))
}
