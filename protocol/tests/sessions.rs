//! What sessions promise, on a virtual network, over random schedules.
//!
//! Each seed is one life of one to three servers and their clients: wires that
//! are cut at any byte, go deaf in one direction or deliver late; servers that
//! crash, restart with and without their state and hand sessions over; pages
//! that sleep, are throttled and come back; listeners that are slow, fail or
//! panic. `session_world::oracle` holds what the applications were told against
//! what happened. `cargo xtask simulate` lives longer.

mod session_world;

use session_world::{REGRESSIONS, Sabotage, live, live_all};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Lives in a normal run.
const LIVES: u64 = if cfg!(target_arch = "wasm32") { 500 } else { 10_000 };

#[test]
fn what_once_went_wrong_goes_well() {
    for (seed, what) in REGRESSIONS {
        let findings = live(seed, Sabotage::None, false).findings();
        assert!(findings.is_empty(), "seed {seed}, where {what}: {findings:#?}");
    }
}

#[test]
fn nothing_is_lost_nothing_comes_twice_nothing_is_out_of_order_and_what_cannot_be_kept_is_told() {
    let report = live_all(0..LIVES, Sabotage::None);
    let failed: Vec<_> = report.failures.iter().map(|(seed, _)| seed).collect();
    println!("{report}");
    assert!(report.failures.is_empty(), "seeds {failed:?}; the first: {:#?}", report.failures[0]);
    assert_eq!(report.tally.missing(), [""; 0], "the storm did too little: {:?}", report.tally);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, other) = (live_all(0..LIVES / 50, Sabotage::None), live_all(0..LIVES / 50, Sabotage::None));
    assert_eq!((one.digest, one.tally), (other.digest, other.tally));
    assert_eq!(live(1, Sabotage::None, true).lines(), live(1, Sabotage::None, true).lines());
    assert_ne!(live(1, Sabotage::None, false).digest(), live(2, Sabotage::None, false).digest());
}

/// Whether the oracle finds something in one of many lives without the rule `name`.
fn is_caught(name: &str) -> bool {
    let sabotage = Sabotage::of(name).expect("the rule exists");
    (0..300).any(|seed| !live(seed, sabotage, false).findings().is_empty())
}

#[test]
fn a_server_that_forgets_what_it_took_in_is_caught() {
    assert!(is_caught("deduplication"));
}

#[test]
fn a_server_that_acknowledges_before_the_listener_is_done_is_caught() {
    assert!(is_caught("acknowledgements"));
}

#[test]
fn a_server_without_a_ring_is_caught() {
    assert!(is_caught("ring"));
}

#[test]
fn a_server_that_an_older_attempt_can_take_back_is_caught() {
    assert!(is_caught("fencing"));
}

#[test]
fn a_server_that_marks_nothing_after_a_crash_is_caught() {
    assert!(is_caught("marks"));
}

#[test]
fn a_server_that_forgets_whom_it_owes_an_answer_is_caught() {
    assert!(is_caught("interruptions"));
}

#[test]
fn a_server_that_answers_a_subscription_with_what_it_knew_before_is_caught() {
    assert!(is_caught("answers"));
}

#[test]
fn a_client_that_keeps_gaps_to_itself_is_caught() {
    assert!(is_caught("gaps"));
}

#[test]
fn a_client_that_keeps_unknown_outcomes_to_itself_is_caught() {
    assert!(is_caught("outcomes"));
}

#[test]
fn a_client_that_does_not_dial_again_is_caught() {
    assert!(is_caught("retries"));
}
