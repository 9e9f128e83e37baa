//! The codec on tungstenite.

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytestring::ByteString;
use futures_util::{Sink, Stream};
use staywire_protocol::CloseCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::Error as WsError;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode as CloseFrameCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{self, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Message as WsMessage};

use super::codec::{Codec, Incoming, Outgoing, ReadError};
use crate::close::CloseFrame;
use crate::limits::Limits;
use crate::message::Message;

/// Bytes that one read may take. tungstenite keeps the buffer for each connection and
/// fills it with zeros before each read, so its default of 128 KiB costs most of the time and memory.
const READ_BUFFER_BYTES: usize = 4096;

/// Bytes that are collected before they are written without a flush.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;

pub(crate) struct TungsteniteCodec<S> {
    stream: WebSocketStream<Metered<S>>,
    /// Something waits in the write buffer that a flush did not get through, or that was never flushed.
    ///
    /// Invariant: no message joins the buffer while it is blocked, so it holds
    /// one message at most, and what tungstenite itself adds stays below its maximum.
    blocked: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> TungsteniteCodec<S> {
    /// Speaks as the server on `stream`, whose opening handshake is done.
    /// A message of more than `max_message_bytes` bytes is refused before it is read.
    pub(crate) async fn new(stream: S, limits: &Limits, max_message_bytes: usize) -> Self {
        let largest_buffer = WRITE_BUFFER_BYTES.saturating_add(limits.max_queue_bytes).saturating_add(1024);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(largest_buffer)
            .max_message_size(Some(max_message_bytes))
            .max_frame_size(Some(max_message_bytes));
        let stream = Metered { stream, heard: false };
        let stream = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Self { stream, blocked: false }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Codec for TungsteniteCodec<S> {
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Incoming, ReadError>> {
        loop {
            let incoming = match ready!(Pin::new(&mut self.stream).poll_next(cx)) {
                Some(Ok(WsMessage::Text(text))) => {
                    // Validated once more: a `ByteString` cannot be made of checked bytes without `unsafe`.
                    let text = ByteString::try_from(own(text.into())).map_err(|_| ReadError::InvalidUtf8)?;
                    Incoming::Message(Message::Text(text))
                }
                Some(Ok(WsMessage::Binary(bytes))) => Incoming::Message(Message::Binary(own(bytes))),
                Some(Ok(WsMessage::Ping(_))) => {
                    // The pong is in the write buffer, perhaps stuck there.
                    self.blocked = true;
                    Incoming::Control
                }
                Some(Ok(WsMessage::Pong(_))) => Incoming::Control,
                Some(Ok(WsMessage::Close(Some(frame)))) if stands_for_a_bad_code(&frame) => {
                    let violation = "its close frame has a code that may not be sent";
                    return Poll::Ready(Err(ReadError::Protocol(violation.to_owned())));
                }
                Some(Ok(WsMessage::Close(frame))) => Incoming::Close(close_frame_of(frame)),
                // Only a writer makes raw frames.
                Some(Ok(WsMessage::Frame(_))) => continue,
                Some(Err(error)) => return Poll::Ready(Err(read_error_of(error))),
                None => return Poll::Ready(Err(ReadError::Lost(io::ErrorKind::UnexpectedEof.into()))),
            };
            return Poll::Ready(Ok(incoming));
        }
    }

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.blocked {
            ready!(self.poll_flush(cx))?;
        }
        Pin::new(&mut self.stream).poll_ready(cx).map_err(io_error_of)
    }

    fn start_send(&mut self, outgoing: Outgoing) -> io::Result<()> {
        let message = match outgoing {
            // As a frame, for text that is already known to be UTF-8 is not validated again.
            Outgoing::Message(Message::Text(text)) => {
                WsMessage::Frame(Frame::message(text.into_bytes(), OpCode::Data(Data::Text), true))
            }
            Outgoing::Message(Message::Binary(bytes)) => WsMessage::Binary(bytes),
            Outgoing::Ping => WsMessage::Ping(Bytes::new()),
            Outgoing::Close(frame) => WsMessage::Close(frame.code.map(|code| protocol::CloseFrame {
                code: code.number().into(),
                reason: (&*frame.reason).into(),
            })),
        };
        Pin::new(&mut self.stream).start_send(message).map_err(io_error_of)
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.blocked = flushed.is_pending();
        flushed.map_err(io_error_of)
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // A failure on the way ends the wait: then there is nothing left to wait for.
        let flushed = ready!(self.poll_flush(cx));
        let stream = self.stream.get_mut();
        if flushed.is_err() || ready!(Pin::new(&mut *stream).poll_shutdown(cx)).is_err() {
            return Poll::Ready(());
        }
        let mut discarded = [0; READ_BUFFER_BYTES];
        loop {
            let mut buffer = ReadBuf::new(&mut discarded);
            let read = ready!(pin!(&mut *stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }

    fn take_heard(&mut self) -> bool {
        std::mem::take(&mut self.stream.get_mut().heard)
    }
}

/// The payload of a message, which may be kept for long, without the buffer that it was read into.
///
/// That buffer would be kept whole, for a message of one byte too, and nothing counts it. A large message fills it.
fn own(payload: Bytes) -> Bytes {
    if payload.len() < READ_BUFFER_BYTES { Bytes::copy_from_slice(&payload) } else { payload }
}

/// Whether tungstenite put `frame` in the place of one whose code may not be sent, and answered it.
///
/// It shows nothing else of the peer's frame. A peer that sends just this code and reason itself is taken for such a one.
fn stands_for_a_bad_code(frame: &protocol::CloseFrame) -> bool {
    frame.code == CloseFrameCode::Protocol && frame.reason.as_str() == "Protocol violation"
}

fn close_frame_of(frame: Option<protocol::CloseFrame>) -> CloseFrame {
    let Some(frame) = frame else { return CloseFrame { code: None, reason: ByteString::new() } };
    CloseFrame { code: Some(CloseCode::from_number(frame.code.into())), reason: frame.reason.as_str().into() }
}

fn read_error_of(error: WsError) -> ReadError {
    match error {
        WsError::Capacity(_) => ReadError::TooLarge,
        WsError::Utf8(_) => ReadError::InvalidUtf8,
        WsError::Protocol(protocol_error) => match protocol_error {
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake => {
                ReadError::Lost(io::ErrorKind::UnexpectedEof.into())
            }
            violation => ReadError::Protocol(violation.to_string()),
        },
        other => ReadError::Lost(io_error_of(other)),
    }
}

fn io_error_of(error: WsError) -> io::Error {
    match error {
        WsError::Io(error) => error,
        other => io::Error::other(other),
    }
}

/// A stream that remembers whether anything arrived.
///
/// A message that takes long to arrive is life, and so is a pong behind it.
struct Metered<S> {
    stream: S,
    heard: bool,
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.heard |= buffer.filled().len() > before;
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn a_small_message_does_not_keep_the_buffer_that_it_was_read_into() {
        let (mut client, stream) = tokio::io::duplex(1_000);
        let mut codec = TungsteniteCodec::new(stream, &Limits::default(), 1_000).await;
        for first_byte in [0x81, 0x82] {
            client.write_all(&[first_byte, 0x85, 0, 0, 0, 0]).await.unwrap();
            client.write_all(b"hello").await.unwrap();
            let Ok(Incoming::Message(message)) = poll_fn(|cx| codec.poll_read(cx)).await else { panic!() };
            let payload = match message {
                Message::Text(text) => text.into_bytes(),
                Message::Binary(bytes) => bytes,
            };
            assert!(payload.is_unique());
        }
    }
}
