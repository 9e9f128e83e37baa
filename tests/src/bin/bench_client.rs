//! `bench_client`: what a received message costs a page, by way of the SDK and of a handler on a native socket.
//!
//! The sockets are mocks that do what a browser does with a message: make an event of it and dispatch that. Whatever
//! is the same for both, network, parsing and the page's own work, is left out, so the ratio is at its worst here.
//! Prints the medians of five rounds; fails if a session costs more than twice what a native socket does.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;
use staywire_tests::open_bench_page;

const ROUNDS: usize = 5;
/// Some six seconds on a machine that has nothing else to do.
const LIMIT: Duration = Duration::from_secs(120);
/// What a message of a session may cost at most, in times of a native socket's.
const MAX_RATIO: f64 = 2.0;

#[tokio::main]
async fn main() -> ExitCode {
    let page = open_bench_page().await;
    page.run(&format!("measure({ROUNDS}).then((rounds) => (window.rounds = rounds))")).await;
    let measured = page.wait_for("window.rounds", LIMIT).await;
    let rounds = measured.as_array().expect("a list of rounds");
    println!("a message of 64 bytes, received from a mock socket in Chromium");
    println!("          ns  times native");
    for client in ["native", "plain", "session"] {
        let nanoseconds = median(rounds, |round| cost(round, client));
        println!("{client:<7} {nanoseconds:>4.0}  {:>12.2}", times_native(rounds, client));
    }
    if times_native(rounds, "session") <= MAX_RATIO { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Of the ratios of each round, because what disturbs one disturbs all that is measured in it.
fn times_native(rounds: &[Value], client: &str) -> f64 {
    median(rounds, |round| cost(round, client) / cost(round, "native"))
}

fn cost(round: &Value, client: &str) -> f64 {
    round[client].as_f64().expect("nanoseconds")
}

fn median(rounds: &[Value], of: impl Fn(&Value) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
