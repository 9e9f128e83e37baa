//! What ran, how many passed, how long it took.

use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

use super::Tally;

/// The rows so far, in the order in which the parts ran.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

struct Row {
    part: String,
    tally: Tally,
    elapsed: Duration,
}

impl Table {
    /// Runs a part and keeps what came of it.
    pub(crate) fn row(&mut self, part: impl Into<String>, run: impl FnOnce() -> Tally) {
        let started = Instant::now();
        let tally = run();
        self.rows.push(Row { part: part.into(), tally, elapsed: started.elapsed() });
    }

    /// Whether every part so far tested something, and nothing failed.
    pub(crate) fn is_success(&self) -> bool {
        self.rows.iter().all(|row| row.tally.is_success())
    }

    /// Prints the table.
    ///
    /// # Errors
    ///
    /// The names of the parts that failed or counted no test.
    pub(crate) fn finish(self) -> Result<(), Box<dyn Error>> {
        print!("\n{self}");
        let failed: Vec<&str> =
            self.rows.iter().filter(|row| !row.tally.is_success()).map(|row| &*row.part).collect();
        if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {:26} {:>7} {:>7} {:>8}", "part", "passed", "failed", "seconds")?;
        let mut tally = Tally::default();
        let mut elapsed = Duration::ZERO;
        for row in &self.rows {
            tally.add(row.tally);
            elapsed += row.elapsed;
            let mark = if row.tally.is_success() { '✓' } else { '✗' };
            let remark = if row.tally == Tally::default() { "  no test ran" } else { "" };
            writeln!(f, "{mark} {}{remark}", columns(&row.part, row.tally, row.elapsed))?;
        }
        writeln!(f, "  {}", columns("total", tally, elapsed))
    }
}

fn columns(part: &str, Tally { passed, failed }: Tally, elapsed: Duration) -> String {
    format!("{part:26} {passed:>7} {failed:>7} {:>8.1}", elapsed.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(tallies: [Tally; 2]) -> Table {
        let mut table = Table::default();
        table.row("first", || tallies[0]);
        table.row("second", || tallies[1]);
        table
    }

    #[test]
    fn a_table_of_successes_is_one() {
        assert!(table([Tally::of_one(true); 2]).finish().is_ok());
    }

    #[test]
    fn a_failed_part_and_one_without_tests_are_named() {
        let error = table([Tally::of_one(false), Tally::default()]).finish().unwrap_err();
        assert_eq!(error.to_string(), "failed: first, second");
    }

    #[test]
    fn a_row_without_tests_says_so() {
        let shown = table([Tally::of_one(true), Tally::default()]).to_string();
        let rows: Vec<&str> = shown.lines().collect();
        assert!(rows[1].starts_with("✓ first"));
        assert!(rows[2].starts_with("✗ second") && rows[2].ends_with("no test ran"));
    }
}
