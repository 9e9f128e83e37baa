//! How many tests passed and failed.
//!
//! Owns: reading that from what test tools print. A tool that fails without
//! having counted a failure (it did not compile, it crashed) counts as one.

use crate::step::Finished;

/// The tests of one part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Tally {
    /// Something that is one test by itself.
    pub(crate) fn of_one(passed: bool) -> Self {
        Self { passed: u32::from(passed), failed: u32::from(!passed) }
    }

    /// The sum over all binaries that `cargo test`, or the runner of wasm-bindgen, ran.
    pub(crate) fn of_cargo_test(finished: &Finished) -> Self {
        Self::summed(finished, libtest_result)
    }

    /// The sum over all runs of `node --test`.
    pub(crate) fn of_node_test(finished: &Finished) -> Self {
        Self::summed(finished, node_count)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Whether something was tested, and nothing failed.
    pub(crate) fn is_success(self) -> bool {
        self.passed > 0 && self.failed == 0
    }

    fn summed(finished: &Finished, read_line: fn(&str) -> Option<Self>) -> Self {
        let mut sum = Self::default();
        for tally in finished.output.lines().filter_map(read_line) {
            sum.add(tally);
        }
        if !finished.succeeded {
            sum.failed = sum.failed.max(1);
        }
        sum
    }
}

/// `test result: ok. 5 passed; 0 failed; 0 ignored; …`
fn libtest_result(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let count = |word: &str| {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(word))
            .and_then(|number| number.trim().parse().ok())
    };
    Some(Tally { passed: count("passed")?, failed: count("failed")? })
}

/// `# pass 12` of the TAP reporter, `ℹ pass 12` of the one for people.
fn node_count(line: &str) -> Option<Tally> {
    let summary = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = summary.split_once(' ')?;
    let number = number.parse().ok()?;
    match word {
        "pass" => Some(Tally { passed: number, failed: 0 }),
        "fail" => Some(Tally { passed: 0, failed: number }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(succeeded: bool, output: &str) -> Finished {
        Finished { succeeded, output: output.to_owned() }
    }

    #[test]
    fn cargo_tests_are_summed_over_binaries() {
        let output = "\
running 2 tests
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s
";
        let tally = Tally::of_cargo_test(&finished(false, output));
        assert_eq!(tally, Tally { passed: 5, failed: 1 });
    }

    #[test]
    fn node_tests_are_read_from_either_reporter() {
        for output in ["# tests 4\n# pass 3\n# fail 1\n", "ℹ tests 4\nℹ pass 3\nℹ fail 1\n"] {
            let tally = Tally::of_node_test(&finished(false, output));
            assert_eq!(tally, Tally { passed: 3, failed: 1 });
        }
    }

    #[test]
    fn a_tool_that_fails_without_counting_counts_as_one_failure() {
        let tally = Tally::of_cargo_test(&finished(false, "error: could not compile\n"));
        assert_eq!(tally, Tally { passed: 0, failed: 1 });
    }

    #[test]
    fn a_part_without_a_test_is_no_success() {
        let tally = Tally::of_cargo_test(&finished(true, "no tests to run!\n"));
        assert_eq!(tally, Tally::default());
        assert!(!tally.is_success());
        assert!(Tally::of_one(true).is_success());
        assert!(!Tally { passed: 9, failed: 1 }.is_success());
    }
}
