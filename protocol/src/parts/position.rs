//! How far a reader has read a stream, and what the next number means to it.

/// What a number that arrived means to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Arrival {
    /// It is the next one: deliver it.
    Next,
    /// It was read before: drop it. A second connection repeats what the first has delivered meanwhile.
    Repeat,
    /// Numbers are missing before it: a violation, for gaps are told and never left to be counted.
    Skipped,
}

/// The last number that was read, 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position(u64);

impl Position {
    /// The place right after `offset`.
    #[must_use]
    pub const fn after(offset: u64) -> Self {
        Self(offset)
    }

    /// The last number that was read.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.0
    }

    /// Reads `offset` if it is the next.
    pub const fn arrive(&mut self, offset: u64) -> Arrival {
        if offset <= self.0 {
            return Arrival::Repeat;
        }
        if offset != self.0 + 1 {
            return Arrival::Skipped;
        }
        self.0 = offset;
        Arrival::Next
    }

    /// Steps over numbers that were told to be lost; never back.
    pub const fn skip_to(&mut self, offset: u64) {
        if offset > self.0 {
            self.0 = offset;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_next_number_is_read_and_a_repeat_is_not() {
        let mut position = Position::default();
        let arrivals = [1, 2, 1, 2, 3].map(|offset| position.arrive(offset));
        assert_eq!(arrivals, [Arrival::Next, Arrival::Next, Arrival::Repeat, Arrival::Repeat, Arrival::Next]);
    }

    #[test]
    fn a_missing_number_is_never_counted_implicitly() {
        let mut position = Position::after(4);
        assert_eq!((position.arrive(6), position.offset()), (Arrival::Skipped, 4));
    }

    #[test]
    fn a_gap_that_was_told_is_stepped_over() {
        let mut position = Position::after(4);
        position.skip_to(9);
        assert_eq!(position.arrive(10), Arrival::Next);
        position.skip_to(2);
        assert_eq!(position.offset(), 10, "never back");
    }
}
