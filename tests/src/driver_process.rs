//! One chromedriver, geckodriver or `WebKitWebDriver` process, on a port that the system chose.
//!
//! Owns: the process; dropping the guard ends it, also while a test panics.
//! Never: opens a browser; `browser` does.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::browser_kind::BrowserKind;

/// How often a driver is started: chromedriver takes a free port of IPv4 and gives up where that of IPv6 is not.
const STARTS: usize = 5;

/// How long a driver may take that does not say when it listens.
const START_LIMIT: Duration = Duration::from_secs(10);

/// A running driver, killed when dropped.
#[derive(Debug)]
pub(crate) struct DriverProcess {
    process: Child,
    /// Whether its browser is in a process group with it, and ends with it.
    has_group: bool,
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
        let port = if kind.port_mark().is_some() { 0 } else { free_port() };
        let mut command = Command::new(kind.driver());
        command
            .arg(format!("--port={port}"))
            .envs(kind.folders(folder))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // Where no process id of the browser is told, the group is how to end it: it outlives its driver.
        let has_group = kind.process_id().is_none();
        if has_group {
            command.process_group(0);
        }
        let mut process = command
            .spawn()
            .unwrap_or_else(|error| panic!("start {}, which has to be on the PATH: {error}", kind.driver()));
        let output = BufReader::new(process.stdout.take().expect("stdout was piped"));
        // Now the guard, which ends the process also where it says nothing.
        let mut driver = Self { process, has_group, port, output };
        match kind.port_mark() {
            Some(mark) => driver.port = read_port(mark, &mut driver.output)?,
            None => driver.listens()?,
        }
        Some(driver)
    }

    /// Waits until it listens, unless it ends before.
    fn listens(&mut self) -> Option<()> {
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if Instant::now() > deadline || matches!(self.process.try_wait(), Ok(Some(_))) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(())
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
        let group = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group.filter(|_| self.has_group) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that the system has just had free; for a driver that does not say which one it was given.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free loopback port");
    listener.local_addr().expect("a bound listener has an address").port()
}

fn read_port(mark: &str, output: &mut impl BufRead) -> Option<u16> {
    output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(mark)?.1.trim_end_matches('.').parse().ok())
}
