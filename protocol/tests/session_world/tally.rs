//! How much happened: a quiet run proves nothing.

macro_rules! tally {
    ($($field:ident: $title:literal,)*) => {
        /// Counts of what happened in one life, or in many.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Tally {
            $(pub(crate) $field: u64,)*
        }

        impl Tally {
            pub(crate) fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)*
            }

            /// Each count with its title.
            pub(crate) fn rows(&self) -> Vec<(&'static str, u64)> {
                vec![$(($title, self.$field),)*]
            }
        }
    };
}

tally! {
    lives: "lives",
    connections: "connections",
    cuts: "wires cut",
    halves: "wires half dead",
    closes: "closes with any code",
    crashes: "servers crashed",
    restarts: "servers restarted",
    hand_overs: "hand-overs",
    sleeps: "pages asleep, hidden or throttled",
    welcomed: "sessions begun",
    resumed: "resumed",
    fresh: "fresh",
    expired: "fresh: expired",
    restarted: "fresh: restarted",
    unknown: "fresh: unknown",
    closed: "conversations closed",
    panics: "listeners panicked",
    gaps: "gaps told",
    resets: "resets told",
    outcomes: "unknown outcomes told",
    refused: "sends refused: queue full",
    sent: "messages and requests accepted of pages",
    delivered: "delivered to listeners",
    redelivered: "of these redelivered and marked",
    held: "acknowledgements held for others",
    received: "delivered to pages",
    subscribed: "subscriptions answered",
    turned_away: "subscriptions refused or ended",
    published: "publications of pages",
    settled: "requests settled",
    cancelled: "of these cancelled",
    late: "replies that nobody waited for",
}

impl Tally {
    /// Everything that can happen and did not.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        self.rows().into_iter().filter(|&(_, count)| count == 0).map(|(title, _)| title).collect()
    }
}
