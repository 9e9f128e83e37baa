//! The hot path of the wire allocates nothing.
#![cfg(not(target_arch = "wasm32"))]

use std::hint::black_box;

use allocation_counter::measure;
use staywire_protocol::wire::{Header, Opening};

const DATA_HEADERS: [&[u8]; 6] =
    [b"d1\nx", b"d999999\nx", b"s3 999\nx", b"s123 999999\nx", b"a41", b"p9007199254740991"];

#[test]
fn reading_and_writing_a_data_header_allocates_nothing() {
    let mut out = Vec::with_capacity(64);
    let allocated = measure(|| {
        for message in DATA_HEADERS {
            let (header, payload) = Header::parse(black_box(message)).unwrap();
            out.clear();
            header.encode(&mut out);
            assert_eq!(out, &message[..payload]);
        }
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn a_printable_topic_is_borrowed() {
    let allocated = measure(|| {
        black_box(Header::parse(b"t16 k3f9 250 orders/42").unwrap());
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn a_refused_message_allocates_nothing_whatever_its_size() {
    let digits = [b"d".as_slice(), &[b'9'; 100_000], b"\nx"].concat();
    let name = [b"u1 ".as_slice(), &b"%20".repeat(100_000)].concat();
    let allocated = measure(|| {
        assert!(Header::parse(black_box(&digits)).is_err());
        assert!(Header::parse(black_box(&name)).is_err());
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn an_opening_that_names_many_streams_allocates_nothing_until_they_are_read() {
    let token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    let id = "000102030405060708090a0b0c0d0e0f";
    let opening =
        format!("resume {id} {token} {token} 2 0 0{}", "\nstream t k3f9 17 orders/42".repeat(1_000));
    let allocated = measure(|| {
        let opening = Opening::parse(black_box(opening.as_bytes())).unwrap();
        assert_eq!(opening.streams().count(), 1_000);
    });
    assert_eq!(allocated.count_total, 0);
}
