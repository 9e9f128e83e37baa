//! What must hold whatever happens.
//!
//! Owns: the promises as sentences. How each is checked is [`History`]'s.
//!
//! [`History`]: super::History

use std::fmt;

/// What must hold whatever happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Promise {
    /// While the process that accepted a message lives, or has handed over, its listener gets it once.
    DeliveredOnce,
    /// A message reaches the listener again only after a crash, and then it is marked.
    RedeliveryIsMarked,
    /// Within one process the listener gets a session's messages by number, without a hole.
    LaneIsInOrder,
    /// What the client forgot as acknowledged was handled, or still will be.
    AcknowledgedIsKept,
    /// The application gets each number of the inbox once and in order, or is told exactly which it will not get.
    InboxIsComplete,
    /// The client's latest attempt gets its session, as long as the server has it.
    NobodyIsLockedOut,
    /// However often `hello` is repeated, there is one session.
    HelloMakesOneSession,
    /// However often a `resume` is answered by `fresh`, there is one new session.
    FreshMakesOneSession,
    /// An opening that arrives after a later one makes no session.
    LateOpeningMakesNone,
    /// An opening that arrives after a later one does not get the session.
    LateOpeningTakesNothing,
    /// At most one connection is attached to a session.
    OneOwner,
    /// A token that opens a session opens no other.
    TokenOpensOneSession,
    /// Once the server has proof that a newer token arrived, the older one opens nothing.
    SupersededTokenIsDead,
    /// Nobody gets a session of another user.
    SessionIsItsUsers,
    /// In place of a session that was ended, not by its window, there is no other.
    EndedStaysEnded,
    /// What one session transmitted is not transmitted in the next.
    FreshSendsNothingAgain,
    /// What one session transmitted and was not acknowledged is told as outcome unknown.
    OutcomeUnknownIsTold,
    /// What one session never transmitted is sent in the next.
    UntransmittedGoesOn,
    /// Neither side takes the other for a violator.
    NobodyIsAccused,
    /// When the network stays up, client and server meet, and all that can arrive has arrived.
    EverythingArrives,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::DeliveredOnce,
        Self::RedeliveryIsMarked,
        Self::LaneIsInOrder,
        Self::AcknowledgedIsKept,
        Self::InboxIsComplete,
        Self::NobodyIsLockedOut,
        Self::HelloMakesOneSession,
        Self::FreshMakesOneSession,
        Self::LateOpeningMakesNone,
        Self::LateOpeningTakesNothing,
        Self::OneOwner,
        Self::TokenOpensOneSession,
        Self::SupersededTokenIsDead,
        Self::SessionIsItsUsers,
        Self::EndedStaysEnded,
        Self::FreshSendsNothingAgain,
        Self::OutcomeUnknownIsTold,
        Self::UntransmittedGoesOn,
        Self::NobodyIsAccused,
        Self::EverythingArrives,
    ];

    /// The promise as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::DeliveredOnce => "no accepted message is delivered twice while its process lives",
            Self::RedeliveryIsMarked => "a message is delivered again only after a crash, and marked",
            Self::LaneIsInOrder => "the client's messages are delivered in order",
            Self::AcknowledgedIsKept => "nothing that the client was told is acknowledged is lost",
            Self::InboxIsComplete => {
                "the inbox arrives once and in order, or exactly what is missing is told"
            }
            Self::NobodyIsLockedOut => "whichever token the client holds, the server knows it",
            Self::HelloMakesOneSession => "a repeated hello makes one session",
            Self::FreshMakesOneSession => "a repeated fresh makes one session",
            Self::LateOpeningMakesNone => "a late opening makes no session",
            Self::LateOpeningTakesNothing => "a late opening never takes the session back",
            Self::OneOwner => "a session has one connection at most",
            Self::TokenOpensOneSession => "a token opens one session at most",
            Self::SupersededTokenIsDead => "a superseded token never works once it was proven superseded",
            Self::SessionIsItsUsers => "a session is given to its own user only",
            Self::EndedStaysEnded => "a session that was ended begins no other",
            Self::FreshSendsNothingAgain => "fresh never sends a transmitted message again",
            Self::OutcomeUnknownIsTold => "fresh tells each transmitted message as outcome unknown",
            Self::UntransmittedGoesOn => "what was never transmitted goes to the new session",
            Self::NobodyIsAccused => "nobody who follows the rules is taken for a violator",
            Self::EverythingArrives => "when the network stays up everything arrives",
        }
    }
}

/// A set of promises: those that were broken.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Promises(u32);

impl Promises {
    /// Adds one.
    pub fn insert(&mut self, promise: Promise) {
        self.0 |= 1 << promise as u32;
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn contains(self, promise: Promise) -> bool {
        self.0 & 1 << promise as u32 != 0
    }
}

impl fmt::Debug for Promises {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Promise::ALL.iter().filter(|promise| self.contains(**promise))).finish()
    }
}
