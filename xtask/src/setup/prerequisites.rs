//! The programs that this project expects to find and does not install.
//!
//! Owns: which ones, from which version, and the command that installs each.
//! A C linker is not among them: without one, cargo could not have built this.

use std::fmt;

use crate::project::Project;

/// Major and minor number: what Vite asks for, which builds the examples' pages.
const OLDEST_NODE: (u32, u32) = (20, 19);

const INSTALL_RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

#[cfg(target_os = "macos")]
const INSTALL_NODE: &str = "brew install node";
#[cfg(not(target_os = "macos"))]
const INSTALL_NODE: &str = "curl -fsSL https://deb.nodesource.com/setup_22.x | sudo bash - \
                            && sudo apt-get install -y nodejs";

/// Something the developer has to install first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PrerequisiteError {
    /// No such program, or one that cannot tell its version.
    Missing { program: &'static str, install: &'static str },
    /// Node.js is there and too old.
    OldNode { found: String },
}

impl fmt::Display for PrerequisiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { program, install } => {
                write!(f, "{program} is missing; install it with\n\n  {install}\n")
            }
            Self::OldNode { found } => write!(
                f,
                "Node.js is {found} and has to be {}.{} or newer; install it with\n\n  {INSTALL_NODE}\n",
                OLDEST_NODE.0, OLDEST_NODE.1
            ),
        }
    }
}

impl std::error::Error for PrerequisiteError {}

/// Asks every prerequisite for its version.
///
/// # Errors
///
/// The first [`PrerequisiteError`].
pub(super) fn require(project: &Project) -> Result<(), PrerequisiteError> {
    version(project, "rustup", INSTALL_RUSTUP)?;
    require_node(&version(project, "node", INSTALL_NODE)?)?;
    version(project, "npm", INSTALL_NODE)?;
    Ok(())
}

fn version(
    project: &Project,
    program: &'static str,
    install: &'static str,
) -> Result<String, PrerequisiteError> {
    match project.command(program, ["--version"]).output() {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        }
        _ => Err(PrerequisiteError::Missing { program, install }),
    }
}

fn require_node(version: &str) -> Result<(), PrerequisiteError> {
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|digits| digits.parse().ok());
    match numbers.next().zip(numbers.next()) {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => Err(PrerequisiteError::OldNode { found: version.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_compared_by_number_and_not_by_letters() {
        assert_eq!(require_node("v20.19.0"), Ok(()));
        assert_eq!(require_node("v22.1.0"), Ok(()));
        assert_eq!(require_node("v100.1.2"), Ok(()));
        for old in ["v20.9.0", "v18.20.4", "v9.0.0", "unknown"] {
            assert_eq!(require_node(old), Err(PrerequisiteError::OldNode { found: old.into() }));
        }
    }

    #[test]
    fn a_missing_program_is_named_with_the_command_that_installs_it() {
        let project = Project::locate(false).unwrap();
        let error = version(&project, "no-such-program", "get no-such-program").unwrap_err();
        assert!(error.to_string().contains("no-such-program is missing"));
        assert!(error.to_string().contains("get no-such-program"));
    }
}
