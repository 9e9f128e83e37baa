//! One chromedriver or geckodriver process, on a port that the system chose.
//!
//! Owns: the process; dropping the guard ends it, also while a test panics.
//! Never: opens a browser; `browser` does.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::browser_kind::BrowserKind;

/// How often a driver is started: chromedriver takes a free port of IPv4 and gives up where that of IPv6 is not.
const STARTS: usize = 5;

/// A running driver, killed when dropped.
#[derive(Debug)]
pub(crate) struct DriverProcess {
    process: Child,
    port: u16,
    // Kept open: the driver would die of a closed pipe at its next line.
    output: BufReader<ChildStdout>,
}

impl DriverProcess {
    /// Starts the driver of `kind` from the `PATH` and returns once it listens.
    ///
    /// It and its browsers leave their temporary files in `folder`.
    ///
    /// # Panics
    ///
    /// When the driver is not installed, or ends before it names its port, each time.
    #[must_use]
    pub(crate) fn start(kind: BrowserKind, folder: &Path) -> Self {
        (0..STARTS)
            .find_map(|_| Self::try_start(kind, folder))
            .unwrap_or_else(|| panic!("{} should say which port it listens on", kind.driver()))
    }

    /// A driver that has named its port, unless it ended before.
    fn try_start(kind: BrowserKind, folder: &Path) -> Option<Self> {
        let mut process = Command::new(kind.driver())
            .arg("--port=0")
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("start {}, which has to be on the PATH: {error}", kind.driver()));
        let output = BufReader::new(process.stdout.take().expect("stdout was piped"));
        // Now the guard, which ends the process also where it says nothing.
        let mut driver = Self { process, port: 0, output };
        driver.port = read_port(kind, &mut driver.output)?;
        Some(driver)
    }

    /// Where the commands go.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for DriverProcess {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_port(kind: BrowserKind, output: &mut impl BufRead) -> Option<u16> {
    output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(kind.port_mark())?.1.trim_end_matches('.').parse().ok())
}
