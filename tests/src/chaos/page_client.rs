//! The SDK in a page of a headless Chromium.
//!
//! Owns: the browser, and the reading of what the page tells. Never: decides
//! anything for the SDK.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::client::{Assignment, ChaosClient, Phase};
use super::ledger::{ClientEvent, ClientLog};
use super::stream::{StreamKind, Topic};
use crate::browser::Browser;
use crate::browser_kind::BrowserKind;
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
        Self { page: open_page(BrowserKind::Chromium, include_str!("../../pages/chaos.html")).await }
    }

    async fn take(&self, log: &ClientLog) {
        let happened = self.page.run("return take()").await;
        for what in happened.as_array().into_iter().flatten() {
            tell(log, what).unwrap_or_else(|| panic!("the page told what no page should: {what}"));
        }
    }
}

impl ChaosClient for PageClient {
    async fn run(self, assignment: Assignment) {
        let Assignment { url, interval, min_delay, max_delay, seed, log, mut phase } = assignment;
        let options = json!({
            "minReconnectDelay": min_delay.as_millis() as u64,
            "maxReconnectDelay": max_delay.as_millis() as u64,
            "connectTimeout": 2_000,
        });
        let (url, millis, shift) = (json!(url), interval.as_millis(), seed % 100);
        self.page.run(&format!("start({url}, {millis}, {shift}, {options})")).await;
        let mut is_sending = true;
        loop {
            // A run that has forgotten its clients is over, too.
            let is_forgotten = matches!(timeout(POLL_INTERVAL, phase.changed()).await, Ok(Err(_)));
            let now = *phase.borrow_and_update();
            if is_sending && now != Phase::Sending {
                self.page.run("stopSending()").await;
                is_sending = false;
            }
            self.take(&log).await;
            if is_forgotten || now == Phase::Over {
                return;
            }
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
        "joined" => ClientEvent::Joined(Topic::of_name(text()?)?),
        "requested" => ClientEvent::Requested(told[2].as_u64()?),
        "replied" => ClientEvent::Replied(told[2].as_u64()?),
        "interrupted" => ClientEvent::RequestInterrupted(told[2].as_u64()?),
        "doubtful" => ClientEvent::RequestUnknown(told[2].as_u64()?),
        "failed" => ClientEvent::RequestFailed(told[2].as_u64()?, told[3].as_str()?.into()),
        "reconnecting" => ClientEvent::Reconnecting,
        "resumed" => ClientEvent::Resumed,
        "fresh" => ClientEvent::Fresh(text()?.into()),
        "closed" => ClientEvent::Ended(text()?.into()),
        _ => return None,
    };
    log.tell(at, event);
    Some(())
}

fn kind(name: &str) -> Option<StreamKind> {
    StreamKind::ALL.into_iter().find(|kind| kind.to_string() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chaos::{Ledger, Violation};

    #[test]
    fn what_a_page_tells_goes_into_the_ledger() {
        let ledger = Ledger::default();
        let log = ledger.client("page-1", "ann", None);
        for what in [
            json!([1.5, "sent", 1]),
            json!([2, "refused"]),
            json!([3, "unknown", 1]),
            json!([4, "gap", "user", 2]),
            json!([5, "reset", "broadcast"]),
            json!([6, "reconnecting"]),
            json!([7, "resumed"]),
            json!([8, "fresh", "expired"]),
            json!([9, "acknowledged", 7]),
            json!([10, "message", "hello"]),
            json!([11, "joined", "late"]),
            json!([12, "requested", 8]),
            json!([13, "interrupted", 8]),
            json!([14, "doubtful", 8]),
            json!([15, "failed", 8, "too many"]),
            json!([16, "replied", 9]),
            json!([17, "closed", "3510 protocol violation"]),
        ] {
            assert_eq!(tell(&log, &what), Some(()), "{what}");
        }
        let verdict = ledger.verdict();
        let wire = &verdict.wire;
        assert_eq!((wire.refused, wire.gaps, wire.resets, wire.attempts, wire.resumed), (1, 1, 1, 1, 1));
        assert_eq!((verdict.lane.sent, verdict.lane.told, wire.fresh["expired"]), (1, 1, 1));
        let violations: Vec<_> = verdict.findings.iter().map(|finding| &finding.violation).collect();
        assert!(violations.contains(&&Violation::AcknowledgedUnhandled(7)), "{violations:?}");
        assert!(violations.contains(&&Violation::AnsweredUnhandled(9)), "{violations:?}");
        assert!(violations.contains(&&Violation::RequestFailed(8, "too many".into())), "{violations:?}");
        assert_eq!((verdict.requests.sent, verdict.requests.told), (1, 2));
        assert!(violations.contains(&&Violation::Garbled("hello".into())), "{violations:?}");
        assert!(violations.contains(&&Violation::Ended("3510 protocol violation".into())), "{violations:?}");
    }

    #[test]
    fn what_no_page_should_tell_is_refused() {
        let log = Ledger::default().client("page-1", "ann", None);
        for what in [json!([1, "sent", "x"]), json!(["sent", 1]), json!([1, "gap", "x", 1])] {
            assert_eq!(tell(&log, &what), None, "{what}");
        }
    }
}
