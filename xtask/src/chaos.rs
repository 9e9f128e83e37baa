//! `cargo xtask chaos`: real clients and a real server under faults, and a table of what became of every message.
//!
//! Owns: what has to be built before. Never: reads the run's options; it does so itself.

use std::error::Error;
use std::os::unix::process::CommandExt;

use crate::project::Project;
use crate::setup;
use crate::step::Step;
use crate::wasm;

const PACKAGE: [&str; 2] = ["--package", "staywire-tests"];

/// Sets up, builds, and becomes the run, whose exit status is its verdict.
///
/// # Errors
///
/// What set-up, a build or the start says.
pub(crate) fn run(project: &Project, options: &[String]) -> Result<(), Box<dyn Error>> {
    setup::for_tests(project)?;
    wasm::build_package(project)?;
    // The run starts the server's binary, so one of them alone would not do.
    let build = project.command("cargo", ["build", "--bins"].into_iter().chain(PACKAGE));
    Step::new("chaos run", build).require(project)?;
    let mut run = project.command("cargo", ["run", "--quiet", "--bin", "chaos"].into_iter().chain(PACKAGE));
    run.arg("--").args(options);
    Err(run.exec().into())
}
