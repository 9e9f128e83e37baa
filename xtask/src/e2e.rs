//! `cargo xtask e2e`: the tests that need a real browser and a real server at once.

use std::error::Error;

use crate::pages;
use crate::project::Project;
use crate::setup;
use crate::step::Step;
use crate::test::{Table, Tally};
use crate::wasm;

/// Sets up, builds and runs these tests alone.
///
/// # Errors
///
/// What set-up or a build says, or that a test failed.
pub(crate) fn run(project: &Project) -> Result<(), Box<dyn Error>> {
    setup::for_tests(project)?;
    wasm::build_package(project)?;
    pages::build(project)?;
    let mut table = Table::default();
    table.row("e2e", || tests(project));
    table.finish()
}

/// Runs the tests on a machine and a build that are ready.
pub(crate) fn tests(project: &Project) -> Tally {
    let command =
        project.command("cargo", ["test", "--package", "staywire-tests", "--tests", "--no-fail-fast"]);
    Tally::of_cargo_test(&Step::new("e2e", command).run(project))
}
