//! What became of a message that was sent to many.

use crate::session::{SendError, Session, SessionId};

/// What became of a message that was sent to one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It was queued for the session's connection.
    Queued,
    /// The session is suspended: its client gets the message when it comes back, as far as the ring reaches.
    Kept,
}

/// What became of a message that was sent to several sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Delivery {
    /// How many connected sessions it was queued for.
    pub queued: usize,
    /// How many suspended sessions it is kept for: their clients get it when they come back, as far as the ring of
    /// the endpoint's or the user's messages reaches.
    pub kept: usize,
    /// The sessions that did not take it, and why.
    pub refused: Vec<(SessionId, SendError)>,
}

/// What became of a message that was sent to a user.
///
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum UserDelivery {
    /// The user is here, with the sessions that this counts.
    Present(Delivery),
    /// Nobody of that name is here; the message is kept for when they come, as the
    /// [user history](crate::ServerBuilder::user_history) says.
    Kept,
    /// Nobody of that name is here; the message went nowhere.
    Unknown,
}

impl Delivery {
    /// Whether every session took the message.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refused.is_empty()
    }

    /// How many sessions it has met.
    pub(crate) fn total(&self) -> usize {
        self.queued + self.kept + self.refused.len()
    }

    /// The same message was also sent elsewhere.
    pub(crate) fn add(&mut self, more: Self) {
        self.queued += more.queued;
        self.kept += more.kept;
        self.refused.extend(more.refused);
    }

    /// Offers a message to `session` and keeps what became of it.
    pub(crate) fn record(&mut self, session: &Session, sent: Result<Sent, SendError>) {
        match sent {
            Ok(Sent::Queued) => self.queued += 1,
            Ok(Sent::Kept) => self.kept += 1,
            Err(error) => self.refused.push((session.id(), error)),
        }
    }
}

impl UserDelivery {
    /// How many of the user's connected sessions it was queued for.
    #[must_use]
    pub fn queued(&self) -> usize {
        match self {
            Self::Present(delivery) => delivery.queued,
            Self::Kept | Self::Unknown => 0,
        }
    }

    /// Whether the user is here and every session took the message.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Present(delivery) => delivery.is_complete(),
            Self::Kept | Self::Unknown => false,
        }
    }

    /// The outcome of a message that was sent to the user at another endpoint too.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Present(mut delivery), Self::Present(more)) => {
                delivery.add(more);
                Self::Present(delivery)
            }
            (Self::Present(delivery), _) | (_, Self::Present(delivery)) => Self::Present(delivery),
            (Self::Kept, _) | (_, Self::Kept) => Self::Kept,
            (Self::Unknown, Self::Unknown) => Self::Unknown,
        }
    }
}

impl From<Delivery> for UserDelivery {
    /// A delivery that met no session found nobody.
    fn from(delivery: Delivery) -> Self {
        if delivery == Delivery::default() { Self::Unknown } else { Self::Present(delivery) }
    }
}
