//! What holds for every message, over drawn messages and over bytes that are none.

// A test that cannot go on may panic, also outside the function that carries the attribute.
#![allow(clippy::unwrap_used)]

mod wire_canonical;
mod wire_messages;
mod wire_typed;

use staywire_protocol::Random;
use staywire_protocol::wire::{
    Epoch, Header, MAX_NUMBER, Name, Stream, StreamLine, StreamOutcome, StreamPosition,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use wire_canonical::assert_canonical;
use wire_messages::AnyMessage;
use wire_typed::AnyTyped;

/// Messages per property; wasm32 runs them interpreted first, so it gets fewer.
const MESSAGES: u64 = if cfg!(target_arch = "wasm32") { 1_000 } else { 20_000 };

fn draw(random: &mut Random) -> AnyMessage {
    AnyMessage::draw(&mut |bound| random.below(bound))
}

#[test]
fn every_message_comes_back_as_it_was_sent() {
    for seed in 0..MESSAGES {
        let message = draw(&mut Random::from_seed(seed));
        message.assert_parses_from(&message.encode());
    }
}

#[test]
fn every_typed_message_comes_back_as_it_was_sent() {
    for seed in 0..MESSAGES {
        let mut random = Random::from_seed(seed);
        AnyTyped::draw(&mut |bound| random.below(bound)).assert_comes_back();
    }
}

#[test]
fn a_payload_begins_where_its_header_ends_and_is_not_looked_at() {
    for seed in 0..MESSAGES {
        let AnyMessage::Header(header) = draw(&mut Random::from_seed(seed)) else { continue };
        let mut message = encoded(&header);
        let header_len = message.len();
        if message.ends_with(b"\n") {
            message.extend_from_slice(b"\n\xFF\0d1\n");
        }
        assert_eq!(Header::parse(&message), Ok((header, header_len)), "seed {seed}");
    }
}

#[test]
fn random_bytes_are_refused_or_canonical() {
    for seed in 0..MESSAGES {
        let mut random = Random::from_seed(seed);
        let len = random.below(64);
        assert_canonical(&(0..len).map(|_| random.next_u64() as u8).collect::<Vec<_>>());
        assert_canonical(&(0..len).map(|_| b"drs0 19\nt*"[random.below(10) as usize]).collect::<Vec<_>>());
    }
}

#[test]
fn damaged_messages_are_refused_or_canonical() {
    for seed in 0..MESSAGES {
        let mut random = Random::from_seed(seed);
        let mut message = draw(&mut random).encode();
        for _ in 0..=random.below(3) {
            damage(&mut message, &mut random);
            assert_canonical(&message);
        }
    }
}

/// One thing that a broken peer or an attacker might do to a message.
fn damage(message: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(message.len() as u32 + 1) as usize;
    let byte = b" \n0*%9az\xFF"[random.below(9) as usize];
    match random.below(5) {
        0 => message.truncate(at),
        1 => message.insert(at, byte),
        2 => message.extend_from_within(at..),
        _ if at == message.len() => message.push(byte),
        3 => message[at] = byte,
        _ => drop(message.remove(at)),
    }
}

#[test]
fn a_message_that_is_cut_anywhere_is_refused_or_canonical() {
    for seed in 0..MESSAGES / 200 {
        let bytes = draw(&mut Random::from_seed(seed)).encode();
        for len in 0..bytes.len() {
            assert_canonical(&bytes[..len]);
        }
    }
}

#[test]
fn a_data_header_has_at_most_12_bytes_while_alias_and_offset_have_nine_digits_together() {
    for (alias, offset) in [(0, 1), (999, 999_999), (1, 99_999_999), (123_456, 789)] {
        let len = encoded(&Header::StreamMessage { alias, offset }).len();
        assert!(len <= 12, "{len} bytes");
    }
    assert!(encoded(&Header::Message { number: 999_999 }).len() <= 12);
}

#[test]
fn the_longest_header_has_858_bytes() {
    let position = StreamPosition { epoch: Epoch::new("0123456789abcdef").unwrap(), offset: MAX_NUMBER };
    let line = StreamLine {
        alias: MAX_NUMBER,
        stream: Stream::Topic(Name::new(" ".repeat(Name::MAX_BYTES)).unwrap()),
        outcome: StreamOutcome::Reset { held: position, position },
    };
    let longest = encoded(&Header::Subscribed(line)).len();
    assert_eq!(longest, 858);
    for seed in 0..MESSAGES {
        let AnyMessage::Header(header) = draw(&mut Random::from_seed(seed)) else { continue };
        assert!(encoded(&header).len() <= longest, "seed {seed}");
    }
}

fn encoded(header: &Header<'_>) -> Vec<u8> {
    let mut line = Vec::new();
    header.encode(&mut line);
    line
}
