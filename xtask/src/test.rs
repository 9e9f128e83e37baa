//! `cargo xtask test`: everything that is tested, in one run with one table.
//!
//! Owns: the list of parts and their order. A part that fails does not stop
//! the next; a part that counted no test has failed.
//!
//! ```text
//! set-up ─► part ─► its tools' own counts ─► table ─► exit status
//! ```

mod parts;
mod peer;
mod table;
mod tally;

pub(crate) use table::Table;
pub(crate) use tally::Tally;

use std::error::Error;

use crate::project::Project;
use crate::{check, e2e, pages, setup, size, wasm};

use peer::Peer;

const EXAMPLES: &[&str] = &[
    "staywire-gallery",
    "demo-pages",
    "s1-tephra",
    "s2-html5",
    "s3-spring",
    "s4-chat",
    "s5-order-alert",
    "s6-user-push",
    "s7-play",
    "s8-vue-utilities",
    "s9-annotated",
];

/// Sets up, runs every part and prints the table.
///
/// # Errors
///
/// What set-up says, or that a part failed.
pub(crate) fn run(project: &Project) -> Result<(), Box<dyn Error>> {
    let mut table = Table::default();
    table.row("set-up", || parts::verb(|| set_up(project)));
    if !table.is_success() {
        return table.finish();
    }
    table.row("build", || parts::verb(|| wasm::build_package(project).and_then(|()| pages::build(project))));
    table.row("check", || check::every_check(project));
    table.row("xtask", || parts::packages(project, "xtask", &["xtask"]));
    table.row("protocol (native)", || parts::packages(project, "protocol (native)", &["staywire-protocol"]));
    table.row("protocol (wasm32 in Node)", || parts::protocol_in_node(project));
    table.row("model", || parts::packages(project, "model", &["staywire-model"]));
    table.row("client-native", || parts::packages(project, "client-native", &["staywire-client-native"]));
    table.row("server", || parts::packages(project, "server", &["staywire-server"]));
    let peer = Peer::start(project);
    table.row("wasm in Chromium", || parts::wasm_in_browser(project, "Chromium", "--chrome", &peer));
    table.row("wasm in Firefox", || parts::wasm_in_browser(project, "Firefox", "--firefox", &peer));
    drop(peer);
    table.row("npm", || parts::npm(project));
    table.row("size", || parts::verb(|| size::run(project, false)));
    table.row("examples", || parts::packages(project, "examples", EXAMPLES));
    e2e::rows(project, false, &mut table);
    table.row("docs", || parts::docs(project));
    table.finish()
}

/// Without it nothing can run, so it is the one part that stops the rest.
fn set_up(project: &Project) -> Result<(), Box<dyn Error>> {
    setup::for_check(project)?;
    setup::for_tests(project)
}
