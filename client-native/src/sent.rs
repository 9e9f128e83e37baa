//! What `send` gives.

use std::fmt;
use std::sync::Arc;

use crate::era::{Era, Known};
use crate::error::AcknowledgeError;

/// A message that was accepted: it is delivered once and in order, or the application is told.
///
/// Dropping it is fine, and keeping it costs nothing but its number.
pub struct Sent {
    number: u64,
    pub(crate) era: Arc<Era>,
}

impl Sent {
    pub(crate) fn new(number: u64, era: Arc<Era>) -> Self {
        Self { number, era }
    }

    /// The message's number among what was sent in its session, counted from 1.
    ///
    /// [`Event::Fresh`](crate::Event::Fresh) and [`Event::Closed`](crate::Event::Closed) name by it what is unknown.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Waits until the server's listener is done with the message, over any number of reconnects.
    ///
    /// A message that had not left when its session was lost belongs to the next one, and is waited for there.
    ///
    /// # Errors
    ///
    /// [`AcknowledgeError::OutcomeUnknown`]: the session was lost or closed while the message was under way.
    pub async fn acknowledged(self) -> Result<(), AcknowledgeError> {
        let known = self.era.ask(self.number);
        // Or who waits would keep alive what is to tell it of the end.
        drop(self);
        match known {
            Known::Outcome(outcome) => outcome,
            Known::NotYet(told) => told.await.unwrap_or(Err(AcknowledgeError::OutcomeUnknown)),
        }
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("number", &self.number).finish_non_exhaustive()
    }
}
