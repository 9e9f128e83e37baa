//! What every client of a chaos run does: sends numbered messages, tells the
//! ledger what it sends, gets and is told, and comes back when it is cut off.
//!
//! Owns: the seam at which a kind of client is plugged in.

use std::time::Duration;

use tokio::sync::watch;

use super::ledger::ClientLog;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Clients send.
    Sending,
    /// Clients send nothing more, and get what is on its way.
    Settling,
    /// Clients end.
    Over,
}

/// One client's part in a run.
#[derive(Debug)]
pub struct Assignment {
    /// Where to dial.
    pub url: String,
    /// The time between two messages: the numbers from 1 on, as text.
    pub interval: Duration,
    /// The shortest delay before a reconnect.
    pub min_delay: Duration,
    /// The longest delay before a reconnect.
    pub max_delay: Duration,
    /// Where its own randomness comes from.
    pub seed: u64,
    /// Where it tells what happens.
    pub log: ClientLog,
    /// What the run is doing.
    pub phase: watch::Receiver<Phase>,
}

/// A kind of client.
pub trait ChaosClient: Send + 'static {
    /// Plays its part until the phase is [`Phase::Over`].
    fn run(self, assignment: Assignment) -> impl Future<Output = ()> + Send;
}
