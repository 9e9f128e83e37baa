//! A set of a lane's numbers that grows at its end.
//!
//! In order and side by side: a search tree would be a fifth of what ships to
//! browsers, for sets that are small or emptied from the front.

use alloc::collections::VecDeque;

/// Numbers in ascending order.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    numbers: VecDeque<u64>,
}

impl Numbers {
    /// No number.
    #[must_use]
    pub const fn new() -> Self {
        Self { numbers: VecDeque::new() }
    }

    /// Adds `number`, which is higher than all that were added before.
    pub fn push(&mut self, number: u64) {
        self.numbers.push_back(number);
    }

    /// Whether `number` is one of them.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        self.numbers.binary_search(&number).is_ok()
    }

    /// Takes `number` out; whether it was one of them.
    pub fn remove(&mut self, number: u64) -> bool {
        self.numbers.binary_search(&number).is_ok_and(|index| self.numbers.remove(index).is_some())
    }

    /// Takes out the lowest number that is not higher than `number`.
    pub fn pop_up_to(&mut self, number: u64) -> Option<u64> {
        self.numbers.pop_front_if(|first| *first <= number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn numbers(all: &[u64]) -> Numbers {
        Numbers { numbers: all.iter().copied().collect() }
    }

    #[test]
    fn a_number_is_taken_out_once() {
        let mut numbers = numbers(&[2, 5, 9]);
        assert!(numbers.contains(5) && numbers.remove(5));
        assert!(!numbers.contains(5) && !numbers.remove(5));
        assert!(!numbers.remove(3));
    }

    #[test]
    fn what_is_low_enough_comes_out_in_order() {
        let mut numbers = numbers(&[2, 5]);
        numbers.push(9);
        assert_eq!(
            [numbers.pop_up_to(5), numbers.pop_up_to(5), numbers.pop_up_to(5)],
            [Some(2), Some(5), None]
        );
        assert!(numbers.contains(9));
    }
}
