//! What the form of a message allows and its place does not: each refusal by its name.

// A test that cannot go on may panic, also outside the function that carries the attribute.
#![allow(clippy::unwrap_used)]

use staywire_protocol::message::{
    DecodeError, MAX_ANSWER_BYTES, MAX_OPENING_BYTES, MessageKind, Opening, ToClient, ToServer,
};
use staywire_protocol::wire::{Token, WireErrorKind};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TOKEN: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const ID: &str = "000102030405060708090a0b0c0d0e0f";
const LIMITS: &str = "limits 65536 120000 15000 5000 262144 1000 262144";

fn from_client(message: &str) -> Result<ToServer<usize, Token>, DecodeError> {
    ToServer::decode(MessageKind::Text, message.as_bytes(), |at| at).map(|(typed, _)| typed)
}

fn from_server(message: &str) -> Result<ToClient<usize>, DecodeError> {
    ToClient::decode(MessageKind::Text, message.as_bytes(), |at| at).map(|(typed, _)| typed)
}

fn opening(message: &str) -> Result<Opening<Token>, DecodeError> {
    Opening::decode(MessageKind::Text, message.as_bytes()).map(|(typed, _)| typed)
}

fn answer(message: &str) -> Result<ToClient<usize>, DecodeError> {
    ToClient::decode_answer(MessageKind::Text, message.as_bytes()).map(|(typed, _)| typed)
}

fn resume(fields: &str) -> String {
    format!("resume {ID} {TOKEN} {TOKEN} 2 0 0{fields}")
}

fn welcome(fields: &str) -> String {
    format!("welcome {ID} {ID} 1\n{LIMITS}{fields}")
}

#[test]
fn a_client_sends_nothing_that_is_the_servers() {
    for message in ["c100", "s1 1\nx", "move 20000", "gone 1 5", "recovered 1 b k3f9 0"] {
        assert_eq!(from_client(message), Err(DecodeError::WrongDirection), "{message}");
        assert!(from_server(message).is_ok(), "{message}");
    }
}

#[test]
fn a_server_sends_nothing_that_is_the_clients() {
    for message in ["t1 * 0 orders", "u1 orders", "w1 orders\nx"] {
        assert_eq!(from_server(message), Err(DecodeError::WrongDirection), "{message}");
        assert!(from_client(message).is_ok(), "{message}");
    }
}

#[test]
fn what_is_counted_from_1_is_never_0() {
    for message in ["d0\nx", "r0\nx", "y0 1\nx", "y1 0\nx", "e0 1 5\nx", "e1 0 5\nx", "x0 1", "x1 0"] {
        assert_eq!(from_client(message), Err(DecodeError::NumberZero), "{message}");
        assert_eq!(from_server(message), Err(DecodeError::NumberZero), "{message}");
    }
    for message in ["t0 * 0 orders", "u0 orders", "w0 orders\nx"] {
        assert_eq!(from_client(message), Err(DecodeError::NumberZero), "{message}");
    }
    for message in ["s1 0\nx", "gap 1 b k3f9 0 4"] {
        assert_eq!(from_server(message), Err(DecodeError::NumberZero), "{message}");
    }
    assert_eq!(opening(&format!("hello {TOKEN} 0")), Err(DecodeError::NumberZero));
    assert_eq!(opening(&format!("resume {ID} {TOKEN} {TOKEN} 0 0 0")), Err(DecodeError::NumberZero));
    for line in
        [format!("welcome {ID} {ID} 0"), format!("resumed {ID} 0 0 0"), format!("fresh expired {ID} {ID} 0")]
    {
        assert_eq!(answer(&format!("{line}\n{LIMITS}")), Err(DecodeError::NumberZero), "{line}");
    }
}

#[test]
fn a_position_before_the_first_message_is_0() {
    for message in ["a0", "p0", "o0", "t1 k3f9 0 orders"] {
        assert!(from_client(message).is_ok(), "{message}");
    }
    for message in ["recovered 0 b k3f9 0", "s0 1\nx", "c0", "move 0"] {
        assert!(from_server(message).is_ok(), "{message}");
    }
}

#[test]
fn only_a_message_with_a_payload_that_may_be_binary_travels_in_a_binary_message() {
    let decode =
        |message: &str| ToServer::<usize, Token>::decode(MessageKind::Binary, message.as_bytes(), |at| at);
    for message in ["a1", "goodbye", "x2 1", "t1 * 0 orders", "e1 1 5\nwhy"] {
        assert_eq!(decode(message), Err(DecodeError::NotText), "{message}");
    }
    for message in ["d1\n\u{0}", "r1\n", "y1 1\n", "w1 orders\n"] {
        assert!(decode(message).is_ok(), "{message}");
    }
    let hello = format!("hello {TOKEN} 1");
    assert_eq!(Opening::decode(MessageKind::Binary, hello.as_bytes()), Err(DecodeError::NotText));
    let welcome = welcome("");
    let decoded = ToClient::<usize>::decode_answer(MessageKind::Binary, welcome.as_bytes());
    assert_eq!(decoded, Err(DecodeError::NotText));
}

#[test]
fn nothing_is_said_twice_in_an_opening() {
    let stream = "\nstream t k3f9 0 orders";
    assert!(opening(&resume(stream)).is_ok());
    let again = format!("{stream}\nstream t other 7 orders");
    assert_eq!(opening(&resume(&again)), Err(DecodeError::RepeatedStream));
    let protocols = "\nprotocol chat\nprotocol chat";
    assert_eq!(opening(&resume(protocols)), Err(DecodeError::RepeatedSubProtocol));
}

#[test]
fn nothing_is_said_twice_in_an_answer() {
    let line = "\nrecovered 1 t k3f9 0 orders";
    assert!(answer(&welcome(line)).is_ok());
    let again = format!("{line}\ngap 2 t k3f9 1 4 orders");
    assert_eq!(answer(&welcome(&again)), Err(DecodeError::RepeatedStream));
    let alias = format!("{line}\nrecovered 1 b k3f9 0");
    assert_eq!(answer(&welcome(&alias)), Err(DecodeError::RepeatedAlias));
}

#[test]
fn a_gap_has_at_least_one_number() {
    assert!(from_server("gap 1 b k3f9 4 4").is_ok());
    assert_eq!(from_server("gap 1 b k3f9 5 4"), Err(DecodeError::EmptyGap));
    assert_eq!(answer(&welcome("\ngap 1 b k3f9 5 4")), Err(DecodeError::EmptyGap));
}

#[test]
fn an_opening_and_an_answer_have_a_longest_length() {
    let streams =
        |line: &str| (0..).map(|number| format!("{line}{number:04}")).take(8_000).collect::<String>();
    let opening_of = |bytes: usize| resume(&streams("\nstream t k3f9 0 "))[..bytes].to_owned();
    assert!(!matches!(opening(&opening_of(MAX_OPENING_BYTES)), Err(DecodeError::OpeningTooLong { .. })));
    let bytes = MAX_OPENING_BYTES + 1;
    assert_eq!(opening(&opening_of(bytes)), Err(DecodeError::OpeningTooLong { bytes }));
    let answer_of = |bytes: usize| welcome(&streams("\nrecovered 1 t k3f9 0 "))[..bytes].to_owned();
    assert!(!matches!(answer(&answer_of(MAX_ANSWER_BYTES)), Err(DecodeError::AnswerTooLong { .. })));
    let bytes = MAX_ANSWER_BYTES + 1;
    assert_eq!(answer(&answer_of(bytes)), Err(DecodeError::AnswerTooLong { bytes }));
}

#[test]
fn the_first_message_is_not_a_later_one_and_the_other_way_round() {
    let hello = format!("hello {TOKEN} 1");
    let unknown = |result: Result<(), DecodeError>| matches!(result, Err(DecodeError::Wire(error)) if error.kind == WireErrorKind::UnknownHeader);
    assert!(unknown(from_client(&hello).map(drop)));
    assert!(unknown(from_server(&welcome("")).map(drop)));
    assert!(unknown(opening("d1\nx").map(drop)));
    assert!(unknown(answer("d1\nx").map(drop)));
}

#[test]
fn a_payload_is_cut_out_of_its_message_by_its_offset() {
    let message = b"d17\n\xF0\x00payload";
    let decoded = ToServer::<_, Token>::decode(MessageKind::Binary, message, |at| &message[at..]);
    let Ok((
        ToServer::Lane { number, message: staywire_protocol::message::LaneMessage::Message(payload) },
        bytes,
    )) = decoded
    else {
        panic!("{decoded:?}")
    };
    assert_eq!((number, payload, bytes), (17, &b"\xF0\x00payload"[..], 9));
}

#[test]
fn a_refusal_says_what_is_wrong_in_words() {
    let refused = from_client("s1 1\nx").unwrap_err();
    assert_eq!(refused.to_string(), "a message that only the other side sends");
    let malformed = from_client("d01\nx").unwrap_err();
    assert_eq!(malformed.to_string(), "a number with a leading zero at byte 1");
}
