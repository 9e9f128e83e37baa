//! `cargo xtask check`: what can be said about the sources without running them.
//!
//! Owns: the list of checks. Each runs whatever the others found, and nothing
//! is changed on disk.

mod arrows;
mod tidy;

use std::error::Error;
use std::process::Command;
use std::time::Instant;

use crate::project::Project;
use crate::setup;
use crate::step::{self, Step};
use crate::test::Tally;

/// Sets up and runs every check.
///
/// # Errors
///
/// What set-up says, or how many checks failed.
pub(crate) fn run(project: &Project) -> Result<(), Box<dyn Error>> {
    setup::for_check(project)?;
    match every_check(project) {
        Tally { passed, failed: 0 } => {
            println!("{passed} checks passed");
            Ok(())
        }
        Tally { passed, failed } => Err(format!("{failed} of {} checks failed", passed + failed).into()),
    }
}

/// Runs every check, each counted as one test.
pub(crate) fn every_check(project: &Project) -> Tally {
    let cargo = |args: &[&str]| project.command("cargo", args);
    let mut types = project.command("npm", ["run", "types"]);
    types.current_dir(project.path("npm"));
    let mut tally = Tally::default();

    tally.add(command(project, "formatting", cargo(&["fmt", "--all", "--check"])));
    tally.add(command(project, "clippy, host", cargo(&CLIPPY_HOST)));
    tally.add(command(project, "clippy, wasm32", cargo(&CLIPPY_WASM)));
    tally.add(command(project, "clippy, wasm32 for npm", cargo(&CLIPPY_NPM)));
    tally.add(findings("dependency arrows", || arrows::findings(project)));
    tally.add(findings("file lengths", || tidy::long_files(project)));
    tally.add(findings("module headers", || tidy::missing_headers(project)));
    tally.add(command(project, "TypeScript types", types));
    if project.find_program("cargo-deny").is_some() {
        let args = ["deny", "check", "bans", "licenses", "sources"];
        tally.add(command(project, "licences and sources", cargo(&args)));
    } else {
        eprintln!("- licences and sources  (skipped: `cargo install cargo-deny` adds this check)");
    }
    tally
}

// `--locked`: a lock file that no longer fits the manifests is a finding, too.
const CLIPPY_HOST: [&str; 9] = [
    "clippy",
    "--locked",
    "--workspace",
    "--exclude",
    "staywire-client-wasm",
    "--all-targets",
    "--",
    "-D",
    "warnings",
];
/// As the npm package is built: without the face for Rust programs.
const CLIPPY_NPM: [&str; 11] = [
    "clippy",
    "--package",
    "staywire-client-wasm",
    "--no-default-features",
    "--features",
    "plain,session",
    "--target",
    "wasm32-unknown-unknown",
    "--",
    "-D",
    "warnings",
];
const CLIPPY_WASM: [&str; 12] = [
    "clippy",
    "--locked",
    "--package",
    "staywire-client-wasm",
    "--package",
    "staywire-protocol",
    "--all-targets",
    "--target",
    "wasm32-unknown-unknown",
    "--",
    "-D",
    "warnings",
];

fn command(project: &Project, title: &str, command: Command) -> Tally {
    Tally::of_one(Step::new(title, command).run(project).succeeded)
}

/// A check made here: it passes when it finds nothing.
fn findings(title: &str, find: impl FnOnce() -> Result<Vec<String>, Box<dyn Error>>) -> Tally {
    let started = Instant::now();
    let found = find().unwrap_or_else(|error| vec![error.to_string()]);
    step::report(title, started.elapsed(), found.is_empty());
    for finding in &found {
        eprintln!("  {finding}");
    }
    Tally::of_one(found.is_empty())
}
