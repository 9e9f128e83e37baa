//! The server under chaos, in a process of its own.
//!
//! Owns: its life, and the reading of its reports to the last line. Never:
//! decides when it dies.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::ledger::{Ledger, RunEnd};

/// A server that was asked to end and is still there after this has failed.
const END_TIMEOUT: Duration = Duration::from_secs(20);

/// Between the numbers of two lives lie more than one life can use.
const NUMBERS_PER_RUN: u64 = 1_000_000_000;

/// A running server, killed when dropped.
#[derive(Debug)]
pub(super) struct ServerProcess {
    process: Child,
    orders: ChildStdin,
    address: SocketAddr,
    reading: JoinHandle<()>,
    ledger: Ledger,
    run: usize,
}

impl ServerProcess {
    /// Starts `binary`, which sends at each `interval` and reports to `ledger`; returns once it listens.
    pub(super) async fn start(binary: &Path, interval: Duration, ledger: &Ledger) -> Self {
        let run = ledger.begin_run();
        let first = run as u64 * NUMBERS_PER_RUN + 1;
        let mut process = Command::new(binary)
            .args([first.to_string(), interval.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", binary.display()));
        let orders = process.stdin.take().expect("stdin was piped");
        let output = process.stdout.take().expect("stdout was piped");
        let mut lines = BufReader::new(output).lines();
        let line = lines.next_line().await.expect("the server's output is text").unwrap_or_default();
        let address = line.strip_prefix("listening on ").and_then(|address| address.parse().ok());
        let address =
            address.unwrap_or_else(|| panic!("the server should say where it listens, not {line:?}"));
        let reading = tokio::spawn(read(lines, ledger.clone(), run));
        Self { process, orders, address, reading, ledger: ledger.clone(), run }
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has it send nothing more.
    pub(super) async fn hush(&mut self) {
        self.orders.write_all(b"hush\n").await.expect("the server reads its orders");
    }

    /// Ends it by the signal that `end` names, and returns when its last report was read.
    pub(super) async fn stop(mut self, end: RunEnd) {
        let signal = if end == RunEnd::Killed { Signal::KILL } else { Signal::TERM };
        let id = self.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("the server still runs"), signal).expect("the process is ours");
        let ended = timeout(END_TIMEOUT, self.process.wait()).await;
        ended.expect("the server should end soon").expect("the process is ours");
        self.reading.await.expect("every line of the server is a report");
        self.ledger.end_run(self.run, end);
    }
}

async fn read(mut lines: Lines<BufReader<ChildStdout>>, ledger: Ledger, run: usize) {
    while let Some(line) = lines.next_line().await.expect("the server's output is text") {
        ledger.report(run, line.parse().unwrap_or_else(|error| panic!("{error}")));
    }
}
