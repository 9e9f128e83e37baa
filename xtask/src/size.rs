//! `cargo xtask size`: the bytes that a page pays for the npm package, file by file, and where they are.
//!
//! Owns: the comparison with the budgets. Never: measures; `npm run size` and `npm run parts` do.

use std::error::Error;
use std::fmt;
use std::process::Stdio;

use serde_json::{Map, Value, json};

use crate::files;
use crate::project::Project;
use crate::setup;
use crate::wasm;

/// The default entry, what it loads for pages that keep a session, and what components add; the keys of budget and
/// measurement.
const FILES: [&str; 3] = ["dist/index.js", "dist/session.js", "dist/vue.js"];

/// Maps each file to the most bytes it may have, in brotli.
const BUDGET: &str = "npm/size-budget.json";

/// What errors call the place that the sizes come from.
const MEASURED: &str = "the output of `npm run size -- --json`";

/// A file's sizes, in bytes.
#[derive(Debug, PartialEq, Eq)]
struct Sizes {
    file: &'static str,
    raw: u64,
    gzip: u64,
    brotli: u64,
    /// What `brotli` may be at most.
    budget: u64,
}

/// A file was measured and is too large, or could not be measured.
#[derive(Debug, PartialEq, Eq)]
enum SizeError {
    OverBudget { file: &'static str, brotli: u64, budget: u64 },
    NoJson { source: &'static str, reason: String },
    NoNumber { source: &'static str, path: String },
}

impl fmt::Display for SizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverBudget { file, brotli, budget } => {
                write!(f, "{file} is {brotli} bytes (brotli) and may be {budget} at most")
            }
            Self::NoJson { source, reason } => write!(f, "{source} is no JSON: {reason}"),
            Self::NoNumber { source, path } => write!(f, "{source} has no number `{path}`"),
        }
    }
}

impl Error for SizeError {}

/// Sets up, builds, prints the sizes and what they are made of, and compares them with the budgets.
///
/// # Errors
///
/// A file is over its budget, or what set-up, the build or the measurement says.
pub(crate) fn run(project: &Project, as_json: bool) -> Result<(), Box<dyn Error>> {
    setup::for_build(project)?;
    wasm::build_package(project)?;
    let sizes = measure(project)?;
    if as_json {
        let report: Map<_, _> = sizes.iter().map(|sizes| (sizes.file.into(), sizes.to_json())).collect();
        println!("{:#}", Value::Object(report));
    } else {
        print_parts(project)?;
        println!();
        for Sizes { file, raw, gzip, brotli, budget } in &sizes {
            println!("{file}  raw {raw}  gzip {gzip}  brotli {brotli}  (brotli budget {budget})");
        }
    }
    Ok(sizes.iter().try_for_each(Sizes::within_budget)?)
}

fn print_parts(project: &Project) -> Result<(), Box<dyn Error>> {
    let mut command = project.command("npm", ["run", "--silent", "parts"]);
    let status = command.current_dir(project.path("npm")).status()?;
    if status.success() { Ok(()) } else { Err("`npm run parts` failed; what it said is above".into()) }
}

fn measure(project: &Project) -> Result<Vec<Sizes>, Box<dyn Error>> {
    let mut command = project.command("npm", ["run", "--silent", "size", "--", "--json"]);
    // Not a step: its standard output is read as JSON and must hold nothing else.
    let output = command.current_dir(project.path("npm")).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("`npm run size` failed; what it said is above".into());
    }
    let measured = parse_json(&String::from_utf8_lossy(&output.stdout), MEASURED)?;
    let budget = parse_json(&files::read(&project.path(BUDGET))?, BUDGET)?;
    Ok(FILES.iter().map(|file| Sizes::read(file, &measured, &budget)).collect::<Result<_, _>>()?)
}

impl Sizes {
    fn read(file: &'static str, measured: &Value, budget: &Value) -> Result<Self, SizeError> {
        let measured = |field| number(measured, MEASURED, &[file, field]);
        Ok(Self {
            file,
            raw: measured("raw")?,
            gzip: measured("gzip")?,
            brotli: measured("brotli")?,
            budget: number(budget, BUDGET, &[file])?,
        })
    }

    fn to_json(&self) -> Value {
        let Self { file: _, raw, gzip, brotli, budget } = self;
        json!({ "raw": raw, "gzip": gzip, "brotli": brotli, "budget": budget })
    }

    fn within_budget(&self) -> Result<(), SizeError> {
        let Self { file, brotli, budget, .. } = *self;
        if brotli <= budget { Ok(()) } else { Err(SizeError::OverBudget { file, brotli, budget }) }
    }
}

fn parse_json(text: &str, source: &'static str) -> Result<Value, SizeError> {
    serde_json::from_str(text).map_err(|error| SizeError::NoJson { source, reason: error.to_string() })
}

fn number(object: &Value, source: &'static str, path: &[&str]) -> Result<u64, SizeError> {
    let found = path.iter().try_fold(object, |object, key| object.get(key)).and_then(Value::as_u64);
    found.ok_or_else(|| SizeError::NoNumber { source, path: path.join(".") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(brotli: u64) -> Sizes {
        let measured = json!({ "dist/index.js": { "raw": 30_000, "gzip": 11_000, "brotli": brotli } });
        Sizes::read("dist/index.js", &measured, &json!({ "dist/index.js": 10_000 })).unwrap()
    }

    #[test]
    fn a_file_at_its_budget_passes_and_one_byte_more_fails() {
        assert_eq!(sizes(10_000).within_budget(), Ok(()));
        let over = SizeError::OverBudget { file: "dist/index.js", brotli: 10_001, budget: 10_000 };
        assert_eq!(sizes(10_001).within_budget(), Err(over));
    }

    #[test]
    fn text_that_is_no_json_is_named() {
        let error = parse_json("> size\n", BUDGET).unwrap_err().to_string();
        assert!(error.starts_with("npm/size-budget.json is no JSON: "), "{error}");
    }

    #[test]
    fn a_number_that_is_not_there_is_named() {
        let measured = json!({ "dist/index.js": { "raw": 1 } });
        let error = Sizes::read("dist/index.js", &measured, &json!({})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the output of `npm run size -- --json` has no number `dist/index.js.gzip`"
        );
    }
}
