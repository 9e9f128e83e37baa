//! `cargo xtask size`: the bytes that a page pays for the default npm entry.
//!
//! Owns: the comparison with the budget. Never: measures; `npm run size` does.

use std::error::Error;
use std::fmt;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::files;
use crate::project::Project;
use crate::setup;
use crate::wasm;

/// The default entry, and its key in the budget.
const ENTRY: &str = "dist/index.js";

/// Maps each entry to the most bytes it may have, in brotli.
const BUDGET: &str = "npm/size-budget.json";

/// What errors call the place that the sizes come from.
const MEASURED: &str = "the output of `npm run size -- --json`";

/// The entry's sizes, in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
    /// What `brotli` may be at most.
    budget: u64,
}

/// The entry was measured and is too large, or could not be measured.
#[derive(Debug, PartialEq, Eq)]
enum SizeError {
    OverBudget { brotli: u64, budget: u64 },
    NoJson { source: &'static str, reason: String },
    NoNumber { source: &'static str, field: &'static str },
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverBudget { brotli, budget } => {
                write!(f, "{ENTRY} is {brotli} bytes (brotli) and may be {budget} at most")
            }
            Self::NoJson { source, reason } => write!(f, "{source} is no JSON: {reason}"),
            Self::NoNumber { source, field } => write!(f, "{source} has no number `{field}`"),
        }
    }
}

impl Error for SizeError {}

/// Sets up, builds, prints the sizes and compares them with the budget.
///
/// # Errors
///
/// The entry is over its budget, or what set-up, the build or the measurement says.
pub(crate) fn run(project: &Project, as_json: bool) -> Result<(), Box<dyn Error>> {
    setup::for_build(project)?;
    wasm::build_package(project)?;
    let sizes = measure(project)?;
    let Sizes { raw, gzip, brotli, budget } = sizes;
    if as_json {
        let report = json!({ ENTRY: { "raw": raw, "gzip": gzip, "brotli": brotli, "budget": budget } });
        println!("{report:#}");
    } else {
        println!("{ENTRY}  raw {raw}  gzip {gzip}  brotli {brotli}  (brotli budget {budget})");
    }
    Ok(sizes.within_budget()?)
}

fn measure(project: &Project) -> Result<Sizes, Box<dyn Error>> {
    let mut command = project.command("npm", ["run", "--silent", "size", "--", "--json"]);
    // Not a step: its standard output is read as JSON and must hold nothing else.
    let output = command.current_dir(project.path("npm")).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("`npm run size` failed; what it said is above".into());
    }
    let budget = files::read(&project.path(BUDGET))?;
    let measured = parse_json(&String::from_utf8_lossy(&output.stdout), MEASURED)?;
    Ok(Sizes::read(&measured, &parse_json(&budget, BUDGET)?)?)
}

impl Sizes {
    fn read(measured: &Value, budget: &Value) -> Result<Self, SizeError> {
        let measured = |field| number(measured, MEASURED, field);
        Ok(Self {
            raw: measured("raw")?,
            gzip: measured("gzip")?,
            brotli: measured("brotli")?,
            budget: number(budget, BUDGET, ENTRY)?,
        })
    }

    fn within_budget(&self) -> Result<(), SizeError> {
        let Self { brotli, budget, .. } = *self;
        if brotli <= budget { Ok(()) } else { Err(SizeError::OverBudget { brotli, budget }) }
    }
}

fn parse_json(text: &str, source: &'static str) -> Result<Value, SizeError> {
    serde_json::from_str(text).map_err(|error| SizeError::NoJson { source, reason: error.to_string() })
}

fn number(object: &Value, source: &'static str, field: &'static str) -> Result<u64, SizeError> {
    object.get(field).and_then(Value::as_u64).ok_or(SizeError::NoNumber { source, field })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(brotli: u64) -> Sizes {
        let measured = json!({ "raw": 30_000, "gzip": 11_000, "brotli": brotli });
        Sizes::read(&measured, &json!({ "dist/index.js": 10_000 })).unwrap()
    }

    #[test]
    fn an_entry_at_its_budget_passes_and_one_byte_more_fails() {
        assert_eq!(sizes(10_000).within_budget(), Ok(()));
        let over = SizeError::OverBudget { brotli: 10_001, budget: 10_000 };
        assert_eq!(sizes(10_001).within_budget(), Err(over));
    }

    #[test]
    fn text_that_is_no_json_is_named() {
        let error = parse_json("> size\n", BUDGET).unwrap_err().to_string();
        assert!(error.starts_with("npm/size-budget.json is no JSON: "), "{error}");
    }

    #[test]
    fn a_number_that_is_not_there_is_named() {
        let error = Sizes::read(&json!({ "raw": 1 }), &json!({})).unwrap_err();
        assert_eq!(error.to_string(), "the output of `npm run size -- --json` has no number `gzip`");
    }
}
