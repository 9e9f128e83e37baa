//! One chromedriver process, on a port that the system chose.
//!
//! Owns: the process; dropping the guard ends it, also while a test panics.
//! Never: opens a browser; `browser` does.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// What chromedriver prints before the number of its port.
const PORT_MARK: &str = "started successfully on port ";

/// A running chromedriver, killed when dropped.
#[derive(Debug)]
pub(crate) struct ChromeDriver {
    process: Child,
    port: u16,
    // Kept open: chromedriver would die of a closed pipe at its next line.
    _output: BufReader<ChildStdout>,
}

impl ChromeDriver {
    /// Starts `chromedriver` from the `PATH` and returns once it listens.
    ///
    /// It and its browsers leave their temporary files in `folder`.
    ///
    /// # Panics
    ///
    /// When chromedriver is not installed or ends before it names its port.
    #[must_use]
    pub(crate) fn start(folder: &Path) -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver should be on the PATH (Debian: apt-get install chromium chromium-driver)");
        let mut output = BufReader::new(process.stdout.take().expect("stdout was piped"));
        let port = read_port(&mut output);
        Self { process, port, _output: output }
    }

    /// Where the commands go.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for ChromeDriver {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_port(output: &mut impl BufRead) -> u16 {
    output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(PORT_MARK)?.1.trim_end_matches('.').parse().ok())
        .expect("chromedriver should say which port it listens on")
}
