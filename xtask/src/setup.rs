//! What has to be on the machine before anything can be built or tested.
//!
//! Owns: the order of set-up, each part of which first looks whether it is
//! done already. Never: builds the project itself.
//!
//! ```text
//! prerequisites ─► toolchain ─► tools ─► node_modules ─► (for tests) geckodriver, browsers
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
    prerequisites::require(project)?;
    toolchain::ensure_wasm_target(project)?;
    tools::ensure_wasm_tools(project)?;
    node_modules::ensure(project)?;
    Ok(())
}

/// Makes the machine ready to build everything and to drive two browsers.
///
/// # Errors
///
/// As [`for_build`], and browsers that are missing and cannot be installed from here.
pub(crate) fn for_tests(project: &Project) -> Result<(), Box<dyn Error>> {
    for_build(project)?;
    browsers::ensure(project)?;
    tools::ensure_geckodriver(project)?;
    Ok(())
}

/// Makes the machine ready to lint: as [`for_build`], and the compiler's components for it.
///
/// # Errors
///
/// As [`for_build`].
pub(crate) fn for_check(project: &Project) -> Result<(), Box<dyn Error>> {
    for_build(project)?;
    toolchain::ensure_lint_components(project)?;
    Ok(())
}
