//! A promise that was not kept.

/// Which promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    /// What was accepted is delivered, or the application is told.
    NothingLost,
    /// And once, or it is marked.
    NothingTwice,
    /// And in order.
    InOrder,
    /// What was told is true: outcomes, gaps, states, the end.
    ToldTruly,
    /// A request is settled once.
    SettledOnce,
    /// No buffer grows past its bound.
    Bounded,
    /// When the wires hold, everybody is connected and everything acknowledged.
    NobodyStuck,
    /// Neither side breaks the protocol.
    Spoken,
}

impl Promise {
    pub(crate) const ALL: [(&str, Self); 8] = [
        ("lost", Self::NothingLost),
        ("twice without a mark", Self::NothingTwice),
        ("out of order", Self::InOrder),
        ("told wrongly", Self::ToldTruly),
        ("requests not settled once", Self::SettledOnce),
        ("buffers past their bound", Self::Bounded),
        ("stuck", Self::NobodyStuck),
        ("violations", Self::Spoken),
    ];
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) promise: Promise,
    pub(crate) what: String,
}

/// Findings in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, promise: Promise, what: impl Into<String>) {
        self.0.push(Finding { promise, what: what.into() });
    }
}
