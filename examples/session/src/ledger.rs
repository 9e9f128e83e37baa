//! The server's half of the count: what is wrong with a row of numbers.
//!
//! Owns: the judgement of the page's numbers, from the numbers alone. Never:
//! knows a session; it would miss the same faults.

use std::ops::RangeInclusive;

use serde::{Serialize, Serializer};

/// More than a session that works ever has: a page with more of them is not this demo's.
const MAX_GAPS: usize = 64;

/// What is wrong with the numbers so far, which should be 1, 2, 3 and so on.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Ledger {
    last: u64,
    /// What was passed over and has not come since.
    #[serde(serialize_with = "as_pairs")]
    missing: Vec<RangeInclusive<u64>>,
    twice: u64,
    /// Numbers that came after a higher one.
    disordered: u64,
}

/// The numbers have more gaps than a ledger notes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManyGaps;

impl Ledger {
    /// Notes the next number.
    pub(crate) fn note(&mut self, number: u64) -> Result<(), TooManyGaps> {
        if number > self.last {
            if number > self.last + 1 {
                self.miss(self.last + 1..=number - 1)?;
            }
            self.last = number;
        } else if let Some(index) = self.missing.iter().position(|gap| gap.contains(&number)) {
            let (from, to) = self.missing.remove(index).into_inner();
            self.miss(from..=number - 1)?;
            self.miss(number + 1..=to)?;
            self.disordered += 1;
        } else {
            self.twice += 1;
        }
        Ok(())
    }

    fn miss(&mut self, gap: RangeInclusive<u64>) -> Result<(), TooManyGaps> {
        if self.missing.len() == MAX_GAPS {
            return Err(TooManyGaps);
        }
        self.missing.extend((!gap.is_empty()).then_some(gap));
        Ok(())
    }
}

fn as_pairs<S: Serializer>(gaps: &[RangeInclusive<u64>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(gaps.iter().map(|gap| (gap.start(), gap.end())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(numbers: &[u64]) -> String {
        let mut ledger = Ledger::default();
        for number in numbers {
            ledger.note(*number).unwrap();
        }
        serde_json::to_string(&ledger).unwrap()
    }

    #[test]
    fn a_row_without_fault_is_four_zeros() {
        assert_eq!(after(&[1, 2, 3]), r#"{"last":3,"missing":[],"twice":0,"disordered":0}"#);
    }

    #[test]
    fn what_is_passed_over_is_missing_until_it_comes_late() {
        assert_eq!(after(&[3, 7]), r#"{"last":7,"missing":[[1,2],[4,6]],"twice":0,"disordered":0}"#);
        assert_eq!(after(&[3, 7, 5]), r#"{"last":7,"missing":[[1,2],[4,4],[6,6]],"twice":0,"disordered":1}"#);
        assert_eq!(after(&[1, 3, 2]), r#"{"last":3,"missing":[],"twice":0,"disordered":1}"#);
    }

    #[test]
    fn what_comes_again_came_twice() {
        assert_eq!(after(&[1, 2, 2, 1, 3]), r#"{"last":3,"missing":[],"twice":2,"disordered":0}"#);
    }

    #[test]
    fn numbers_without_sense_do_not_fill_the_memory() {
        let mut ledger = Ledger::default();
        let noted = (1..).map(|number| ledger.note(number * 2)).position(|noted| noted.is_err());
        assert_eq!(noted, Some(MAX_GAPS));
    }
}
