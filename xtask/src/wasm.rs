//! `cargo xtask wasm`: the client as WebAssembly, and the npm package around it.
//!
//! Owns: how wasm-pack and the npm build are called, and when that can be
//! skipped. Never: knows what is in the package; `npm run build` does.
//!
//! ```text
//! client-wasm, protocol ── wasm-pack ─► npm/.build/{wasm,session} ── npm run build ─► npm/dist
//! ```

use std::error::Error;

use crate::files;
use crate::project::Project;
use crate::setup;
use crate::step::Step;

/// Everything that the package is built from.
const INPUTS: [&str; 6] =
    ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "protocol", "client-wasm", "npm"];

/// The fingerprint of the inputs that `npm/dist` was built from.
const STAMP: &str = "npm/.build/inputs";

/// Sets up and builds.
///
/// # Errors
///
/// What set-up or a tool says.
pub(crate) fn run(project: &Project) -> Result<(), Box<dyn Error>> {
    setup::for_build(project)?;
    build_package(project)
}

/// Builds `npm/dist`, unless it was built from these very inputs.
///
/// # Errors
///
/// What a tool says, or the file system.
pub(crate) fn build_package(project: &Project) -> Result<(), Box<dyn Error>> {
    let inputs = files::fingerprint(&INPUTS.map(|input| project.path(input)))?;
    let built_from = files::read(&project.path(STAMP)).unwrap_or_default();
    if built_from == inputs && project.path("npm/dist/index.js").exists() {
        return Ok(());
    }
    compile(project)?;
    let mut bundle = project.command("npm", ["run", "build"]);
    bundle.current_dir(project.path("npm"));
    Step::new("npm package", bundle).require(project)?;
    files::write(&project.path(STAMP), &inputs)?;
    Ok(())
}

/// The modes, each compiled for itself, so that a page pays for the one that it needs; and where each is left.
const MODES: [(&str, &str); 2] = [("plain", "npm/.build/wasm"), ("session", "npm/.build/session")];

/// Half as eager to inline as the optimiser is: what is inlined ends up twice, in code that runs once in a connection's
/// life. And 64 KiB of stack instead of 1 MiB, of which no call takes more than two: addresses are shorter.
const RUSTFLAGS: (&str, &str) = (
    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
    "-Cllvm-args=-inline-threshold=125 -Clink-arg=-zstack-size=65536",
);

fn compile(project: &Project) -> Result<(), Box<dyn Error>> {
    for (mode, out) in MODES {
        let args = ["build", "client-wasm", "--target", "bundler", "--profile", "wasm"];
        let mut command = project.command("wasm-pack", args);
        command.env(RUSTFLAGS.0, RUSTFLAGS.1);
        command.args(["--mode", "no-install", "--no-pack", "--out-name", "staywire"]);
        command.arg("--out-dir").arg(project.path(out));
        command.args(["--", "--no-default-features", "--features"]).arg(format!("standalone,{mode}"));
        Step::new(format!("WebAssembly, {mode} mode"), command).require(project)?;
    }
    Ok(())
}
