//! Where frames begin, in bytes that only pass by (RFC 6455 §5.2).
//!
//! Owns: the place in one direction of a connection, from the opening
//! handshake's head on. Never: keeps a payload, judges a frame, or changes a byte.

/// What ends the head of a request and of a response.
const HEAD_END: &[u8; 4] = b"\r\n\r\n";

/// The place in one direction of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum FrameTracker {
    /// In the opening handshake, of whose end `matched` bytes have passed.
    Handshake { matched: usize },
    /// In a frame's header, of which `seen` bytes have passed; with none, between two frames.
    Header { first: [u8; 10], seen: usize },
    /// In a frame's payload, of which `remaining` bytes have still to come.
    Payload { remaining: u64 },
}

const BOUNDARY: FrameTracker = FrameTracker::Header { first: [0; 10], seen: 0 };

impl FrameTracker {
    /// A connection of which no byte has passed.
    pub(super) fn new() -> Self {
        Self::Handshake { matched: 0 }
    }

    /// Whether the next byte begins a frame.
    pub(super) fn is_between_frames(&self) -> bool {
        matches!(self, Self::Header { seen: 0, .. })
    }

    /// Takes note of `bytes` that have passed.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let stepped = self.step(bytes);
            bytes = &bytes[stepped..];
        }
    }

    /// How many of `bytes` complete what is under way; none between two frames.
    pub(super) fn rest_of_frame(mut self, bytes: &[u8]) -> usize {
        let mut rest = 0;
        while rest < bytes.len() && !self.is_between_frames() {
            rest += self.step(&bytes[rest..]);
        }
        rest
    }

    /// Takes note of at least one byte, and of none beyond the end of what is under way.
    fn step(&mut self, bytes: &[u8]) -> usize {
        match self {
            Self::Handshake { matched } => {
                *matched = if bytes[0] == HEAD_END[*matched] {
                    *matched + 1
                } else {
                    usize::from(bytes[0] == b'\r')
                };
                if *matched == HEAD_END.len() {
                    *self = BOUNDARY;
                }
                1
            }
            Self::Header { first, seen } => {
                if let Some(place) = first.get_mut(*seen) {
                    *place = bytes[0];
                }
                *seen += 1;
                if *seen == header_bytes(first, *seen) {
                    *self = Self::payload(payload_bytes(first));
                }
                1
            }
            Self::Payload { remaining } => {
                let passed = bytes.len().min(usize::try_from(*remaining).unwrap_or(usize::MAX));
                *self = Self::payload(*remaining - passed as u64);
                passed
            }
        }
    }

    fn payload(remaining: u64) -> Self {
        if remaining == 0 { BOUNDARY } else { Self::Payload { remaining } }
    }
}

/// The size of a header that begins with `first`, as far as the `seen` bytes of it tell; two at least.
fn header_bytes(first: &[u8; 10], seen: usize) -> usize {
    if seen < 2 {
        return 2;
    }
    let length = match first[1] & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let masking_key = if first[1] & 0x80 == 0 { 0 } else { 4 };
    2 + length + masking_key
}

fn payload_bytes(first: &[u8; 10]) -> u64 {
    let [_, second, length @ ..] = *first;
    match second & 0x7f {
        126 => u64::from(u16::from_be_bytes([length[0], length[1]])),
        127 => u64::from_be_bytes(length),
        short => u64::from(short),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\r\n\r\n";

    /// How many bytes of `stream` have passed at each place between two frames.
    fn boundaries(stream: &[u8]) -> Vec<usize> {
        let mut tracker = FrameTracker::new();
        let mut found = Vec::new();
        for (index, byte) in stream.iter().enumerate() {
            tracker.pass(&[*byte]);
            if tracker.is_between_frames() {
                found.push(index + 1);
            }
        }
        found
    }

    fn after_head(frames: &[&[u8]]) -> (Vec<u8>, Vec<usize>) {
        let mut stream = HEAD.to_vec();
        let mut ends = vec![stream.len()];
        for frame in frames {
            stream.extend_from_slice(frame);
            ends.push(stream.len());
        }
        (stream, ends)
    }

    fn frame(header: &[u8], payload: usize) -> Vec<u8> {
        [header, &vec![b'x'; payload]].concat()
    }

    #[test]
    fn frames_of_every_length_form_end_where_they_end() {
        let frames = [
            frame(&[0x81, 0], 0),
            frame(&[0x81, 5], 5),
            frame(&[0x01, 126, 0x01, 0x00], 256),
            frame(&[0x80, 127, 0, 0, 0, 0, 0, 1, 0, 0], 65_536),
            frame(&[0x81, 0x83, 1, 2, 3, 4], 3),
            frame(&[0x82, 0xfe, 0x00, 0x80, 1, 2, 3, 4], 128),
            frame(&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4], 7),
        ];
        let (stream, ends) = after_head(&frames.each_ref().map(Vec::as_slice));
        assert_eq!(boundaries(&stream), ends);
    }

    #[test]
    fn the_rest_of_a_frame_is_what_completes_it_and_nothing_between_frames() {
        let (stream, ends) = after_head(&[&frame(&[0x81, 5], 5), &frame(&[0x81, 2], 2)]);
        let mut tracker = FrameTracker::new();
        assert_eq!(tracker.rest_of_frame(&stream), ends[0]);
        tracker.pass(&stream[..ends[0] + 1]);
        assert_eq!(tracker.rest_of_frame(&stream[ends[0] + 1..]), 6);
        assert_eq!(tracker.rest_of_frame(b"\x05ab"), 3, "all there is belongs to the frame");
        tracker.pass(&stream[ends[0] + 1..ends[1]]);
        assert_eq!(tracker.rest_of_frame(&stream[ends[1]..]), 0);
    }

    #[test]
    fn it_does_not_matter_how_the_bytes_were_cut_into_pieces() {
        let (stream, ends) = after_head(&[&frame(&[0x01, 126, 0x01, 0x00], 256), &frame(&[0x80, 1], 1)]);
        for size in 1..stream.len() {
            let mut tracker = FrameTracker::new();
            stream[..ends[1]].chunks(size).for_each(|piece| tracker.pass(piece));
            assert!(tracker.is_between_frames(), "in pieces of {size}");
        }
    }
}
