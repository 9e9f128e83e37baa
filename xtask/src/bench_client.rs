//! `cargo xtask bench-client`: what messages cost a page, by way of the SDK, of a native socket and of other clients.
//!
//! Owns: what has to be built before. Never: measures; the program that it becomes does.

use std::error::Error;
use std::os::unix::process::CommandExt;

use crate::project::Project;
use crate::setup;
use crate::step::Step;
use crate::wasm;

const PROGRAM: [&str; 6] = ["--quiet", "--release", "--package", "staywire-tests", "--bin", "bench_client"];

/// Sets up, builds, and becomes the measurement, which prints its figures and judges none.
///
/// # Errors
///
/// What set-up, a build or the start says.
pub(crate) fn run(project: &Project) -> Result<(), Box<dyn Error>> {
    setup::for_tests(project)?;
    wasm::build_package(project)?;
    let build = project.command("cargo", ["build"].into_iter().chain(PROGRAM));
    Step::new("measurement", build).require(project)?;
    Err(project.command("cargo", ["run"].into_iter().chain(PROGRAM)).exec().into())
}
