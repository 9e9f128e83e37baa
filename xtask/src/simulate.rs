//! `cargo xtask simulate`: many lives of sessions on a virtual network, and a table of what was kept and what not.
//!
//! Owns: what has to be built before. Never: reads the run's options; it does so itself.

use std::error::Error;
use std::os::unix::process::CommandExt;

use crate::project::Project;
use crate::step::Step;

const TARGET: [&str; 5] = ["test", "--package", "staywire-protocol", "--test", "simulate"];

/// Builds and becomes the run, whose exit status is its verdict.
///
/// # Errors
///
/// What the build or the start says.
pub(crate) fn run(project: &Project, options: &[String]) -> Result<(), Box<dyn Error>> {
    let build = project.command("cargo", TARGET.into_iter().chain(["--no-run"]));
    Step::new("simulation", build).require(project)?;
    let mut run = project.command("cargo", TARGET.into_iter().chain(["--quiet", "--"]));
    Err(run.args(options).exec().into())
}
