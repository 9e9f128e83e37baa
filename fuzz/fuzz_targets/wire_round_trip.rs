//! Any message at all: it comes back from its bytes as it was.

#![no_main]

#[path = "../../protocol/tests/wire_messages/mod.rs"]
mod wire_messages;

use libfuzzer_sys::{arbitrary::Unstructured, fuzz_target};
use wire_messages::AnyMessage;

fuzz_target!(|choices: &[u8]| {
    let mut choices = Unstructured::new(choices);
    // When the choices are used up, every further one is the first.
    let message =
        AnyMessage::draw(&mut |bound| choices.int_in_range(0..=bound.saturating_sub(1)).unwrap_or(0));
    message.assert_parses_from(&message.encode());
});
