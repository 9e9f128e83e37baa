//! Ten thousand clients that lose their server at once, or are asked to move.
//!
//! A server that comes back is not overrun: the clients come back spread over
//! time, each by its own seed. `--nocapture` prints the figures.

mod herd_world;

use herd_world::Herd;
use staywire_protocol::{CloseCode, Duration};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CLIENTS: usize = 10_000;

/// The share of the busiest 100 ms in percent, printed with its title.
fn busiest(title: &str, dials: &[u64]) -> f64 {
    let mut tenths = std::collections::BTreeMap::<u64, u32>::new();
    for millis in dials {
        *tenths.entry(millis / 100).or_default() += 1;
    }
    let busiest = tenths.values().max().copied().unwrap_or_default();
    let share = f64::from(busiest) * 100.0 / dials.len() as f64;
    let (first, last) = (dials.iter().min().copied(), dials.iter().max().copied());
    println!(
        "{title}: {} dials from {} to {} ms, {share:.2} % of them in the busiest 100 ms",
        dials.len(),
        first.unwrap_or_default(),
        last.unwrap_or_default()
    );
    share
}

#[test]
fn a_crash_brings_at_most_a_twentieth_of_the_first_retries_in_a_tenth_of_a_second() {
    let mut herd = Herd::open(CLIENTS);
    herd.crash(CloseCode::ABNORMAL, "");
    let dials = herd.pass(Duration::from_secs(30));
    assert_eq!(dials.len(), CLIENTS, "each dials once, and is served");
    assert!(busiest("crash", &dials) <= 5.0);
    assert!(herd.is_open());
}

#[test]
fn a_restart_that_names_a_window_brings_its_clients_spread_over_it() {
    let mut herd = Herd::open(CLIENTS);
    herd.crash(CloseCode::SERVICE_RESTART, "retry=20000");
    let dials = herd.pass(Duration::from_secs(60));
    assert_eq!(dials.len(), CLIENTS);
    assert!(dials.iter().all(|&millis| millis < 20_000));
    assert!(busiest("1012 with retry=20000", &dials) <= 1.0);
    assert!(herd.is_open());
}

#[test]
fn a_move_brings_at_most_a_hundredth_in_a_tenth_of_a_second_and_nobody_is_away_for_a_moment() {
    let mut herd = Herd::open(CLIENTS);
    herd.relocate(Duration::from_secs(20));
    let dials = herd.pass(Duration::from_secs(60));
    assert_eq!(dials.len(), CLIENTS);
    assert!(busiest("move over 20 s", &dials) <= 1.0);
    let outage = herd.outages().max().unwrap_or_default();
    println!("move over 20 s: the longest outage of a client is {outage} ms");
    assert_eq!(outage, 0);
    assert!(herd.is_open());
}
