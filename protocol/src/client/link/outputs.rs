//! The outputs that a link has not been asked for yet.
//!
//! Owns their order. They are taken between one command and the next, and what
//! one command brings is a handful: a few places are enough, and nothing is
//! allocated.

/// More than any command brings, as long as a session that ends and all that follows from it.
const PLACES: usize = 16;

/// A first-in-first-out queue with `PLACES` places, all of them free again whenever it is empty.
#[derive(Debug)]
pub(super) struct Outputs<O> {
    places: [Option<O>; PLACES],
    /// How many of them were taken out.
    taken: usize,
    /// How many of them were put in.
    put: usize,
}

impl<O> Outputs<O> {
    pub(super) const fn new() -> Self {
        Self { places: [const { None }; PLACES], taken: 0, put: 0 }
    }

    /// Puts `output` at the end.
    ///
    /// # Panics
    ///
    /// When there are `PLACES` outputs that nobody has taken.
    pub(super) fn push(&mut self, output: O) {
        self.places[self.put] = Some(output);
        self.put += 1;
    }

    /// Takes the oldest.
    pub(super) fn pop(&mut self) -> Option<O> {
        let output = self.places.get_mut(self.taken).and_then(Option::take);
        self.taken += 1;
        if output.is_none() {
            (self.taken, self.put) = (0, 0);
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn outputs_leave_in_the_order_in_which_they_came() {
        let mut outputs = Outputs::new();
        outputs.push('a');
        outputs.push('b');
        assert_eq!(outputs.pop(), Some('a'));
        outputs.push('c');
        assert_eq!([outputs.pop(), outputs.pop(), outputs.pop()], [Some('b'), Some('c'), None]);
    }

    #[test]
    fn who_takes_all_outputs_between_two_commands_always_finds_room() {
        let mut outputs = Outputs::new();
        for command in 0..100 {
            (0..PLACES).for_each(|_| outputs.push(command));
            (0..PLACES).for_each(|_| assert_eq!(outputs.pop(), Some(command)));
            assert_eq!(outputs.pop(), None);
        }
    }
}
