//! What can happen next, within the bounds.
//!
//! Owns: the conditions of each action. [`progress`] is what goes on by
//! itself; [`faults`] may happen or not. Once an attempt is the client's last
//! one, nothing cuts it, so every history ends with a network that stays up.

use super::{Action, Bounds, Connection, State};
use crate::machine::{ConnectionId, Token};
use crate::{Rule, Rules};

/// Everything that can happen next.
pub fn possible(state: &State, bounds: &Bounds, rules: Rules, actions: &mut Vec<Action>) {
    progress(state, bounds, actions);
    faults(state, bounds, rules, actions);
}

/// What goes on by itself, while the network stays up.
pub(super) fn progress(state: &State, bounds: &Bounds, actions: &mut Vec<Action>) {
    client_goes_on(state, bounds, actions);
    server_goes_on(state, bounds, actions);
    for (id, connection) in connections(state) {
        if !connection.up.is_empty() {
            actions.push(Action::ArriveUp(id));
        }
        if !connection.down.is_empty() {
            actions.push(Action::ArriveDown(id));
        }
        // Each side learns in the end that the other one has gone.
        if connection.server_reads && !connection.client_reads {
            actions.push(Action::ServerLoses(id));
        }
        if connection.client_reads && !connection.server_reads && connection.down.is_empty() {
            actions.push(Action::ClientLoses(id));
        }
    }
}

fn client_goes_on(state: &State, bounds: &Bounds, actions: &mut Vec<Action>) {
    let client = &state.client;
    if client.end.is_some() {
        return;
    }
    if state.used.messages < bounds.messages {
        actions.push(Action::Submit);
    }
    match client.in_charge {
        Some(link) => {
            let acknowledged = state.network[link.connection].inbox_acknowledged;
            if acknowledged != Some(client.position.number()) {
                actions.push(Action::Acknowledge);
            }
        }
        None if client.opening.is_none() && client.attempt < bounds.attempts => actions.push(Action::Connect),
        None => {}
    }
}

fn server_goes_on(state: &State, bounds: &Bounds, actions: &mut Vec<Action>) {
    if state.used.pushes < bounds.pushes {
        actions.extend(state.addressed().map(Action::Push));
    }
    for session in state.server.sessions() {
        if session.lane.is_running() {
            actions.push(Action::Return(session.name));
        } else if session.lane.unhandled().next().is_some() {
            actions.push(Action::Deliver(session.name));
        }
    }
}

fn faults(state: &State, bounds: &Bounds, rules: Rules, actions: &mut Vec<Action>) {
    let used = &state.used;
    let mut within = |used: u32, bound: u32, action: Action| {
        if used < bound {
            actions.push(action);
        }
    };
    let superseded = state.history.superseded_below > Token(1);
    within(used.thefts, if superseded { bounds.thefts } else { 0 }, Action::Steal);
    for session in state.server.sessions() {
        within(used.ends, if session.is_live() { bounds.ends } else { 0 }, Action::End(session.name));
        let heard_from = session.attached.iter().any(|id| state.network[*id].client_reads);
        let may_expire = session.is_live() && !heard_from;
        within(used.expiries, if may_expire { bounds.expiries } else { 0 }, Action::Expire(session.name));
    }
    if state.client.end.is_some() || state.client.attempt >= bounds.attempts {
        return;
    }
    within(used.crashes, bounds.crashes, Action::Crash);
    within(used.wipes, bounds.wipes, Action::CrashWithoutRecord);
    within(used.users, bounds.users, Action::SwitchUser);
    let is_running = state.server.sessions().iter().any(|session| session.lane.is_running());
    if !is_running || !rules.has(Rule::HandOverWaitsForTheListener) {
        within(used.hand_overs, bounds.hand_overs, Action::HandOver);
    }
    if state.in_charge().is_some() {
        within(0, bounds.goodbyes, Action::Goodbye);
        if state.client.opening.is_none() {
            within(used.moves, bounds.moves, Action::Move);
        }
    }
    for (id, connection) in connections(state) {
        if connection.client_reads && connection.server_reads {
            actions.push(Action::ClientLoses(id));
            actions.push(Action::ServerLoses(id));
        }
    }
}

fn connections(state: &State) -> impl Iterator<Item = (ConnectionId, &Connection)> {
    state.network.iter().enumerate()
}
