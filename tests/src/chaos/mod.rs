//! Chaos: real clients and a real server, whose wires break and whose process
//! dies, and a ledger that knows what became of every message.
//!
//! ```text
//! server process ── reports ─────┐
//! clients ──────── events ───────┼─► ledger ─► verdict ─► table
//!    └── fault proxy ◄─ weather ─┘
//! ```
//!
//! Owns: the run. Never: looks into the server or the clients; it knows what
//! applications on both sides know.

mod client;
mod ledger;
mod native_client;
mod page_client;
mod plain_client;
mod quota;
mod report;
mod restart;
mod run;
mod sabotage;
mod server_process;
mod state_dir;
mod stream;
mod table;
mod topics;
mod verdict;

pub use client::{Assignment, ChaosClient, Phase};
pub use ledger::{ClientEvent, ClientLog, Ledger, RunEnd};
pub use native_client::NativeClient;
pub use page_client::PageClient;
pub use plain_client::PlainClient;
pub use quota::Shortfall;
pub use report::{ParseReportError, Report};
pub use restart::Restart;
pub use run::Chaos;
pub use sabotage::{ParseSabotageError, Sabotage};
pub use stream::{ParseStreamError, Stream, StreamKind, Topic};
pub use verdict::{Finding, Row, Verdict, Violation, Wire};
