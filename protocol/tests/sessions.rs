//! What sessions promise, on a virtual network, over random schedules.
//!
//! Each seed is one life of a server and its clients: wires that are cut, go
//! deaf in one direction or deliver late, servers that crash or restart with
//! and without their state, listeners that are slow. `session_world::oracle`
//! holds what the applications were told against what happened.

mod session_world;

use std::time::Duration;

use session_world::{Sabotage, Weather, World};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Lives in a normal run.
const LIVES: u64 = if cfg!(target_arch = "wasm32") { 500 } else { 10_000 };

/// Lives beyond those in which something was found once.
const FOUND: [u64; 5] = [18_320, 22_025, 54_205, 55_459, 86_113];

/// Half a minute to four minutes of storm, then calm until everything has settled.
fn live(seed: u64, sabotage: Sabotage) -> World {
    let mut world = World::new(seed, sabotage);
    world.live(Duration::from_secs(30 + seed % 7 * 30), Weather::Storm);
    world.live(Duration::from_secs(200), Weather::Calm);
    world
}

#[test]
fn nothing_is_lost_nothing_comes_twice_nothing_is_out_of_order_and_what_cannot_be_kept_is_told() {
    let mut total = session_world::Tally::default();
    for seed in (0..LIVES).chain(FOUND) {
        let world = live(seed, Sabotage::None);
        let findings = world.findings();
        assert!(findings.is_empty(), "seed {seed}: {findings:#?}");
        total.add(world.tally());
    }
    assert!(total.is_stormy(), "the storm did too little: {total:?}");
}

#[test]
fn the_same_seed_gives_the_same_life() {
    for seed in 0..LIVES / 200 {
        assert_eq!(live(seed, Sabotage::None).diary(), live(seed, Sabotage::None).diary(), "seed {seed}");
    }
}

/// Whether the oracle finds something in one of many sabotaged lives.
fn is_caught(sabotage: Sabotage) -> bool {
    (0..300).any(|seed| !live(seed, sabotage).findings().is_empty())
}

#[test]
fn a_server_that_forgets_what_it_took_in_is_caught() {
    assert!(is_caught(Sabotage::NoDeduplication));
}

#[test]
fn a_server_that_acknowledges_before_the_listener_is_done_is_caught() {
    assert!(is_caught(Sabotage::EarlyAcknowledgement));
}

#[test]
fn a_server_without_a_ring_is_caught() {
    assert!(is_caught(Sabotage::NoRing));
}

#[test]
fn a_server_that_an_older_attempt_can_take_back_is_caught() {
    assert!(is_caught(Sabotage::NoFencing));
}

#[test]
fn a_server_that_forgets_whom_it_owes_an_answer_is_caught() {
    assert!(is_caught(Sabotage::NoInterruption));
}

#[test]
fn a_server_that_answers_a_subscription_with_what_it_knew_before_is_caught() {
    assert!(is_caught(Sabotage::EarlyAnswers));
}

#[test]
fn a_client_that_keeps_gaps_to_itself_is_caught() {
    assert!(is_caught(Sabotage::SilentGaps));
}

#[test]
fn a_client_that_keeps_unknown_outcomes_to_itself_is_caught() {
    assert!(is_caught(Sabotage::SilentOutcomes));
}
