//! One action, from one state to the next.
//!
//! Owns: who carries an action out, and the promises that are checked after each.

use super::{Action, Bounds, State, possible};
use crate::{Promise, Rules};

/// What is after `action`.
#[must_use]
pub fn step(before: &State, action: Action, bounds: &Bounds, rules: Rules) -> State {
    let mut state = before.clone();
    match action {
        Action::Submit => state.submit(rules),
        Action::Connect => state.connect(rules),
        Action::Move => {
            state.used.moves += 1;
            state.connect(rules);
        }
        Action::Acknowledge => state.acknowledge(),
        Action::Goodbye => state.say_goodbye(),
        Action::SwitchUser => {
            state.used.users += 1;
            state.client.user += 1;
        }
        Action::ArriveUp(id) => state.arrive_up(id, rules),
        Action::ArriveDown(id) => state.arrive_down(id, rules),
        Action::ClientLoses(id) => state.client_loses(id, rules),
        Action::ServerLoses(id) => state.server_loses(id),
        Action::Push(name) => state.push(name),
        Action::Deliver(name) => state.deliver(name, rules),
        Action::Return(name) => state.finish(name, rules),
        Action::End(name) => state.end(name),
        Action::Expire(name) => state.expire(name),
        Action::Crash => {
            state.used.crashes += 1;
            state.crash(true, rules);
        }
        Action::CrashWithoutRecord => {
            state.used.wipes += 1;
            state.crash(false, rules);
        }
        Action::HandOver => state.hand_over(rules),
        Action::Steal => state.steal(rules),
    }
    state.check_invariants(rules);
    if is_quiet(&state, bounds) && !state.is_settled() {
        state.history.break_promise(Promise::EverythingArrives);
    }
    state
}

/// Nothing goes on by itself any more.
fn is_quiet(state: &State, bounds: &Bounds) -> bool {
    let mut actions = Vec::new();
    possible::progress(state, bounds, &mut actions);
    actions.is_empty()
}
