//! A set of a lane's numbers that grows at its end.
//!
//! In order and side by side: a search tree would be a fifth of what ships to
//! browsers, and a ring a fortieth, for sets that are small or emptied in one go.

use alloc::vec::Vec;

/// Numbers in ascending order.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    numbers: Vec<u64>,
}

impl Numbers {
    /// No number.
    #[must_use]
    pub const fn new() -> Self {
        Self { numbers: Vec::new() }
    }

    /// Adds `number`, which is higher than all that were added before.
    pub fn push(&mut self, number: u64) {
        self.numbers.push(number);
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether `number` is one of them.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        self.numbers.contains(&number)
    }

    /// The number that was added last, if it was not taken out.
    #[must_use]
    pub fn highest(&self) -> Option<u64> {
        self.numbers.last().copied()
    }

    /// Takes `number` out; whether it was one of them.
    pub fn remove(&mut self, number: u64) -> bool {
        let index = self.numbers.iter().position(|&kept| kept == number);
        index.map(|index| self.numbers.remove(index)).is_some()
    }

    /// Takes out the lowest one.
    pub fn pop(&mut self) -> Option<u64> {
        let lowest = self.numbers.first().copied()?;
        self.remove(lowest).then_some(lowest)
    }

    /// Takes out all that are not higher than `number`.
    pub fn forget_up_to(&mut self, number: u64) {
        self.numbers.retain(|&kept| kept > number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn numbers(all: &[u64]) -> Numbers {
        Numbers { numbers: all.to_vec() }
    }

    #[test]
    fn a_number_is_taken_out_once() {
        let mut numbers = numbers(&[2, 5, 9]);
        assert!(numbers.contains(5) && numbers.remove(5));
        assert!(!numbers.contains(5) && !numbers.remove(5));
        assert!(!numbers.remove(3));
    }

    #[test]
    fn what_is_lowest_comes_out_first() {
        let mut numbers = numbers(&[2, 5]);
        numbers.push(9);
        numbers.push(11);
        assert_eq!(numbers.pop(), Some(2));
        numbers.forget_up_to(9);
        assert_eq!([numbers.pop(), numbers.pop()], [Some(11), None]);
        assert!(numbers.is_empty());
    }
}
