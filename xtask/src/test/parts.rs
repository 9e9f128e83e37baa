//! The parts of `cargo xtask test` that are not verbs of their own.
//!
//! Owns: which command each part is, and how its tests are counted.

use std::error::Error;

use crate::project::Project;
use crate::step::Step;

use super::Tally;
use super::peer::Peer;

/// Another verb's work, counted as one test.
pub(super) fn verb(run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Tally {
    let outcome = run();
    if let Err(error) = &outcome {
        eprintln!("error: {error}");
    }
    Tally::of_one(outcome.is_ok())
}

/// The unit and integration tests of `packages`; their doc tests are the part [`docs`].
pub(super) fn packages(project: &Project, title: &str, packages: &[&str]) -> Tally {
    let mut command = project.command("cargo", ["test", "--no-fail-fast", "--tests"]);
    for package in packages {
        command.args(["--package", package]);
    }
    Tally::of_cargo_test(&Step::new(title, command).run(project))
}

/// The protocol's tests once more, as the WebAssembly that browsers get.
pub(super) fn protocol_in_node(project: &Project) -> Tally {
    let args = ["test", "--no-fail-fast", "--tests", "--package", "staywire-protocol"];
    let mut command = project.command("cargo", args);
    command.args(["--target", "wasm32-unknown-unknown"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    Tally::of_cargo_test(&Step::new("protocol (wasm32 in Node)", command).run(project))
}

/// The browser driver in a real browser, against `peer`.
pub(super) fn wasm_in_browser(
    project: &Project,
    browser: &str,
    flag: &str,
    peer: &Result<Peer, Box<dyn Error>>,
) -> Tally {
    let peer = match peer {
        Ok(peer) => peer,
        Err(error) => {
            eprintln!("error: the server for the tests in {browser} did not start: {error}");
            return Tally::of_one(false);
        }
    };
    let args = ["test", "--headless", flag, "--mode", "no-install", "client-wasm"];
    let mut command = project.command("wasm-pack", args);
    // Read when the tests are compiled: in the page there is no environment.
    command.env("STAYWIRE_TEST_PEER", peer.address());
    // In seconds, for all tests of a binary together; the runner's own 20 are few for a busy machine.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    Tally::of_cargo_test(&Step::new(format!("wasm in {browser}"), command).run(project))
}

/// The npm package's tests.
pub(super) fn npm(project: &Project) -> Tally {
    let mut command = project.command("npm", ["test"]);
    command.current_dir(project.path("npm"));
    Tally::of_node_test(&Step::new("npm", command).run(project))
}

/// Every example of the documentation, and the documentation itself, of which rustdoc warns of nothing.
///
/// Private items are documented, too: rustdoc warns of public links to them either way.
pub(super) fn docs(project: &Project) -> Tally {
    let examples = ["test", "--doc", "--workspace", "--exclude", "staywire-client-wasm", "--no-fail-fast"];
    let mut tally =
        Tally::of_cargo_test(&Step::new("docs, examples", project.command("cargo", examples)).run(project));
    let page = ["test", "--doc", "--package", "staywire-client-wasm", "--target", "wasm32-unknown-unknown"];
    let mut page = project.command("cargo", page);
    page.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    tally.add(Tally::of_one(Step::new("docs, example for pages", page).run(project).succeeded));
    tally.add(rustdoc(project, "docs, host", &["--workspace", "--exclude", "staywire-client-wasm"]));
    let wasm = ["--package", "staywire-client-wasm", "--target", "wasm32-unknown-unknown"];
    tally.add(rustdoc(project, "docs, wasm32", &wasm));
    tally
}

fn rustdoc(project: &Project, title: &str, selection: &[&str]) -> Tally {
    let mut command = project.command("cargo", ["doc", "--no-deps", "--document-private-items"]);
    command.args(selection).env("RUSTDOCFLAGS", "-D warnings");
    Tally::of_one(Step::new(title, command).run(project).succeeded)
}
