//! With every rule on, every promise holds in every scenario.

use staywire_model::explore::{SCENARIOS, explore};
use staywire_model::{Promise, Rules};

#[test]
fn every_promise_holds_in_every_state_of_every_scenario() {
    println!("{} promises", Promise::ALL.len());
    let mut broken = Vec::new();
    for scenario in SCENARIOS {
        let report = explore(scenario.bounds, Rules::ALL);
        println!("{report}  {}", scenario.about);
        broken.extend(report.broken);
    }
    assert_eq!(broken, []);
}
