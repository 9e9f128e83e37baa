//! Why an engine did not do what it was asked.

use std::fmt;

/// Why an engine did not do what it was asked; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineError {
    /// There are as many streams as it keeps, and all of them are read.
    TooManyStreams {
        /// How many that are.
        limit: usize,
    },
    /// It cannot be reached or used now, for the reason that the text gives.
    Unavailable(String),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyStreams { limit } => {
                write!(f, "{limit} streams are read, and there is no room for another")
            }
            Self::Unavailable(reason) => write!(f, "the engine is unavailable: {reason}"),
        }
    }
}

impl std::error::Error for EngineError {}
