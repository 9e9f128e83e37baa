//! The browsers that tests drive.
//!
//! Owns: which programs are needed, and their installation where this process
//! may do it, which is as root on a system with apt-get.

use std::fmt;

use crate::project::Project;
use crate::step::{Step, StepError};

const DEBIAN_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "firefox-esr"];

/// Each need is met by any one of its programs.
#[cfg(target_os = "linux")]
const NEEDED: [&[&str]; 3] =
    [&["chromium", "chromium-browser", "google-chrome"], &["chromedriver"], &["firefox", "firefox-esr"]];
/// Elsewhere browsers are applications and not on the `PATH`; their drivers find them.
#[cfg(not(target_os = "linux"))]
const NEEDED: [&[&str]; 1] = [&["chromedriver"]];

/// Browsers are missing and stay so.
#[derive(Debug)]
pub(crate) enum BrowserError {
    /// The developer has to install them.
    Missing(Vec<&'static str>),
    /// apt-get could not.
    Install(StepError),
}

impl fmt::Display for BrowserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(programs) => write!(
                f,
                "the tests drive real browsers, and these programs are missing: {}; install them, on Debian with\n\n  \
                 sudo apt-get update && sudo apt-get install -y {}\n",
                programs.join(", "),
                DEBIAN_PACKAGES.join(" "),
            ),
            Self::Install(source) => source.fmt(f),
        }
    }
}

impl std::error::Error for BrowserError {}

/// Installs what is missing, or says what to install.
///
/// # Errors
///
/// Any [`BrowserError`].
pub(super) fn ensure(project: &Project) -> Result<(), BrowserError> {
    if missing(project).is_empty() {
        return Ok(());
    }
    if is_root(project) && project.find_program("apt-get").is_some() {
        apt_get(project, &["update"])?;
        apt_get(project, &[&["install", "-y", "--no-install-recommends"][..], &DEBIAN_PACKAGES].concat())?;
    }
    let missing = missing(project);
    if missing.is_empty() { Ok(()) } else { Err(BrowserError::Missing(missing)) }
}

fn apt_get(project: &Project, args: &[&str]) -> Result<(), BrowserError> {
    let mut command = project.command("apt-get", args);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    let title = format!("apt-get {}", args.join(" "));
    Step::new(title, command).require(project).map_err(BrowserError::Install)?;
    Ok(())
}

fn missing(project: &Project) -> Vec<&'static str> {
    let is_missing = |programs: &&&[&str]| programs.iter().all(|name| project.find_program(name).is_none());
    NEEDED.iter().filter(is_missing).map(|programs| programs[0]).collect()
}

fn is_root(project: &Project) -> bool {
    project.command("id", ["-u"]).output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
