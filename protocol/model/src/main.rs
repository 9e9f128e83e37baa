//! Explores every scenario and prints what was found.

use std::process::ExitCode;

use staywire_model::explore::{SCENARIOS, explore};
use staywire_model::{Promise, Rules};

fn main() -> ExitCode {
    println!("{} promises in {} scenarios", Promise::ALL.len(), SCENARIOS.len());
    let mut kept = true;
    for scenario in SCENARIOS {
        let report = explore(scenario.bounds, Rules::ALL);
        println!("{report}  {}", scenario.about);
        kept &= report.broken.is_empty();
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
