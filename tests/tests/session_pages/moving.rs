//! Make before break: sessions move to another connection while messages pass.

use std::time::Duration;

use serde_json::json;
use staywire_tests::BrowserKind;
use tokio::time::{MissedTickBehavior, interval};

use crate::site::{SOON, Site, numbers};

/// Between two messages, in both directions: what no outage is longer than.
const INTERVAL: Duration = Duration::from_millis(20);

async fn moves_without_an_outage(kind: BrowserKind) {
    let site = Site::open().await;
    let page = site.visit(kind).await;
    let helper = site.helper.clone();
    let broadcasts = tokio::spawn(async move {
        let mut ticks = interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        for number in 0_u64.. {
            ticks.tick().await;
            let _ = helper.broadcast(format!("all {number}"));
        }
    });
    page.run(&format!("witness('{}'); sendEach({})", site.proxy.url("/ws"), INTERVAL.as_millis())).await;
    page.wait_for("witnessed.size > 50", SOON).await;
    for moves in 1..=5 {
        assert_eq!(site.helper.move_all(Duration::from_millis(300)), 1);
        page.wait_for(&format!("outcomes().length === {moves}"), SOON).await;
    }
    broadcasts.abort();

    let last = page.run("return stop()").await.as_u64().expect("a count");
    let last = u32::try_from(last).expect("a few hundred");
    page.wait_for(&format!("acknowledged.length === {last}"), SOON).await;
    assert_eq!(site.heard(), numbers(1, last));
    assert_eq!(site.proxy.connections().len(), 1 + 1 + 5, "a session, its witness, and five moves");
    assert_eq!(page.run("return count('reconnecting') + count('gap') + count('close')").await, json!(0));
    // A busy machine holds up both; what only the session had to wait for is its moves' doing.
    let late = page.run("return mostLate()").await.as_f64().expect("a time");
    let late = Duration::from_secs_f64(late.max(0.0) / 1_000.0);
    let outage = late.saturating_sub(INTERVAL);
    println!(
        "five moves: a message was at most {late:.0?} late, every {INTERVAL:?}, so an outage of {outage:.0?}"
    );
    assert_eq!(outage, Duration::ZERO);
}

#[tokio::test]
async fn sessions_that_are_asked_to_move_have_no_outage() {
    moves_without_an_outage(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn sessions_that_are_asked_to_move_have_no_outage_in_firefox() {
    moves_without_an_outage(BrowserKind::Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn sessions_that_are_asked_to_move_have_no_outage_in_webkit() {
    moves_without_an_outage(BrowserKind::WebKit).await;
}
