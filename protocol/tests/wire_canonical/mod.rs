//! The law of parsers and decoders: they never panic, and what one accepts has no other form.

use staywire_protocol::message::{
    self, ClientIntroduction, MessageKind, ServerIntroduction, ToClient, ToServer,
};
use staywire_protocol::wire::{Answer, Header, Id, Opening, OpeningHeader, Token};

/// Gives `message` to every parser and decoder; whatever is accepted must encode to the same bytes.
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
            OpeningHeader::Hello(hello) => {
                hello.encode(credential, protocols, opening.streams(), &mut encoded);
            }
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
    assert_typed_canonical(MessageKind::Text, message);
    assert_typed_canonical(MessageKind::Binary, message);
}

/// The same for the typed messages of either side.
fn assert_typed_canonical(kind: MessageKind, message: &[u8]) {
    let mut encoded = Vec::new();
    if let Ok((opening, introduction)) = message::Opening::decode(kind, message) {
        assert_eq!(ToServer::<usize, _>::Opening(opening).encode(&introduction, &mut encoded), None);
        assert_eq!(encoded, message);
    }
    if let Ok((answer, introduction)) = ToClient::<usize>::decode_answer(kind, message) {
        encoded.clear();
        assert_eq!(answer.encode(&introduction, &mut encoded), None);
        assert_eq!(encoded, message);
    }
    if let Ok((typed, bytes)) = ToServer::<usize, Token>::decode(kind, message, |at| at) {
        encoded.clear();
        let at = typed.encode(&ClientIntroduction::default(), &mut encoded).copied();
        assert_rest(&encoded, message, at, bytes);
    }
    if let Ok((typed, bytes)) = ToClient::<usize>::decode(kind, message, |at| at) {
        encoded.clear();
        let nobody = ServerIntroduction { instance: Id::from_bits(0), protocol: None };
        let at = typed.encode(&nobody, &mut encoded).copied();
        assert_rest(&encoded, message, at, bytes);
    }
}

/// Holds an encoded header against its message, whose payload is the rest of it.
fn assert_rest(encoded: &[u8], message: &[u8], at: Option<usize>, bytes: u32) {
    let at = at.unwrap_or(message.len());
    assert_eq!((encoded, bytes as usize), (&message[..at], message.len() - at));
}
