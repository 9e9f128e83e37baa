//! `cargo xtask e2e`: the tests that need a real browser and a real server at once.
//!
//! Owns: which test targets make which row: one for each of the nine systems
//! that the project began with, by the names of their files, and one for all else.

use std::error::Error;
use std::{fs, io};

use crate::pages;
use crate::project::Project;
use crate::setup;
use crate::step::Step;
use crate::test::{Table, Tally};
use crate::wasm;

const TARGETS: &str = "tests/tests";

/// Set for the tests that take the documentation's pictures, to have them written there.
const PICTURES: &str = "STAYWIRE_PICTURES";

/// Sets up, builds and runs these tests alone; with `pictures`, they renew those of the documentation.
///
/// # Errors
///
/// What set-up or a build says, or that a test failed.
pub(crate) fn run(project: &Project, pictures: bool) -> Result<(), Box<dyn Error>> {
    setup::for_tests(project)?;
    wasm::build_package(project)?;
    pages::build(project)?;
    let mut table = Table::default();
    rows(project, pictures, &mut table);
    table.finish()
}

/// Runs the tests on a machine and a build that are ready.
pub(crate) fn rows(project: &Project, pictures: bool, table: &mut Table) {
    let targets = targets(project).unwrap_or_else(|error| {
        eprintln!("error: {TARGETS}: {error}");
        Vec::new()
    });
    let Rows { systems, others } = Rows::of(&targets);
    for (title, targets) in systems {
        table.row(title.clone(), || tests(project, title, &targets, pictures));
    }
    let title = "e2e, all else";
    table.row(title, || {
        // The library of the tests has tests of its own.
        let mut tally = packaged(project, title, &["--lib", "--bins"], pictures);
        tally.add(tests(project, title, &others, pictures));
        tally
    });
}

/// Runs `targets`; none of them is a row in which nothing ran.
fn tests(project: &Project, title: impl Into<String>, targets: &[&str], pictures: bool) -> Tally {
    if targets.is_empty() {
        return Tally::default();
    }
    let selection: Vec<&str> = targets.iter().flat_map(|target| ["--test", target]).collect();
    packaged(project, title, &selection, pictures)
}

fn packaged(project: &Project, title: impl Into<String>, selection: &[&str], pictures: bool) -> Tally {
    let mut command = project.command("cargo", ["test", "--package", "staywire-tests", "--no-fail-fast"]);
    command.args(selection);
    if pictures {
        command.env(PICTURES, "1");
    }
    Tally::of_cargo_test(&Step::new(title, command).run(project))
}

/// The names of all test targets: files and folders alike.
fn targets(project: &Project) -> io::Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(project.path(TARGETS))? {
        let name = entry?.file_name();
        targets.push(name.to_string_lossy().trim_end_matches(".rs").to_owned());
    }
    targets.sort();
    Ok(targets)
}

/// Test targets by the row that they belong to.
struct Rows<'a> {
    /// S1 to S9, those without a target included: they would be missed.
    systems: Vec<(String, Vec<&'a str>)>,
    others: Vec<&'a str>,
}

impl<'a> Rows<'a> {
    fn of(targets: &'a [String]) -> Self {
        let mut others: Vec<&str> = targets.iter().map(String::as_str).collect();
        let mut systems = Vec::new();
        for number in 1..=9 {
            let prefix = format!("s{number}_");
            let own: Vec<&str> = others.extract_if(.., |target| target.starts_with(&prefix)).collect();
            let name = own.first().map_or("", |target| &target[prefix.len()..]);
            systems.push((format!("S{number} {name}").trim_end().to_owned(), own));
        }
        Self { systems, others }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_a_row_and_what_belongs_to_none_is_together() {
        let targets = ["chaos", "s1_tephra", "s4_chat", "s4_chat_storm", "sdk_messages"].map(str::to_owned);
        let Rows { systems, others } = Rows::of(&targets);
        assert_eq!(systems.len(), 9);
        assert_eq!(systems[0], ("S1 tephra".to_owned(), vec!["s1_tephra"]));
        assert_eq!(systems[1], ("S2".to_owned(), vec![]));
        assert_eq!(systems[3], ("S4 chat".to_owned(), vec!["s4_chat", "s4_chat_storm"]));
        assert_eq!(others, ["chaos", "sdk_messages"]);
    }
}
