//! `cargo xtask <verb>`: everything a developer or the CI does with this
//! repository, one file per verb.
//!
//! Owns: set-up, builds that need more than one tool, and the order of checks.
//! Never: is a dependency of another crate, or depends on one of the workspace.
//!
//! ```text
//! args ─► verb ─► setup ─► step (one child process, one line, one log)
//! ```
//!
//! Progress goes to stderr; what a verb was asked for goes to stdout.

mod args;
mod bench_client;
mod chaos;
mod check;
mod demo;
mod e2e;
mod files;
mod pages;
mod project;
mod setup;
mod simulate;
mod size;
mod step;
mod test;
mod wasm;
mod webkit;

use std::error::Error;
use std::process::ExitCode;

use args::{Request, Verb};
use project::Project;

#[cfg(not(unix))]
compile_error!("cargo xtask runs on Linux and macOS; on Windows run it inside WSL");

fn main() -> ExitCode {
    let request = match args::parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(error) => {
            eprintln!("error: {error}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    match run(&request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(request: &Request) -> Result<(), Box<dyn Error>> {
    let project = Project::locate(request.verbose)?;
    match &request.verb {
        Verb::Help => println!("{}", args::HELP),
        Verb::Demo { port } => demo::run(&project, *port)?,
        Verb::Test => test::run(&project)?,
        Verb::Check => check::run(&project)?,
        Verb::Chaos { options } => chaos::run(&project, options)?,
        Verb::BenchClient => bench_client::run(&project)?,
        Verb::E2e { pictures } => e2e::run(&project, *pictures)?,
        Verb::Simulate { options } => simulate::run(&project, options)?,
        Verb::Wasm => wasm::run(&project)?,
        Verb::Webkit => webkit::run(&project)?,
        Verb::Size { json } => size::run(&project, *json)?,
    }
    Ok(())
}
