//! The law of the parsers: they never panic, and what one accepts has no other form.

use staywire_protocol::wire::{Answer, Header, Opening, OpeningHeader};

/// Gives `message` to every parser; whatever is accepted must encode to the same bytes.
pub(crate) fn assert_canonical(message: &[u8]) {
    let mut encoded = Vec::new();
    if let Ok((header, payload)) = Header::parse(message) {
        header.encode(&mut encoded);
        assert_eq!(encoded, &message[..payload]);
    }
    if let Ok(opening) = Opening::parse(message) {
        encoded.clear();
        let (credential, protocols) = (opening.credential, opening.protocols());
        match opening.header {
            OpeningHeader::Hello(hello) => hello.encode(credential, protocols, &mut encoded),
            OpeningHeader::Resume(resume) => {
                resume.encode(credential, protocols, opening.streams(), &mut encoded);
            }
        }
        assert_eq!(encoded, message);
    }
    if let Ok(answer) = Answer::parse(message) {
        encoded.clear();
        answer.header.encode(&answer.limits, answer.protocol, answer.streams(), &mut encoded);
        assert_eq!(encoded, message);
    }
}
