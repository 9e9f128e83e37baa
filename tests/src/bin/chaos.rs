//! `chaos [--seconds N] [--seed N] [--sabotage NAME] [--kill | --hasty] [--tight] [--calm] [--pages N] [--natives N]`:
//! a chaos run, of 4 pages and 16 native clients if it is not told otherwise.
//!
//! Prints the seed and the table; fails if a promise was not kept, or if too little has happened in a long run.
//! The server is restarted by SIGTERM, with `--kill` by SIGKILL, with `--hasty` without waiting for its listeners;
//! a sabotage chooses for itself. With `--tight` the server keeps so little that clients are told of gaps, and with
//! `--calm` nothing goes wrong but restarts. `cargo xtask chaos` builds what it needs.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use staywire_tests::Rates;
use staywire_tests::chaos::{Chaos, Restart, Sabotage};

const USAGE: &str = "usage: chaos [--seconds N] [--seed N] [--sabotage NAME] [--kill | --hasty] [--tight] [--calm] \
    [--pages N] [--natives N]";

const NATIVES: usize = 16;
const PAGES: usize = 4;
const DEFAULT_DURATION: Duration = Duration::from_secs(60);
const UPTIME: Duration = Duration::from_secs(6);

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let chaos = read_options(std::env::args().skip(1))?;
    println!("seed {}", chaos.seed);
    let verdict = chaos.run().await;
    print!("{verdict}");
    let shortfalls = chaos.shortfalls(&verdict);
    shortfalls.iter().for_each(|shortfall| println!("✗ {shortfall}"));
    let is_good = verdict.is_kept() && shortfalls.is_empty();
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_options(mut args: impl Iterator<Item = String>) -> Result<Chaos, Box<dyn Error>> {
    let mut chaos = Chaos {
        server: std::env::current_exe()?.with_file_name("chaos_server"),
        weather: Chaos::STORM,
        lasts: DEFAULT_DURATION,
        uptime: UPTIME,
        seed: SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
        restart: Restart::Orderly,
        is_tight: false,
        natives: NATIVES,
        pages: PAGES,
        sabotage: None,
    };
    while let Some(flag) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("`{flag}` needs a value; {USAGE}"));
        match flag.as_str() {
            "--seconds" => chaos.lasts = Duration::from_secs(value()?.parse()?),
            "--seed" => chaos.seed = value()?.parse()?,
            "--sabotage" => chaos.sabotage = Some(value()?.parse::<Sabotage>()?),
            "--pages" => chaos.pages = value()?.parse()?,
            "--natives" => chaos.natives = value()?.parse()?,
            "--kill" => chaos.restart = Restart::Kill,
            "--calm" => chaos.weather = Rates::default(),
            "--tight" => chaos.is_tight = true,
            "--hasty" => chaos.restart = Restart::Hasty,
            _ => return Err(format!("there is no `{flag}`; {USAGE}").into()),
        }
    }
    Ok(match chaos.sabotage {
        Some(sabotage) => chaos.sabotaged(sabotage),
        None => chaos,
    })
}
