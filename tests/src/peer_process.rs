//! A binary of this crate, a real staywire server in a process of its own.
//!
//! Owns: the process, from its first line to a kill that gives it no time to
//! say goodbye. Never: knows what it answers.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running server, killed when dropped.
#[derive(Debug)]
pub struct PeerProcess {
    process: Child,
    address: SocketAddr,
}

impl PeerProcess {
    /// Starts `binary` on `port`, 0 for one that the system chooses, and returns once it listens.
    ///
    /// # Panics
    ///
    /// When it ends without saying where it listens.
    #[must_use]
    pub fn start(binary: &Path, port: u16) -> Self {
        Self::start_with(binary, port, [])
    }

    /// The same with further `arguments` after the port.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    #[must_use]
    pub fn start_with<'a>(binary: &Path, port: u16, arguments: impl IntoIterator<Item = &'a OsStr>) -> Self {
        let mut process = Command::new(binary)
            .arg(port.to_string())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", binary.display()));
        let mut line = String::new();
        let output = process.stdout.take().expect("stdout was piped");
        BufReader::new(output).read_line(&mut line).expect("the peer's output is text");
        let address = line.trim_end().strip_prefix("listening on ").and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the peer should say where it listens, not {line:?}"));
        Self { process, address }
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the process at once; the system closes its sockets.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for PeerProcess {
    fn drop(&mut self) {
        // Nothing can be done about a process that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
