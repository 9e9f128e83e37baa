//! Every state within the bounds of a scenario.
//!
//! Owns: the checker's model, the scenarios, and what an exploration reports.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

use stateright::{Checker as _, HasDiscoveries, Model, Property};

use crate::world::{Action, Bounds, Promise, State, possible, step};
use crate::{Rule, Rules};

mod scenarios;

pub use scenarios::{SCENARIOS, Scenario};

/// What an exploration has found.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many different states there are.
    pub states: usize,
    /// How many steps the longest history has.
    pub depth: usize,
    /// How long it took.
    pub took: Duration,
    /// The promises that do not hold, each with a history that breaks it.
    pub broken: Vec<(Promise, Vec<Action>)>,
}

impl Report {
    /// Whether `promise` does not hold.
    #[must_use]
    pub fn breaks(&self, promise: Promise) -> bool {
        self.broken.iter().any(|(broken, _)| *broken == promise)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.took.as_secs_f32();
        write!(f, "{:>9} states, depth {:>3}, {seconds:>5.1} s", self.states, self.depth)?;
        for (promise, history) in &self.broken {
            write!(f, "\n  not so: {}", promise.sentence())?;
            for action in history {
                write!(f, "\n    {action:?}")?;
            }
        }
        Ok(())
    }
}

/// Explores every state within `bounds`.
///
/// # Panics
///
/// Where the checker's own thread has panicked.
#[must_use]
pub fn explore(bounds: Bounds, rules: Rules) -> Report {
    run(Exploration { bounds, rules }, HasDiscoveries::All)
}

/// Explores until `promise` is broken, shortest histories first.
///
/// # Panics
///
/// Where the checker's own thread has panicked.
#[must_use]
pub fn refute(promise: Promise, without: Rule, bounds: Bounds) -> Report {
    let rules = Rules::without(without);
    run(Exploration { bounds, rules }, HasDiscoveries::AllOf(BTreeSet::from([promise.sentence()])))
}

fn run(exploration: Exploration, finish: HasDiscoveries) -> Report {
    let began = Instant::now();
    let checker = exploration.checker().finish_when(finish).spawn_bfs().join();
    let broken = Promise::ALL
        .into_iter()
        .filter_map(|promise| Some((promise, checker.discovery(promise.sentence())?.into_actions())))
        .collect();
    Report { states: checker.unique_state_count(), depth: checker.max_depth(), took: began.elapsed(), broken }
}

/// The world under certain rules, as the checker wants it.
struct Exploration {
    bounds: Bounds,
    rules: Rules,
}

impl Model for Exploration {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(&self.bounds)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        // What follows a broken promise teaches nothing.
        if Promise::ALL.into_iter().all(|promise| state.keeps(promise)) {
            possible(state, &self.bounds, self.rules, actions);
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        Some(step(state, action, &self.bounds, self.rules))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties()
    }
}

/// A property takes no captures, so each promise needs its own function.
macro_rules! properties_of {
    ($($promise:ident),* $(,)?) => {
        fn properties() -> Vec<Property<Exploration>> {
            vec![$(Property::always(
                Promise::$promise.sentence(),
                |_, state: &State| state.keeps(Promise::$promise),
            )),*]
        }
    };
}

properties_of!(
    DeliveredOnce,
    RedeliveryIsMarked,
    LaneIsInOrder,
    AcknowledgedIsKept,
    InboxIsComplete,
    NobodyIsLockedOut,
    HelloMakesOneSession,
    FreshMakesOneSession,
    LateOpeningMakesNone,
    LateOpeningTakesNothing,
    OneOwner,
    TokenOpensOneSession,
    SupersededTokenIsDead,
    SessionIsItsUsers,
    EndedStaysEnded,
    FreshSendsNothingAgain,
    OutcomeUnknownIsTold,
    UntransmittedGoesOn,
    NobodyIsAccused,
    EverythingArrives,
);
