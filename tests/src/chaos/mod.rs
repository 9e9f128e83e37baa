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

mod ledger;
mod report;
mod sabotage;
mod stream;
mod table;
mod verdict;

pub use ledger::{ClientEvent, ClientLog, Ledger, RunEnd};
pub use report::{ParseReportError, Report};
pub use sabotage::{ParseSabotageError, Sabotage};
pub use stream::{ParseStreamError, Stream, StreamKind};
pub use verdict::{Finding, Row, Verdict, Violation, Wire};
