//! The scenarios that are explored in full.
//!
//! Owns: their bounds, each small enough for a normal run and wide enough for
//! what it is about.

use crate::world::Bounds;

/// A scenario: what it is about, and how much may happen in it.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it is about.
    pub about: &'static str,
    /// How much may happen in it.
    pub bounds: Bounds,
}

const NONE: Bounds = Bounds {
    messages: 0,
    pushes: 0,
    ring: 2,
    attempts: 3,
    moves: 0,
    crashes: 0,
    wipes: 0,
    hand_overs: 0,
    expiries: 0,
    ends: 0,
    users: 0,
    goodbyes: 0,
    thefts: 0,
};

/// All scenarios.
pub const SCENARIOS: [Scenario; 10] = [
    Scenario {
        about: "five openings, cut, late and out of order; a thief; a goodbye",
        bounds: Bounds { messages: 1, attempts: 5, goodbyes: 1, thefts: 1, ..NONE },
    },
    Scenario {
        about: "a session that either side ends while the client moves",
        bounds: Bounds { messages: 2, attempts: 4, moves: 1, goodbyes: 1, ends: 1, ..NONE },
    },
    Scenario {
        about: "a crash between accepted and done, twice",
        bounds: Bounds { messages: 2, attempts: 4, crashes: 2, ..NONE },
    },
    Scenario {
        about: "a crash after three messages",
        bounds: Bounds { messages: 3, attempts: 3, crashes: 1, ..NONE },
    },
    Scenario {
        about: "two hand-overs and a crash",
        bounds: Bounds { messages: 3, hand_overs: 2, crashes: 1, ..NONE },
    },
    Scenario {
        about: "a ring that loses, while the client moves",
        bounds: Bounds { pushes: 3, ring: 1, attempts: 4, moves: 1, ..NONE },
    },
    Scenario {
        about: "two moves and a crash",
        bounds: Bounds { messages: 2, attempts: 4, moves: 2, crashes: 1, ..NONE },
    },
    Scenario {
        about: "a move and a crash, with messages both ways",
        bounds: Bounds { messages: 2, pushes: 2, ring: 1, moves: 1, crashes: 1, ..NONE },
    },
    Scenario {
        about: "a window that ends, a server that loses everything, another user",
        bounds: Bounds { messages: 1, attempts: 4, wipes: 1, expiries: 1, users: 1, ..NONE },
    },
    Scenario {
        about: "one of everything",
        bounds: Bounds {
            messages: 1,
            pushes: 1,
            ring: 1,
            moves: 1,
            crashes: 1,
            wipes: 1,
            hand_overs: 1,
            expiries: 1,
            goodbyes: 1,
            ..NONE
        },
    },
];
