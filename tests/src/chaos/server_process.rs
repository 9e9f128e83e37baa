//! The server under chaos, in a process of its own.
//!
//! Owns: its life, and the reading of its reports to the last line. Never:
//! decides when it dies.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::ledger::{Ledger, RunEnd};
use super::restart::Restart;
use super::sabotage::Sabotage;
use super::state_dir::StateDir;

/// A server that was asked to end and is still there after this has failed.
const END_TIMEOUT: Duration = Duration::from_secs(20);

/// Between the numbers of two lives lie more than one life can use.
const NUMBERS_PER_RUN: u64 = 1_000_000_000;

/// What tight rings hold, in bytes: a few messages.
const TIGHT_RING: u32 = 256;

/// A server that can be started again and again, one life after the other.
#[derive(Debug)]
pub(super) struct ServerSetup {
    /// The binary `chaos_server`.
    pub(super) binary: PathBuf,
    /// Between two messages that it sends.
    pub(super) interval: Duration,
    /// How each of its lives ends.
    pub(super) restart: Restart,
    pub(super) state_dir: StateDir,
    /// Whether its rings are so small that they overrun.
    pub(super) is_tight: bool,
    pub(super) sabotage: Option<Sabotage>,
    /// Where it reports to.
    pub(super) ledger: Ledger,
}

/// A running server, killed when dropped.
#[derive(Debug)]
pub(super) struct ServerProcess {
    process: Child,
    orders: ChildStdin,
    address: SocketAddr,
    reading: JoinHandle<()>,
    run: usize,
}

impl ServerSetup {
    /// Begins its next life; returns once it listens.
    pub(super) async fn start(&self) -> ServerProcess {
        let run = self.ledger.begin_run();
        let first = run as u64 * NUMBERS_PER_RUN + 1;
        let mut command = Command::new(&self.binary);
        command.args(["--first", &first.to_string(), "--interval", &self.interval.as_millis().to_string()]);
        if let Some(path) = self.state_dir.path() {
            command.arg("--state-dir").arg(path);
        }
        if self.is_tight {
            command.args(["--ring", &TIGHT_RING.to_string()]);
        }
        if self.restart == Restart::Hasty {
            command.arg("--hasty");
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", self.binary.display()));
        let orders = process.stdin.take().expect("stdin was piped");
        let output = process.stdout.take().expect("stdout was piped");
        let mut lines = BufReader::new(output).lines();
        let line = lines.next_line().await.expect("the server's output is text").unwrap_or_default();
        let address = line.strip_prefix("listening on ").and_then(|address| address.parse().ok());
        let address =
            address.unwrap_or_else(|| panic!("the server should say where it listens, not {line:?}"));
        let reading = tokio::spawn(read(lines, run, self.sabotage, self.ledger.clone()));
        ServerProcess { process, orders, address, reading, run }
    }

    /// Ends `server`, and returns when its last report was read.
    pub(super) async fn stop(&mut self, server: ServerProcess) {
        let end = self.restart.end();
        let run = server.run;
        server.end(if end == RunEnd::Killed { Signal::KILL } else { Signal::TERM }).await;
        self.ledger.end_run(run, end);
        self.state_dir.tamper();
    }
}

impl ServerProcess {
    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has it send nothing more.
    pub(super) async fn hush(&mut self) {
        self.orders.write_all(b"hush\n").await.expect("the server reads its orders");
    }

    async fn end(mut self, signal: Signal) {
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("the server still runs"), signal).expect("the process is ours");
        let ended = timeout(END_TIMEOUT, self.process.wait()).await;
        ended.expect("the server should end soon").expect("the process is ours");
        self.reading.await.expect("every line of the server is a report");
    }
}

async fn read(
    mut lines: Lines<BufReader<ChildStdout>>,
    run: usize,
    sabotage: Option<Sabotage>,
    ledger: Ledger,
) {
    while let Some(line) = lines.next_line().await.expect("the server's output is text") {
        let report = line.parse().unwrap_or_else(|error| panic!("{error}"));
        ledger.report(run, Sabotage::pass_report(sabotage, report));
    }
}
