//! Chaos runs that are short: sessions keep their promises, and what breaks a promise is found.

use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use staywire_tests::Rates;
use staywire_tests::chaos::{Chaos, Restart, Sabotage, StreamKind, Verdict, Violation};

/// Five seconds of four native clients with sessions, in calm weather, without a restart.
fn calm() -> Chaos {
    Chaos {
        server: Path::new(env!("CARGO_BIN_EXE_chaos_server")).to_owned(),
        weather: Rates::default(),
        lasts: Duration::from_secs(5),
        uptime: Duration::from_secs(60),
        seed: 7,
        restart: Restart::Orderly,
        is_tight: false,
        natives: 4,
        pages: 0,
        sabotage: None,
    }
}

/// Ten faults a second, of every kind.
fn storm() -> Chaos {
    let weather = Rates {
        cut: 100,
        cut_after: 100,
        close: 100,
        close_with: 100,
        half_open: 50,
        silence: 50,
        delay: 50,
        refuse: 20,
        hang: 20,
        cut_all: 10,
    };
    Chaos { weather, ..calm() }
}

/// Storm, and a restart each second or two.
fn restarting(restart: Restart) -> Chaos {
    Chaos { lasts: Duration::from_secs(8), uptime: Duration::from_millis(700), restart, ..storm() }
}

async fn run(chaos: Chaos) -> Verdict {
    let verdict = chaos.run().await;
    println!("{verdict}");
    verdict
}

#[tokio::test]
async fn in_a_storm_sessions_lose_nothing_and_repeat_nothing() {
    let verdict = run(storm()).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.wire.resumed > 5 && verdict.wire.fresh.is_empty(), "{verdict}");
    assert_eq!((verdict.lane.told, verdict.lane.delivered), (0, verdict.lane.sent));
}

#[tokio::test]
async fn a_restart_in_good_order_loses_repeats_and_tells_nothing() {
    let verdict = run(restarting(Restart::Orderly)).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.wire.terminated > 1 && verdict.wire.resumed > 7, "{verdict}");
    assert_eq!(verdict.lane.redelivered, 0);
}

#[tokio::test]
async fn what_falls_out_of_a_small_ring_is_told_and_nothing_else_is() {
    let verdict = run(Chaos { is_tight: true, ..restarting(Restart::Orderly) }).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.wire.gaps > 0 && verdict.wire.fresh.is_empty(), "{verdict}");
}

#[tokio::test]
async fn what_a_listener_was_stopped_over_comes_again_and_is_marked() {
    let verdict = run(restarting(Restart::Hasty)).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.wire.terminated > 1 && verdict.lane.redelivered > 0, "{verdict}");
}

#[tokio::test]
async fn what_a_killed_server_takes_with_it_is_told() {
    let verdict = run(restarting(Restart::Kill)).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.wire.killed > 1 && verdict.wire.fresh.contains_key("restarted"), "{verdict}");
}

#[tokio::test]
async fn in_calm_weather_even_plain_clients_lose_nothing() {
    let verdict = run(Chaos { sabotage: Some(Sabotage::Plain), ..calm() }).await;
    assert!(verdict.is_kept(), "{verdict}");
    assert!(verdict.lane.delivered > 400 && verdict.lane.delivered == verdict.lane.sent, "{verdict}");
    let of_sessions = verdict.streams.iter().filter(|(kind, _)| !matches!(kind, StreamKind::Topic(_)));
    assert!(of_sessions.map(|(_, row)| row.delivered).all(|delivered| delivered > 200), "{verdict}");
}

#[tokio::test]
async fn in_a_storm_plain_clients_lose_messages_and_do_nothing_worse() {
    let verdict = run(Chaos { sabotage: Some(Sabotage::Plain), ..storm() }).await;
    assert!(verdict.wire.attempts > 5 && verdict.lane.lost > 0, "{verdict}");
    let worse = |violation: &Violation| !matches!(violation, Violation::Lost(_));
    assert!(!verdict.findings.iter().any(|finding| worse(&finding.violation)), "{verdict}");
}

#[tokio::test]
async fn each_sabotage_fails_a_run_that_is_good_without() {
    let sabotages = Sabotage::NAMES.map(|(_, sabotage)| sabotage);
    let runs = sabotages.map(|sabotage| run(restarting(Restart::Orderly).sabotaged(sabotage)));
    for (sabotage, verdict) in sabotages.iter().zip(join_all(runs).await) {
        assert!(!verdict.is_kept(), "{sabotage:?}: {verdict}");
    }
}
