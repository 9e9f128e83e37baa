//! 100 orders during 10 reloads of the back office and 3 restarts of the server.

use std::path::Path;
use std::time::Duration;

use staywire_tests::{Browser, BrowserKind, PeerProcess};

use crate::once::dialog_lists;
use crate::site::SOON;

const ORDERS: u64 = 100;
const RELOADS: u32 = 10;
/// After which reloads the server is killed; the last time under a page that has to come back by itself.
const KILLED_AFTER: [u32; 3] = [3, 7, RELOADS];
/// How long there is no server then.
const ABSENCE: Duration = Duration::from_millis(700);
/// How long the back office lives between two reloads.
const A_LIFE: Duration = Duration::from_millis(1_500);

/// Buys one thing after another, each when the one before is placed.
const BUY: &str = "
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const placed = () => document.querySelector('.placed b')?.textContent;
    (async () => {
      for (let number = 1; number <= ORDERS; number += 1) {
        document.querySelectorAll('.tea button')[number % 6].click();
        await pause(50);
        document.querySelector('#checkout').click();
        while (placed() !== `No. ${number}`) await pause(20);
        await pause(Math.random() * 250);
      }
      window.isDone = true;
    })();";

async fn the_dialog_counts_100_and_lists_each_once(kind: BrowserKind) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = folder.path().join("orders.jsonl");
    let start = |port| {
        let binary = Path::new(env!("CARGO_BIN_EXE_order_alert"));
        PeerProcess::start_with(binary, port, [journal.as_os_str()])
    };
    let mut server = start(0);
    let address = server.address();
    let (office, shop) = tokio::join!(Browser::start_as(kind), Browser::start());
    shop.goto(&format!("http://{address}/s5/shop")).await;
    shop.wait_for("document.querySelector('.tea')", SOON).await;
    shop.run(&BUY.replace("ORDERS", &ORDERS.to_string())).await;

    for reload in 1..=RELOADS {
        office.goto(&format!("http://{address}/s5/office")).await;
        tokio::time::sleep(A_LIFE).await;
        if KILLED_AFTER.contains(&reload) {
            server.kill();
            tokio::time::sleep(ABSENCE).await;
            server = start(address.port());
        }
    }
    shop.wait_for("window.isDone", Duration::from_secs(120)).await;
    dialog_lists(&office, 1..=ORDERS).await;
}

#[tokio::test]
async fn the_dialog_counts_100_and_lists_each_once_in_chromium() {
    the_dialog_counts_100_and_lists_each_once(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn the_dialog_counts_100_and_lists_each_once_in_firefox() {
    the_dialog_counts_100_and_lists_each_once(BrowserKind::Firefox).await;
}
