//! `chaos [--seconds N] [--seed N] [--sabotage NAME] [--kill] [--pages N] [--natives N]`:
//! a chaos run, of 4 pages and 16 native clients if it is not told otherwise.
//!
//! Prints the seed and the table; fails if a promise was not kept. `cargo xtask chaos` builds what it needs.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use staywire_tests::chaos::{Chaos, RunEnd, Sabotage};

const USAGE: &str =
    "usage: chaos [--seconds N] [--seed N] [--sabotage NAME] [--kill] [--pages N] [--natives N]";

const NATIVES: usize = 16;
const PAGES: usize = 4;
const DEFAULT_DURATION: Duration = Duration::from_secs(60);
const UPTIME: Duration = Duration::from_secs(9);

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let chaos = read_options(std::env::args().skip(1))?;
    println!("seed {}", chaos.seed);
    let verdict = chaos.run().await;
    print!("{verdict}");
    Ok(if verdict.is_kept() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read_options(mut args: impl Iterator<Item = String>) -> Result<Chaos, Box<dyn Error>> {
    let mut chaos = Chaos {
        server: std::env::current_exe()?.with_file_name("chaos_server"),
        weather: Chaos::STORM,
        lasts: DEFAULT_DURATION,
        uptime: UPTIME,
        seed: SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
        restart: RunEnd::Terminated,
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
            "--kill" => chaos.restart = RunEnd::Killed,
            _ => return Err(format!("there is no `{flag}`; {USAGE}").into()),
        }
    }
    Ok(chaos)
}
