//! A longer run of the simulation, by `cargo xtask simulate`: a table, and a failure where a promise was not kept.
//!
//! ```text
//! [--lives N] [--seed S] [--sabotage RULE]
//! ```
//!
//! Lives begin with seed S. A single life is told line by line.

mod session_world;

use std::process::ExitCode;

use session_world::{REGRESSIONS, Sabotage, live, live_all};

/// A few minutes on two processors.
const LIVES: u64 = 50_000;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
struct Request {
    lives: u64,
    seed: u64,
    sabotage: Sabotage,
}

fn main() -> ExitCode {
    match parse(std::env::args().skip(1)) {
        Ok(request) => run(request),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut request = Request { lives: LIVES, seed: 0, sabotage: Sabotage::None };
    while let Some(flag) = args.next() {
        let value = args.next().ok_or_else(|| format!("`{flag}` needs a value"))?;
        let number = || value.parse().map_err(|_| format!("`{flag} {value}` is not a number"));
        match flag.as_str() {
            "--lives" => request.lives = number()?,
            "--seed" => request.seed = number()?,
            "--sabotage" => {
                let rules: Vec<_> = Sabotage::ALL.iter().map(|(name, _)| *name).collect();
                let unknown = || format!("no rule is called `{value}`; there are {}", rules.join(", "));
                request.sabotage = Sabotage::of(&value).ok_or_else(unknown)?;
            }
            _ => return Err(format!("`{flag}` is not known")),
        }
    }
    Ok(request)
}

fn run(request: Request) -> ExitCode {
    let Request { lives, seed, sabotage } = request;
    if lives == 1 {
        live(seed, sabotage, true).lines().iter().for_each(|line| println!("{line}"));
    }
    for (seed, what) in REGRESSIONS.iter().filter(|_| sabotage == Sabotage::None && lives > 1) {
        if !live(*seed, sabotage, false).findings().is_empty() {
            println!("seed {seed} goes wrong again: {what}");
        }
    }
    let report = live_all(seed..seed + lives, sabotage);
    println!("{report}");
    if lives > 1 && !report.tally.missing().is_empty() {
        println!("never happened: {}", report.tally.missing().join(", "));
    }
    for (seed, findings) in report.failures.iter().take(3) {
        println!("\nseed {seed}:");
        findings.iter().take(20).for_each(|finding| println!("  {}", finding.what));
        println!("again: cargo xtask simulate --lives 1 --seed {seed}{}", spelled(sabotage));
    }
    if report.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn spelled(sabotage: Sabotage) -> String {
    let name = Sabotage::ALL.iter().find(|(_, known)| *known == sabotage).map(|(name, _)| *name);
    name.map(|name| format!(" --sabotage {name}")).unwrap_or_default()
}
