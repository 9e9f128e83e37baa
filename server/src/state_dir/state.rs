//! What moves from one process to the next, as plain data.

use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use serde::{Deserialize, Serialize};

use super::{SessionState, StreamState};
use crate::message::Message;

/// All that a server has to remember so that its clients can go on.
#[derive(Default)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct State {
    pub(crate) streams: Vec<StreamState>,
    pub(crate) sessions: Vec<SessionState>,
}

impl State {
    /// Takes `time` off every session's window, and lets the messages of streams grow older by it.
    ///
    /// One whose window is over stays, with none left: its client is to be told that it is expired, and its listener
    /// that it has closed.
    pub(super) fn pass(&mut self, time: Duration) {
        for session in &mut self.sessions {
            session.window_left = session.window_left.saturating_sub(time);
        }
        self.streams.iter_mut().for_each(|stream| stream.pass(time));
    }
}

/// A message's payload.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(Debug))]
pub(crate) enum PayloadState {
    Text(ByteString),
    Binary(Bytes),
}

impl From<Message> for PayloadState {
    fn from(message: Message) -> Self {
        match message {
            Message::Text(text) => Self::Text(text),
            Message::Binary(bytes) => Self::Binary(bytes),
        }
    }
}

impl From<PayloadState> for Message {
    fn from(payload: PayloadState) -> Self {
        match payload {
            PayloadState::Text(text) => Self::Text(text),
            PayloadState::Binary(bytes) => Self::Binary(bytes),
        }
    }
}
