//! A stream between two processes, as plain data.

use serde::{Deserialize, Serialize};

use super::Payload;

/// A stream with what it keeps. Its alias is not part of it: one means nothing beyond its connection.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct StreamState {
    /// The path of its endpoint as it was given to the builder.
    pub(crate) endpoint: String,
    pub(crate) kind: StreamKind,
    pub(crate) epoch: String,
    /// The number of its last message.
    pub(crate) last: u64,
    /// With what each counts as, in bytes; the newest has the number `last`.
    pub(crate) kept: Vec<(Payload, u32)>,
}

/// Whose stream it is.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) enum StreamKind {
    Broadcast,
    User(String),
    Topic(String),
}
