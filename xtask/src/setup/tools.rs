//! The command-line tools that cargo builds for this project.
//!
//! Owns: their versions and the folder `.tools`. Never: touches tools that the
//! developer installed elsewhere; the project's are found first.

use std::fmt;
use std::io;

use crate::files;
use crate::project::Project;
use crate::step::{Step, StepError};

const WASM_PACK_VERSION: &str = "0.15.1";
const GECKODRIVER_VERSION: &str = "0.37.1";

/// A tool that could not be made ready.
#[derive(Debug)]
pub(crate) enum ToolError {
    /// `Cargo.lock` could not be read.
    Lock(io::Error),
    /// `Cargo.lock` names no wasm-bindgen, so no version of its tool can be chosen.
    NoWasmBindgen,
    /// `cargo install` failed.
    Install(StepError),
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(source) => source.fmt(f),
            Self::NoWasmBindgen => {
                f.write_str("Cargo.lock names no wasm-bindgen; does client-wasm still depend on it?")
            }
            Self::Install(source) => source.fmt(f),
        }
    }
}

impl std::error::Error for ToolError {}

/// Installs wasm-pack, and wasm-bindgen's tool in exactly the version of the library.
///
/// # Errors
///
/// Any [`ToolError`].
pub(super) fn ensure_wasm_tools(project: &Project) -> Result<(), ToolError> {
    let lock = files::read(&project.path("Cargo.lock")).map_err(ToolError::Lock)?;
    let wasm_bindgen = locked_version(&lock, "wasm-bindgen").ok_or(ToolError::NoWasmBindgen)?;
    // Its published lock file pins a crate that mirrors of the registry may lack.
    ensure(project, "wasm-bindgen-cli", "wasm-bindgen", wasm_bindgen, &[])?;
    ensure(project, "wasm-pack", "wasm-pack", WASM_PACK_VERSION, &["--locked"])
}

/// Installs the driver of Firefox, which Debian does not package.
///
/// # Errors
///
/// [`ToolError::Install`].
pub(super) fn ensure_geckodriver(project: &Project) -> Result<(), ToolError> {
    ensure(project, "geckodriver", "geckodriver", GECKODRIVER_VERSION, &["--locked"])
}

fn ensure(
    project: &Project,
    package: &str,
    program: &str,
    version: &str,
    options: &[&str],
) -> Result<(), ToolError> {
    if installed_version(project, program).as_deref() == Some(version) {
        return Ok(());
    }
    let mut command = project.command("cargo", ["install", "--root", ".tools", "--version", version]);
    // Built without optimisation: a third of the time to build, and a few tenths of a second per use.
    command.arg("--debug").env("CARGO_PROFILE_DEV_DEBUG", "0");
    // One target folder for all of them: they share much of what they depend on.
    command.args(["--target-dir", "target/tools"]).args(options).arg(package);
    Step::new(format!("{package} {version}"), command).require(project).map_err(ToolError::Install)?;
    Ok(())
}

fn installed_version(project: &Project, program: &str) -> Option<String> {
    let path = project.path(".tools/bin").join(program);
    let output = project.command(path.to_str()?, ["--version"]).output().ok()?;
    stated_version(&String::from_utf8_lossy(&output.stdout)).map(str::to_owned)
}

/// `0.37.1` of `geckodriver 0.37.1 (a revision)`.
fn stated_version(output: &str) -> Option<&str> {
    output.split_whitespace().nth(1)
}

/// The version of `package` in the text of a `Cargo.lock`.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen-macro"
version = "0.2.99"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;

    #[test]
    fn the_locked_version_is_that_of_the_package_itself() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn a_tools_version_is_the_second_word_it_says() {
        assert_eq!(stated_version("wasm-pack 0.15.1\n"), Some("0.15.1"));
        assert_eq!(stated_version("geckodriver 0.37.1 (abc 2026-01-01)\n\nmore"), Some("0.37.1"));
        assert_eq!(stated_version(""), None);
    }
}
