//! Rules that are switched off, to see that the oracle notices.

/// A rule that is switched off, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    /// The server forgets what it took in when a connection comes back.
    NoDeduplication,
    /// The server acknowledges before the listener is done.
    EarlyAcknowledgement,
    /// The server keeps nothing for a client that is away.
    NoRing,
    /// An older attempt may take a session back.
    NoFencing,
    /// After a crash nothing is marked as redelivered.
    NoMarks,
    /// A process that takes over forgets whom its predecessor owed an answer.
    NoInterruption,
    /// A subscription is answered with what was known before it was authorised.
    EarlyAnswers,
    /// The page keeps gaps to itself.
    SilentGaps,
    /// The page keeps unknown outcomes to itself.
    SilentOutcomes,
    /// The page does not dial again.
    NoRetries,
}

impl Sabotage {
    pub(crate) const ALL: [(&str, Self); 10] = [
        ("deduplication", Self::NoDeduplication),
        ("acknowledgements", Self::EarlyAcknowledgement),
        ("ring", Self::NoRing),
        ("fencing", Self::NoFencing),
        ("marks", Self::NoMarks),
        ("interruptions", Self::NoInterruption),
        ("answers", Self::EarlyAnswers),
        ("gaps", Self::SilentGaps),
        ("outcomes", Self::SilentOutcomes),
        ("retries", Self::NoRetries),
    ];

    /// The sabotage of the rule `name`.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, sabotage)| sabotage)
    }
}
