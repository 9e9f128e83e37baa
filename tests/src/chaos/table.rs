//! A verdict as a table for people.
//!
//! Owns: its form. What was not kept follows below it, in sentences.

use std::fmt;

use super::stream::StreamKind;
use super::verdict::{Row, Verdict, Wire};

/// So many findings are printed; a run that broke something has thousands of one kind.
const MAX_FINDINGS: usize = 20;

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["sent", "delivered", "lost", "twice", "redelivered", "out of order", "told"];
        write!(f, "{:12}", "")?;
        for head in heads {
            write!(f, " {head:>12}")?;
        }
        writeln!(f)?;
        write_row(f, "lane", &self.lane)?;
        write_row(f, "requests", &self.requests)?;
        for kind in StreamKind::ALL {
            write_row(f, &kind.to_string(), &self.streams.get(&kind).copied().unwrap_or_default())?;
        }
        writeln!(f, "\nmessages: {} to the server, {} to clients", self.messages_up(), self.messages_down())?;
        write_wire(f, &self.wire)?;
        for finding in self.findings.iter().take(MAX_FINDINGS) {
            writeln!(f, "✗ {finding}")?;
        }
        match self.findings.len().saturating_sub(MAX_FINDINGS) {
            0 => Ok(()),
            more => writeln!(f, "✗ and {more} more"),
        }
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, name: &str, row: &Row) -> fmt::Result {
    let Row { sent, delivered, lost, twice, redelivered, out_of_order, told } = row;
    write!(f, "{name:12}")?;
    for count in [sent, delivered, lost, twice, redelivered, out_of_order, told] {
        write!(f, " {count:>12}")?;
    }
    writeln!(f)
}

fn write_wire(f: &mut fmt::Formatter<'_>, wire: &Wire) -> fmt::Result {
    let Wire { attempts, resumed, moved, fresh, gaps, resets, refused, longest_outage, terminated, killed } =
        wire;
    writeln!(f, "server restarts: {terminated} by SIGTERM, {killed} by SIGKILL")?;
    write!(f, "reconnects: {} in {attempts} attempts; resumed {resumed}", wire.reconnects())?;
    for (reason, count) in fresh {
        write!(f, ", fresh {reason} {count}")?;
    }
    writeln!(f, "\nmoves: {moved}; gaps told: {gaps}; resets told: {resets}; sends refused: {refused}")?;
    writeln!(f, "longest outage: {} ms", longest_outage.as_millis())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::chaos::verdict::{Finding, Violation};

    #[test]
    fn the_table_has_every_count_under_its_head() {
        let lane = Row { sent: 1, delivered: 2, lost: 3, twice: 4, redelivered: 5, out_of_order: 6, told: 7 };
        let fresh = [("expired".to_owned(), 8)].into();
        let longest_outage = Duration::from_millis(1_234);
        let wire = Wire { attempts: 19, resumed: 10, fresh, longest_outage, ..Wire::default() };
        let finding =
            Finding { client: "page-1".into(), sequence: "broadcast".into(), violation: Violation::Lost(17) };
        let verdict = Verdict { lane, wire, findings: vec![finding; 21], ..Verdict::default() };
        let table = verdict.to_string();
        let lines: Vec<&str> = table.lines().collect();
        let at = |head: &str| lines[0].find(head).unwrap() + head.len();
        assert_eq!(&lines[1][..at("delivered")][at("sent")..].trim(), &"2");
        assert_eq!(&lines[1][..at("told")][at("out of order")..].trim(), &"7");
        assert!(table.contains("messages: 2 to the server, 0 to clients\n"), "{table}");
        assert!(table.contains("reconnects: 18 in 19 attempts; resumed 10, fresh expired 8\n"), "{table}");
        assert!(table.contains("longest outage: 1234 ms\n"), "{table}");
        assert!(table.contains("✗ page-1, broadcast: 17 was lost without a word\n"), "{table}");
        assert!(table.ends_with("✗ and 1 more\n"), "{table}");
    }
}
