//! One WebSocket, from the attempt to open it until its end.
//!
//! Owns: the stream and what waits to be written to it. Never: knows what a
//! message means, or decides to close.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytestring::ByteString;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use staywire_protocol::message::ToServer;
use staywire_protocol::wire::Token;
use staywire_protocol::{CloseCode, ConnectionId};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError};
use tokio_tungstenite::tungstenite::{Bytes, Message as WsMessage};

use crate::dial::{DialError, Dialled, Introduction};
use crate::message::Message;
use crate::outgoing::{Outgoing, close_frame};

/// How long a connection that was given up may take to say so.
const HANG_UP_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Socket {
    pub(crate) connection: ConnectionId,
    phase: Phase,
    outgoing: Outgoing,
}

enum Phase {
    Dialling(BoxFuture<'static, Result<Dialled, DialError>>),
    Open(Box<Opened>),
}

struct Opened {
    stream: WebSocketStream<TcpStream>,
    introduction: Introduction,
    /// Something was written, or answered by tungstenite, and not flushed.
    needs_flush: bool,
    /// The first message of a connection is the answer to its opening.
    was_answered: bool,
}

/// What happened to a socket. After the last four it is of no use any more.
#[derive(Debug)]
pub(crate) enum Happening {
    Opened,
    Message {
        message: Message,
        is_first: bool,
    },
    NotOpened(DialError),
    /// The peer closed it, perhaps as it was asked to.
    Closed {
        code: CloseCode,
        reason: ByteString,
    },
    /// The peer sent a message that is larger than this side takes.
    TooLarge {
        bytes: usize,
        max_bytes: usize,
    },
    Lost(WsError),
}

impl Socket {
    pub(crate) fn new(
        connection: ConnectionId,
        dialling: BoxFuture<'static, Result<Dialled, DialError>>,
    ) -> Self {
        Self { connection, phase: Phase::Dialling(dialling), outgoing: Outgoing::default() }
    }

    pub(crate) fn transmit(&mut self, message: ToServer<Message, Token>) {
        self.outgoing.push(message);
    }

    pub(crate) fn close(&mut self, code: CloseCode) {
        self.outgoing.close(code);
    }

    /// Writes what waits; reads one message if it `may_read`.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, may_read: bool) -> Poll<Happening> {
        match &mut self.phase {
            Phase::Dialling(dialling) => match ready!(dialling.poll_unpin(cx)) {
                Ok(Dialled { stream, introduction }) => {
                    let opened = Opened { stream, introduction, needs_flush: false, was_answered: false };
                    self.phase = Phase::Open(Box::new(opened));
                    Poll::Ready(Happening::Opened)
                }
                Err(error) => Poll::Ready(Happening::NotOpened(error)),
            },
            Phase::Open(opened) => {
                if let Poll::Ready(Err(error)) = opened.poll_write(cx, &mut self.outgoing) {
                    return Poll::Ready(Happening::Lost(error));
                }
                if may_read { opened.poll_read(cx) } else { Poll::Pending }
            }
        }
    }

    /// Gives the socket up: closes it in the background, without anybody waiting for that.
    pub(crate) fn hang_up(self, code: CloseCode, reason: ByteString) {
        let Phase::Open(mut opened) = self.phase else { return };
        tokio::spawn(tokio::time::timeout(HANG_UP_TIMEOUT, async move {
            // It may be closed already, by the peer: then this only flushes the answer to its close frame.
            let _ = opened.stream.send(close_frame(code, &reason)).await;
            while let Some(Ok(_)) = opened.stream.next().await {}
        }));
    }
}

impl Opened {
    /// Ready once all that waits is with the system.
    fn poll_write(&mut self, cx: &mut Context<'_>, outgoing: &mut Outgoing) -> Poll<Result<(), WsError>> {
        loop {
            ready!(Pin::new(&mut self.stream).poll_ready(cx))?;
            let Some(frame) = outgoing.pop(&self.introduction) else { break };
            Pin::new(&mut self.stream).start_send(frame)?;
            self.needs_flush = true;
        }
        if self.needs_flush {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Happening> {
        loop {
            let message = match ready!(Pin::new(&mut self.stream).poll_next(cx)) {
                Some(Ok(WsMessage::Text(text))) => match ByteString::try_from(Bytes::from(text)) {
                    Ok(text) => Message::Text(text),
                    Err(error) => return Poll::Ready(Happening::Lost(WsError::Utf8(error.to_string()))),
                },
                Some(Ok(WsMessage::Binary(bytes))) => Message::Binary(bytes),
                Some(Ok(WsMessage::Close(frame))) => {
                    let (code, reason) = frame.map_or((CloseCode::NO_STATUS, ByteString::new()), |frame| {
                        (CloseCode::from_number(frame.code.into()), frame.reason.as_str().into())
                    });
                    return Poll::Ready(Happening::Closed { code, reason });
                }
                // tungstenite has answered a ping; only a writer makes raw frames.
                Some(Ok(WsMessage::Ping(_) | WsMessage::Pong(_) | WsMessage::Frame(_))) => {
                    self.needs_flush = true;
                    continue;
                }
                Some(Err(WsError::Capacity(CapacityError::MessageTooLong { size, max_size }))) => {
                    return Poll::Ready(Happening::TooLarge { bytes: size, max_bytes: max_size });
                }
                Some(Err(error)) => return Poll::Ready(Happening::Lost(error)),
                None => return Poll::Ready(Happening::Lost(WsError::ConnectionClosed)),
            };
            let is_first = !std::mem::replace(&mut self.was_answered, true);
            return Poll::Ready(Happening::Message { message, is_first });
        }
    }
}
