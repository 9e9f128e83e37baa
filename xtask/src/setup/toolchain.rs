//! What the pinned toolchain needs beside the compiler.
//!
//! Owns: the wasm32 target and the lint components. rustup runs inside the
//! project, so that the toolchain of `rust-toolchain.toml` gets them.

use crate::project::Project;
use crate::step::{Step, StepError};

/// The target that browsers run.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm32 target where it is missing.
///
/// # Errors
///
/// rustup's own failure.
pub(super) fn ensure_wasm_target(project: &Project) -> Result<(), StepError> {
    ensure(project, "target", WASM_TARGET)
}

/// Adds clippy and rustfmt where they are missing.
///
/// # Errors
///
/// rustup's own failure.
pub(super) fn ensure_lint_components(project: &Project) -> Result<(), StepError> {
    ensure(project, "component", "clippy")?;
    ensure(project, "component", "rustfmt")
}

fn ensure(project: &Project, kind: &str, name: &str) -> Result<(), StepError> {
    let list = project.command("rustup", [kind, "list", "--installed"]).output();
    let installed = list.is_ok_and(|list| is_listed(&String::from_utf8_lossy(&list.stdout), name));
    if installed {
        return Ok(());
    }
    let command = project.command("rustup", [kind, "add", name]);
    Step::new(format!("rustup {kind} add {name}"), command).require(project)?;
    Ok(())
}

/// rustup lists components with their host (`clippy-x86_64-unknown-linux-gnu`) and targets without.
fn is_listed(list: &str, name: &str) -> bool {
    list.lines()
        .any(|line| line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_found_with_their_host_and_targets_without() {
        let list = "clippy-x86_64-unknown-linux-gnu\nwasm32-unknown-unknown\n";
        assert!(is_listed(list, "clippy"));
        assert!(is_listed(list, WASM_TARGET));
        assert!(!is_listed(list, "rustfmt"));
        assert!(!is_listed(list, "clip"));
    }
}
