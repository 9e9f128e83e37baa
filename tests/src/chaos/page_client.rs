//! The SDK in a page of a headless Chromium.
//!
//! Owns: the browser, and the reading of what the page tells. Never: decides
//! anything for the SDK.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::client::{Assignment, ChaosClient, Phase};
use super::ledger::{ClientEvent, ClientLog};
use super::stream::StreamKind;
use crate::browser::Browser;
use crate::sdk_page::open_page;

/// How often the page is asked what happened.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A page that uses the SDK; dropped with its browser.
#[derive(Debug)]
pub struct PageClient {
    page: Browser,
}

impl PageClient {
    /// Opens the page in a browser of its own.
    ///
    /// # Panics
    ///
    /// When the SDK is not built, or no browser starts.
    pub async fn open() -> Self {
        Self { page: open_page(include_str!("../../pages/chaos.html")).await }
    }

    async fn take(&self, log: &ClientLog) {
        let happened = self.page.run("return take()").await;
        for what in happened.as_array().into_iter().flatten() {
            tell(log, what).unwrap_or_else(|| panic!("the page told {what}"));
        }
    }
}

impl ChaosClient for PageClient {
    async fn run(self, assignment: Assignment) {
        let Assignment { url, interval, min_delay, max_delay, log, mut phase, .. } = assignment;
        let options = json!({
            "minReconnectDelay": min_delay.as_millis() as u64,
            "maxReconnectDelay": max_delay.as_millis() as u64,
            "connectTimeout": 2_000,
        });
        self.page.run(&format!("start({}, {}, {options})", json!(url), interval.as_millis())).await;
        loop {
            let changed = timeout(POLL_INTERVAL, phase.changed()).await.is_ok();
            let now = *phase.borrow_and_update();
            if changed && now == Phase::Settling {
                self.page.run("stopSending()").await;
            }
            self.take(&log).await;
            if now == Phase::Over {
                return;
            }
            // A run that has been dropped changes no phase any more, and would be polled without a pause.
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Reads `[ms, what, …]`, the page's form of an event.
fn tell(log: &ClientLog, told: &Value) -> Option<()> {
    let at = Duration::from_secs_f64(told[0].as_f64()? / 1_000.0);
    let text = || told[2].as_str();
    let event = match told[1].as_str()? {
        "message" => {
            log.tell_text(at, text()?);
            return Some(());
        }
        "sent" => ClientEvent::Sent(told[2].as_u64()?),
        "refused" => ClientEvent::SendRefused,
        "acknowledged" => ClientEvent::Acknowledged(told[2].as_u64()?),
        "unknown" => ClientEvent::OutcomeUnknown(told[2].as_u64()?),
        "gap" => ClientEvent::Gap(kind(text()?)?, told[3].as_u64()?),
        "reset" => ClientEvent::Reset(kind(text()?)?),
        "reconnecting" => ClientEvent::Reconnecting,
        "resumed" => ClientEvent::Resumed,
        "fresh" => ClientEvent::Fresh(text()?.into()),
        _ => return None,
    };
    log.tell(at, event);
    Some(())
}

fn kind(name: &str) -> Option<StreamKind> {
    StreamKind::ALL.into_iter().find(|kind| kind.to_string() == name)
}
