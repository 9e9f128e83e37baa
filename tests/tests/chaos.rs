//! Chaos runs that are short: the oracle finds what clients without sessions lose, and nothing else.

use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use staywire_tests::Rates;
use staywire_tests::chaos::{Chaos, RunEnd, Sabotage, Verdict, Violation};

async fn run_plain(weather: Rates, sabotage: Sabotage) -> Verdict {
    let chaos = Chaos {
        server: Path::new(env!("CARGO_BIN_EXE_chaos_server")).to_owned(),
        weather,
        lasts: Duration::from_secs(5),
        seed: 7,
        restart: RunEnd::Terminated,
        natives: 4,
        pages: 0,
        sabotage: Some(sabotage),
    };
    let verdict = chaos.run().await;
    println!("{verdict}");
    verdict
}

#[tokio::test]
async fn in_calm_weather_even_plain_clients_lose_nothing() {
    let verdict = run_plain(Rates::default(), Sabotage::Plain).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.lane.delivered > 400 && verdict.lane.delivered == verdict.lane.sent, "{verdict}");
    assert!(verdict.streams.values().all(|row| row.delivered > 200), "{verdict}");
}

#[tokio::test]
async fn in_a_storm_plain_clients_lose_messages_and_do_nothing_worse() {
    let storm = Rates { cut: 600, ..Rates::default() };
    let verdict = run_plain(storm, Sabotage::Plain).await;
    assert!(verdict.wire.reconnects > 5 && verdict.lane.lost > 0, "{verdict}");
    let worse = |violation: &Violation| !matches!(violation, Violation::Lost(_));
    assert!(!verdict.findings.iter().any(|finding| worse(&finding.violation)), "{verdict}");
}

#[tokio::test]
async fn a_message_that_is_lost_told_twice_or_out_of_order_fails_a_run_in_calm_weather() {
    let kinds = [Sabotage::Lose, Sabotage::Repeat, Sabotage::Swap, Sabotage::Invent];
    let verdicts = join_all(kinds.map(|sabotage| run_plain(Rates::default(), sabotage))).await;
    for (sabotage, verdict) in kinds.iter().zip(verdicts) {
        assert!(!verdict.is_kept(), "{sabotage:?}: {verdict}");
    }
}
