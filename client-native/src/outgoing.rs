//! What waits to be written to one connection.
//!
//! Owns: the order of messages, and their bytes. Never: grows because a peer
//! makes it answer: of acknowledgements and pongs that wait in a row, the last
//! of each kind says it all.

use std::collections::VecDeque;

use staywire_protocol::CloseCode;
use staywire_protocol::message::{MessageKind, ToServer};
use staywire_protocol::wire::Token;
use tokio_tungstenite::tungstenite::Message as WsMessage;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::dial::Introduction;
use crate::message::Message;

/// A queue of messages, and behind the last of them perhaps the close frame.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    queue: VecDeque<ToServer<Message, Token>>,
    close: Option<CloseCode>,
}

impl Outgoing {
    pub(crate) fn push(&mut self, message: ToServer<Message, Token>) {
        let controls = self.queue.iter().rev().take_while(|waiting| is_control(waiting)).count();
        let first = self.queue.len() - controls;
        let same_kind = |index: &usize| {
            is_control(&message)
                && std::mem::discriminant(&self.queue[*index]) == std::mem::discriminant(&message)
        };
        if let Some(outdated) = (first..self.queue.len()).find(same_kind) {
            self.queue.remove(outdated);
        }
        self.queue.push_back(message);
    }

    /// Ends with a close frame, once all that waits is written.
    pub(crate) fn close(&mut self, code: CloseCode) {
        self.close = Some(code);
    }

    /// The next frame to write.
    pub(crate) fn pop(&mut self, introduction: &Introduction) -> Option<WsMessage> {
        match self.queue.pop_front() {
            Some(message) => Some(frame(&message, introduction)),
            None => self.close.take().map(|code| close_frame(code, "")),
        }
    }
}

pub(crate) fn close_frame(code: CloseCode, reason: &str) -> WsMessage {
    WsMessage::Close(Some(CloseFrame { code: code.number().into(), reason: reason.into() }))
}

const fn is_control(message: &ToServer<Message, Token>) -> bool {
    matches!(message, ToServer::Ack(_) | ToServer::Ping(_) | ToServer::Pong(_))
}

/// As a frame, for text that is already known to be UTF-8 is not validated again.
fn frame(message: &ToServer<Message, Token>, introduction: &Introduction) -> WsMessage {
    let mut bytes = Vec::with_capacity(64);
    let payload = message.encode(&introduction.borrowed(), &mut bytes);
    let mut kind = MessageKind::Text;
    if let Some(payload) = payload {
        bytes.extend_from_slice(payload.as_bytes());
        kind = payload.kind();
    }
    let data = match kind {
        MessageKind::Text => Data::Text,
        MessageKind::Binary => Data::Binary,
    };
    WsMessage::Frame(Frame::message(bytes, OpCode::Data(data), true))
}

#[cfg(test)]
mod tests {
    use staywire_protocol::message::LaneMessage;

    use super::*;

    fn lane(number: u64) -> ToServer<Message, Token> {
        ToServer::Lane { number, message: LaneMessage::Message("text".into()) }
    }

    #[test]
    fn of_acknowledgements_and_pongs_in_a_row_only_the_last_of_each_waits() {
        let mut outgoing = Outgoing::default();
        for number in 1..100 {
            outgoing.push(ToServer::Pong(number));
            outgoing.push(ToServer::Ack(number));
        }
        outgoing.push(lane(1));
        outgoing.push(ToServer::Ack(100));
        assert_eq!(outgoing.queue, [ToServer::Pong(99), ToServer::Ack(99), lane(1), ToServer::Ack(100)]);
    }

    #[test]
    fn messages_of_the_lane_all_wait_in_order() {
        let mut outgoing = Outgoing::default();
        (1..=3).for_each(|number| outgoing.push(lane(number)));
        assert_eq!(outgoing.queue, [lane(1), lane(2), lane(3)]);
    }
}
