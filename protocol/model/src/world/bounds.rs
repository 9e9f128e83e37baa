//! How much may happen in one exploration.
//!
//! Owns: the bounds, and how much of them is used.

/// How much may happen; what is not named may not happen at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Messages that the client's application sends.
    pub messages: u32,
    /// Messages that the server's application sends.
    pub pushes: u32,
    /// Messages that an inbox keeps.
    pub ring: usize,
    /// Connections that the client opens. The last one stays up.
    pub attempts: u32,
    /// Second connections opened while the first still delivers.
    pub moves: u32,
    /// Crashes that leave the record.
    pub crashes: u32,
    /// Crashes that leave nothing.
    pub wipes: u32,
    /// Hand-overs in good order.
    pub hand_overs: u32,
    /// Windows that end.
    pub expiries: u32,
    /// Sessions that the server's application ends.
    pub ends: u32,
    /// Other users that log in.
    pub users: u32,
    /// Goodbyes.
    pub goodbyes: u32,
    /// Thefts of a superseded token.
    pub thefts: u32,
}

/// How much has happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Used {
    /// Messages sent by the client's application.
    pub messages: u32,
    /// Messages sent by the server's application.
    pub pushes: u32,
    /// Moves begun.
    pub moves: u32,
    /// Crashes that left the record.
    pub crashes: u32,
    /// Crashes that left nothing.
    pub wipes: u32,
    /// Hand-overs.
    pub hand_overs: u32,
    /// Windows that ended.
    pub expiries: u32,
    /// Sessions ended by the server's application.
    pub ends: u32,
    /// Users that logged in.
    pub users: u32,
    /// Thefts tried.
    pub thefts: u32,
}
