//! A close frame that neither side sent (RFC 6455 §5.5.1).
//!
//! Owns: its bytes, masked towards a server and bare towards a client.

use super::Direction;

const FINAL_CLOSE: u8 = 0x88;
const MASKED: u8 = 0x80;
/// Any key will do: the point of masking is what a browser cannot foresee, and here is no browser.
const MASKING_KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
/// What a control frame may carry, less the code.
const MAX_REASON_BYTES: usize = 123;

/// The bytes of a close frame that travels in `direction`.
///
/// # Panics
///
/// When the reason is longer than 123 bytes.
pub(super) fn encode(direction: Direction, code: u16, reason: &str) -> Vec<u8> {
    assert!(reason.len() <= MAX_REASON_BYTES, "a reason has 123 bytes at most: {reason:?}");
    let payload = [&code.to_be_bytes(), reason.as_bytes()].concat();
    let length = u8::try_from(payload.len()).expect("at most 125 bytes");
    match direction {
        Direction::Down => [&[FINAL_CLOSE, length], payload.as_slice()].concat(),
        Direction::Up => {
            let masked: Vec<u8> =
                payload.iter().zip(MASKING_KEY.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
            [&[FINAL_CLOSE, MASKED | length], MASKING_KEY.as_slice(), &masked].concat()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towards_a_client_it_is_bare() {
        assert_eq!(encode(Direction::Down, 1012, "bye"), b"\x88\x05\x03\xf4bye");
    }

    #[test]
    fn towards_a_server_it_is_masked() {
        let frame = encode(Direction::Up, 1000, "");
        assert_eq!(frame, [0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x03 ^ 0x37, 0xe8 ^ 0xfa]);
    }

    #[test]
    #[should_panic(expected = "123 bytes at most")]
    fn a_reason_that_no_control_frame_holds_is_refused() {
        encode(Direction::Down, 1000, &"x".repeat(124));
    }
}
