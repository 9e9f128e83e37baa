//! The rules of the protocol that can be switched off.
//!
//! Owns: their list. A rule that is off is left out by whichever machine it
//! binds; the tests see which promise falls without it.

/// A rule of PROTOCOL.md, by the section that states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// §4: `hello` with the token of a session that has heard nothing is the same `hello` again.
    RepeatedHelloIsTheSame,
    /// §4: the client repeats both tokens until it has received an answer.
    NextTokenIsRepeated,
    /// §4: a session that `fresh` made and that has heard nothing is that answer again.
    LostFreshIsFoundByNext,
    /// §4: an attempt that is not higher than the session's last is refused.
    OnlyHigherAttemptsCount,
    /// §4: a session remembers its first token, so that no late `hello` makes another.
    FirstTokenIsRemembered,
    /// §4: a session is remembered for a while after its end, so that no late opening makes another.
    EndIsRemembered,
    /// §4: the opening of a session that was ended is told so, and makes no other.
    EndedSessionIsRefused,
    /// §4: `resume` names the session, so that no other one is taken for it.
    ResumeNamesItsSession,
    /// §4: a session is only ever answered to its own user.
    UserIsChecked,
    /// §4: a next token that makes a session is the old one's no more.
    TokenOpensOneSession,
    /// §4: the current token is good until the answer is proven to have arrived.
    CurrentIsGoodUntilProven,
    /// §4: the next token is good from the moment it was named.
    NextIsGoodAtOnce,
    /// §4: once the answer is proven to have arrived, the older token is good no more.
    ProvenTokenEndsTheOlder,
    /// §4: the older connection is fenced when a higher attempt is answered.
    OlderConnectionIsFenced,
    /// §4: what still arrives on a fenced connection is ignored, and so proves nothing.
    FencedConnectionIsIgnored,
    /// §4: the client sends nothing after its opening until it has the answer.
    ClientWaitsForTheAnswer,
    /// §4: the record of the session is stored before the answer leaves.
    RecordIsStoredFirst,
    /// §5: every answer names the first number of the inbox that follows.
    EveryAnswerNamesTheOldest,
    /// §5: a client that is told of a later start of the inbox tells its application the gap.
    GapIsTold,
    /// §5: numbers at or below the position are dropped.
    RepeatsAreDroppedByNumber,
    /// §5: the gap is reckoned from where the client is, not from where it was when it asked.
    GapCountsFromThePosition,
    /// §6: what was transmitted is not sent again in a new session.
    FreshSendsNothingAgain,
    /// §6: what was transmitted is rejected as outcome unknown.
    FreshTellsOutcomeUnknown,
    /// §6: what was never transmitted belongs to the new session.
    FreshKeepsTheUntransmitted,
    /// §6: a server that lost part of the inbox's numbering answers `fresh`, never `resumed`.
    LostNumberingIsFresh,
    /// §7: what is at or below `accepted` is dropped.
    AcceptedIsDropped,
    /// §7: only what is done is acknowledged.
    OnlyDoneIsAcknowledged,
    /// §7: after a crash, what may have been delivered is marked.
    RedeliveryIsMarked,
    /// §7: the mark follows `sent` until an answer of this process is proven.
    MarkFollowsSentUntilProven,
    /// §7: `accepted` moves with the session to another process.
    HandOverTakesAccepted,
    /// §7: a hand-over waits until the listener has returned.
    HandOverWaitsForTheListener,
    /// §10: from `resume` until its answer the client transmits nothing on the older connection.
    MovingClientIsQuiet,
    /// §12: 3502 says stop only on the connection of the client's latest attempt.
    OwnTakeoverIsNoStop,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 33] = [
        Self::RepeatedHelloIsTheSame,
        Self::NextTokenIsRepeated,
        Self::LostFreshIsFoundByNext,
        Self::OnlyHigherAttemptsCount,
        Self::FirstTokenIsRemembered,
        Self::EndIsRemembered,
        Self::EndedSessionIsRefused,
        Self::ResumeNamesItsSession,
        Self::UserIsChecked,
        Self::TokenOpensOneSession,
        Self::CurrentIsGoodUntilProven,
        Self::NextIsGoodAtOnce,
        Self::ProvenTokenEndsTheOlder,
        Self::OlderConnectionIsFenced,
        Self::FencedConnectionIsIgnored,
        Self::ClientWaitsForTheAnswer,
        Self::RecordIsStoredFirst,
        Self::EveryAnswerNamesTheOldest,
        Self::GapIsTold,
        Self::RepeatsAreDroppedByNumber,
        Self::GapCountsFromThePosition,
        Self::FreshSendsNothingAgain,
        Self::FreshTellsOutcomeUnknown,
        Self::FreshKeepsTheUntransmitted,
        Self::LostNumberingIsFresh,
        Self::AcceptedIsDropped,
        Self::OnlyDoneIsAcknowledged,
        Self::RedeliveryIsMarked,
        Self::MarkFollowsSentUntilProven,
        Self::HandOverTakesAccepted,
        Self::HandOverWaitsForTheListener,
        Self::MovingClientIsQuiet,
        Self::OwnTakeoverIsNoStop,
    ];
}

/// The rules that are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rules {
    off: Option<Rule>,
}

impl Rules {
    /// All of them.
    pub const ALL: Self = Self { off: None };

    /// All of them but one.
    #[must_use]
    pub const fn without(rule: Rule) -> Self {
        Self { off: Some(rule) }
    }

    /// Whether `rule` is on.
    #[must_use]
    pub fn has(self, rule: Rule) -> bool {
        self.off != Some(rule)
    }
}
