//! The server that the tests in browsers talk to.
//!
//! Owns: its process, from the line that names its address to the end of its
//! standard input, at which it stops. Never: knows what it answers.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::project::Project;
use crate::step::Step;

const PACKAGE_AND_BINARY: [&str; 4] = ["--package", "staywire-tests", "--bin", "peer"];

/// A running server on a port of the system's choice.
pub(super) struct Peer {
    process: Child,
    address: String,
}

impl Peer {
    /// Builds and starts it, and returns once it listens.
    ///
    /// # Errors
    ///
    /// It did not build, or said something else than its address.
    pub(super) fn start(project: &Project) -> Result<Self, Box<dyn Error>> {
        let mut build = project.command("cargo", ["build"]);
        build.args(PACKAGE_AND_BINARY);
        Step::new("server for the tests in browsers", build).require(project)?;
        let mut run = project.command("cargo", ["run", "--quiet"]);
        run.args(PACKAGE_AND_BINARY).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = run.spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = listening_address(&line).map(str::to_owned);
        // Made before the address is looked at, so that a process that said nothing useful is ended, too.
        let mut peer = Self { process, address: String::new() };
        peer.address = address.ok_or_else(|| format!("its first line is `{}`", line.trim_end()))?;
        Ok(peer)
    }

    /// `127.0.0.1:PORT`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It failed to end or had ended already: either way there is nobody left to tell.
        let _ = self.process.wait();
    }
}

fn listening_address(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix("listening on ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_follows_listening_on() {
        assert_eq!(listening_address("listening on 127.0.0.1:4711\n"), Some("127.0.0.1:4711"));
        assert_eq!(listening_address("error: in use\n"), None);
        assert_eq!(listening_address(""), None);
    }
}
