//! The seam between a connection and the WebSocket protocol on its stream.
//!
//! Everything that knows RFC 6455 frames is behind [`Codec`], so that another
//! implementation replaces it without a change elsewhere.

use std::io;
use std::task::{Context, Poll};

use crate::close::CloseFrame;
use crate::message::Message;

/// What arrived.
#[derive(Debug)]
pub(crate) enum Incoming {
    Message(Message),
    /// A ping, which the codec answers itself, or a pong.
    Control,
    /// The peer's close frame; where it came first, the codec has queued the answer.
    Close(CloseFrame),
}

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Message(Message),
    Ping,
    /// Nothing may follow it.
    Close(CloseFrame),
}

/// Why nothing more can be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    TooLarge,
    InvalidUtf8,
    /// The peer broke RFC 6455. Where it did so in its close frame, the codec has queued the answer.
    Protocol(String),
    Lost(io::Error),
}

/// Messages on one side, a stream of bytes on the other. Every method is for one task.
pub(crate) trait Codec: Send + Unpin {
    /// The next thing that arrived. After an error it must not be called again.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Incoming, ReadError>>;

    /// Ready when there is room for one more [`start_send`](Self::start_send).
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Takes one thing to write. It is on its way only when flushed.
    fn start_send(&mut self, outgoing: Outgoing) -> io::Result<()>;

    /// Ready when everything taken has been handed to the system.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Flushes, ends the stream's write side, and discards input until the peer ends its own.
    ///
    /// Closing a socket with unread input resets it, and the reset destroys the
    /// close frame on its way (RFC 1122 §4.2.2.13).
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// Whether any byte arrived since the last call.
    fn take_heard(&mut self) -> bool;
}
