//! Any bytes at all: no parser panics, and what one accepts encodes to the same bytes.

#![no_main]

#[path = "../../protocol/tests/wire_canonical/mod.rs"]
mod wire_canonical;

libfuzzer_sys::fuzz_target!(|message: &[u8]| wire_canonical::assert_canonical(message));
