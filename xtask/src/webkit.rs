//! `cargo xtask webkit`: the tests that are made for `WebKitGTK`, whose engine is Safari's.
//!
//! Owns: what has to be there, which only some systems have, and the display that the browser asks for.
//! Never: part of `cargo xtask test`.

use std::error::Error;
use std::fmt;

use crate::project::Project;
use crate::setup;
use crate::step::Step;
use crate::test::{Table, Tally};
use crate::wasm;

/// Each program and the Debian package that it is in.
const NEEDED: [(&str, &str); 2] = [("WebKitWebDriver", "webkit2gtk-driver"), ("xvfb-run", "xvfb")];

/// The test targets that have tests for it, and how those are called.
const TARGETS: [&str; 4] = ["drop_in", "life_cycle", "sdk_reconnects", "session_pages"];
const NAMES: &str = "in_webkit";

/// A program is missing.
#[derive(Debug)]
struct Missing {
    program: &'static str,
    package: &'static str,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, package } = self;
        write!(
            f,
            "the tests in WebKitGTK need {program}, which is missing; install it, on Debian with\n\n  \
             sudo apt-get update && sudo apt-get install -y {package}\n"
        )
    }
}

impl Error for Missing {}

/// Sets up, builds and runs these tests.
///
/// # Errors
///
/// A program that is missing, what set-up or a build says, or that a test failed.
pub(crate) fn run(project: &Project) -> Result<(), Box<dyn Error>> {
    for (program, package) in NEEDED {
        project.find_program(program).ok_or(Missing { program, package })?;
    }
    setup::for_build(project)?;
    wasm::build_package(project)?;
    let mut table = Table::default();
    table.row("WebKitGTK", || {
        // A display of its own: it has no mode without one, and must not depend on what the developer's shows.
        let mut command =
            project.command("xvfb-run", ["--auto-servernum", "cargo", "test", "--no-fail-fast"]);
        command.args(["--package", "staywire-tests"]);
        command.args(TARGETS.iter().flat_map(|target| ["--test", target]));
        command.args([NAMES, "--", "--ignored"]);
        Tally::of_cargo_test(&Step::new("WebKitGTK", command).run(project))
    });
    table.finish()
}
