//! One connection of the virtual network.

use staywire_protocol::Random;

use super::Weather;

/// What becomes of an attempt, drawn when it is made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    /// Neither opens nor fails.
    Hangs,
    /// Fails after a moment.
    Refuses,
    /// Opens, and closes after so many milliseconds with a code that says to come back.
    Opens { answers: bool, closes_after: Option<(u64, u16)> },
}

impl Fate {
    pub(super) fn draw(weather: Weather, random: &mut Random) -> Self {
        match (weather, random.below(10)) {
            (Weather::Fair, _) => Self::Opens { answers: true, closes_after: None },
            (Weather::Dead, 0..5) | (Weather::Storm, 0) => Self::Hangs,
            (Weather::Dead, _) | (Weather::Storm, 1..3) => Self::Refuses,
            (Weather::Storm, _) => {
                let code = [1001, 1006, 1011, 1012, 3008, 4000][random.below(6) as usize];
                let millis = u64::from(random.below(40_000));
                let closes_after = (random.below(3) > 0).then_some((millis, code));
                Self::Opens { answers: random.below(3) > 0, closes_after }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WireState {
    Dialling,
    Open,
    Closed,
    Detached,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    state: WireState,
    answers: bool,
}

impl Wire {
    pub(super) const fn new(fate: Fate) -> Self {
        let answers = matches!(fate, Fate::Opens { answers: true, .. });
        Self { state: WireState::Dialling, answers }
    }

    pub(super) fn open(&mut self) {
        if self.state == WireState::Dialling {
            self.state = WireState::Open;
        }
    }

    pub(super) fn close(&mut self) {
        if self.state != WireState::Detached {
            self.state = WireState::Closed;
        }
    }

    pub(super) const fn detach(&mut self) {
        self.state = WireState::Detached;
    }

    /// Fair weather reaches connections that are already there.
    pub(super) const fn recover(&mut self) {
        self.answers = true;
    }

    pub(super) fn is_open(&self) -> bool {
        self.state == WireState::Open
    }

    /// Whether the client holds it: opened or opening, and not given up.
    pub(super) fn is_in_use(&self) -> bool {
        matches!(self.state, WireState::Dialling | WireState::Open)
    }

    pub(super) fn answers(&self) -> bool {
        self.is_open() && self.answers
    }
}
