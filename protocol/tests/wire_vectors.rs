//! The golden vectors: what each message looks like, and what is refused.
//!
//! `npm/test/wire.test.js` reads the same files with a reader of its own.
//!
//! ```text
//! vector ─► parse ─► fields, as the vector says ─► encode ─► the vector's bytes again
//! ```

// A test that cannot go on may panic, also outside the function that carries the attribute.
#![allow(clippy::unwrap_used)]

mod wire_fields;

use serde_json::Value;
use staywire_protocol::wire::{Answer, Header, Opening, OpeningHeader, WireError};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LANE: &str = include_str!("../../tests/fixtures/wire/lane.json");
const CONTROL: &str = include_str!("../../tests/fixtures/wire/control.json");
const OPENING: &str = include_str!("../../tests/fixtures/wire/opening.json");
const ANSWER: &str = include_str!("../../tests/fixtures/wire/answer.json");

/// What a message says, as the vectors write it, and the bytes that it encodes to.
struct Read {
    fields: Value,
    payload_offset: Option<usize>,
    encoded: Vec<u8>,
}

fn read_header(message: &[u8]) -> Result<Read, WireError> {
    let (header, payload) = Header::parse(message)?;
    let mut encoded = Vec::new();
    header.encode(&mut encoded);
    assert_eq!(encoded.len(), payload, "the payload begins where the header ends");
    encoded.extend_from_slice(&message[payload..]);
    let has_payload = encoded.get(payload - 1) == Some(&b'\n');
    Ok(Read {
        fields: wire_fields::of_header(&header),
        payload_offset: has_payload.then_some(payload),
        encoded,
    })
}

fn read_opening(message: &[u8]) -> Result<Read, WireError> {
    let opening = Opening::parse(message)?;
    let mut encoded = Vec::new();
    let (credential, protocols, streams) = (opening.credential, opening.protocols(), opening.streams());
    match opening.header {
        OpeningHeader::Hello(hello) => hello.encode(credential, protocols, streams, &mut encoded),
        OpeningHeader::Resume(resume) => resume.encode(credential, protocols, streams, &mut encoded),
    }
    Ok(Read { fields: wire_fields::of_opening(&opening), payload_offset: None, encoded })
}

fn read_answer(message: &[u8]) -> Result<Read, WireError> {
    let answer = Answer::parse(message)?;
    let mut encoded = Vec::new();
    answer.header.encode(&answer.limits, answer.protocol, answer.streams(), &mut encoded);
    Ok(Read { fields: wire_fields::of_answer(&answer), payload_offset: None, encoded })
}

/// The bytes of a vector: its lines with line feeds between them, or hexadecimal.
fn bytes(vector: &Value) -> Vec<u8> {
    if let Some(hex) = vector["hex"].as_str() {
        let pairs = hex.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        return pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    }
    let lines = vector["lines"].as_array().unwrap();
    lines.iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n").into_bytes()
}

fn check(file: &str, read: fn(&[u8]) -> Result<Read, WireError>) {
    let vectors: Value = serde_json::from_str(file).unwrap();
    for vector in vectors["accepted"].as_array().unwrap() {
        let (name, bytes) = (&vector["name"], bytes(vector));
        let message = read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(message.fields, vector["fields"], "{name}");
        assert_eq!(
            message.payload_offset.map(|offset| offset as u64),
            vector["payloadOffset"].as_u64(),
            "{name}"
        );
        assert_eq!(message.encoded, bytes, "{name}");
    }
    for vector in vectors["refused"].as_array().unwrap() {
        let name = &vector["name"];
        let Err(error) = read(&bytes(vector)) else { panic!("{name} is accepted") };
        let refusal = (format!("{:?}", error.kind), error.offset as u64);
        let expected = (vector["error"].as_str().unwrap().to_owned(), vector["offset"].as_u64().unwrap());
        assert_eq!(refusal, expected, "{name}");
    }
}

#[test]
fn lane_messages_are_as_the_vectors_say() {
    check(LANE, read_header);
}

#[test]
fn control_messages_are_as_the_vectors_say() {
    check(CONTROL, read_header);
}

#[test]
fn openings_are_as_the_vectors_say() {
    check(OPENING, read_opening);
}

#[test]
fn answers_are_as_the_vectors_say() {
    check(ANSWER, read_answer);
}
