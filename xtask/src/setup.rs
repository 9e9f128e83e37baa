//! What has to be on the machine before anything can be built or tested.
//!
//! Owns: the order of set-up, each part of which first looks whether it is
//! done already. Never: builds the project itself.
//!
//! ```text
//! prerequisites ─► toolchain ─► node_modules ─► tools ─► (for tests) node_modules, browsers, geckodriver
//! ```

mod browsers;
mod node_modules;
mod prerequisites;
mod toolchain;
mod tools;

use std::error::Error;

use crate::project::Project;

/// Makes the machine ready to build everything.
///
/// # Errors
///
/// The first part that could not be done; its text says what to do about it.
pub(crate) fn for_build(project: &Project) -> Result<(), Box<dyn Error>> {
    for_compilers(project)?;
    node_modules::ensure_for_examples(project)?;
    tools::ensure_wasm_tools(project)?;
    Ok(())
}

/// Makes the machine ready to build everything and to drive two browsers.
///
/// # Errors
///
/// As [`for_build`], and browsers that are missing and cannot be installed from here.
pub(crate) fn for_tests(project: &Project) -> Result<(), Box<dyn Error>> {
    for_build(project)?;
    node_modules::ensure_for_tests(project)?;
    browsers::ensure(project)?;
    tools::ensure_geckodriver(project)?;
    Ok(())
}

/// Makes the machine ready to lint, which takes none of the tools that build.
///
/// # Errors
///
/// As [`for_build`].
pub(crate) fn for_check(project: &Project) -> Result<(), Box<dyn Error>> {
    for_compilers(project)?;
    toolchain::ensure_lint_components(project)?;
    Ok(())
}

/// What compilers need: rustc for the browser's target, and TypeScript.
fn for_compilers(project: &Project) -> Result<(), Box<dyn Error>> {
    prerequisites::require(project)?;
    toolchain::ensure_wasm_target(project)?;
    node_modules::ensure(project)
}
