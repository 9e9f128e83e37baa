//! Any message at all: it comes back from its bytes as it was.

#![no_main]

#[path = "../../protocol/tests/wire_messages/mod.rs"]
mod wire_messages;
#[path = "../../protocol/tests/wire_typed/mod.rs"]
mod wire_typed;

use libfuzzer_sys::{arbitrary::Unstructured, fuzz_target};
use wire_messages::AnyMessage;
use wire_typed::AnyTyped;

fuzz_target!(|choices: &[u8]| {
    let mut choices = Unstructured::new(choices);
    // When the choices are used up, every further one is the first.
    let mut dice = |bound: u32| choices.int_in_range(0..=bound.saturating_sub(1)).unwrap_or(0);
    if dice(2) == 0 {
        let message = AnyMessage::draw(&mut dice);
        message.assert_parses_from(&message.encode());
    } else {
        AnyTyped::draw(&mut dice).assert_comes_back();
    }
});
