//! `bench_client`: what messages cost a page by way of the SDK, of a native `WebSocket`, and of other clients.
//!
//! Owns: the order, and the medians of five rounds. Never: judges; a machine that does something else beside has
//! other figures, which is why its load stands above them.
//!
//! ```text
//! tests/pages/bench_client ── in Chromium ─► figures of each round ─► report
//! ```

mod report;
mod site;

use std::time::Duration;

use serde_json::{Value, json};
use staywire_tests::Browser;

use site::Site;

const ROUNDS: usize = 5;
/// For a round, which takes twenty seconds on a machine that has nothing else to do.
const LIMIT: Duration = Duration::from_secs(110);

#[tokio::main]
async fn main() {
    let (browser, site) = tokio::join!(Browser::start(), Site::open());
    browser.goto(&site.page()).await;
    browser.wait_for("window.isReady", Duration::from_secs(20)).await;
    // One more, until which not everything is compiled.
    round(&browser, &site).await;
    let before = report::load();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(&browser, &site).await);
    }
    println!("medians of {ROUNDS} rounds, payloads of 64 bytes, in Chromium");
    println!("load average of the machine before and after: {before} / {}\n", report::load());
    report::print(&rounds);
}

/// The figures of one round.
async fn round(browser: &Browser, site: &Site) -> Value {
    let servers = json!({ "staywire": site.staywire(), "socketIo": site.socket_io() });
    browser
        .run(&format!(
            "window.measured = undefined;
             measure({servers}).then((round) => (window.measured = {{ round }}),
                 (error) => (window.measured = {{ error: String(error.stack) }}));"
        ))
        .await;
    let measured = browser.wait_for("window.measured", LIMIT).await;
    measured.get("round").unwrap_or_else(|| panic!("{}", measured["error"])).clone()
}
