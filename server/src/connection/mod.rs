//! One connection's task: the loop around its codec.
//!
//! Owns: the phases of the connection and its deadlines. Never: waits for user
//! code, or for one side of the connection while the other has something to
//! do; knows what the messages mean, which is its role's business.
//!
//! ```text
//!  helper, listener ─► outbox ─► write ─┐        ┌─ read ─► role ─► listener's runner
//!                                       ▼        │
//!                                       codec ◄──┴── timer: heartbeat, closing deadline
//! ```

mod codec;
mod plain;
mod role;
mod tungstenite;

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use staywire_protocol::CloseCode;
use staywire_protocol::parts::heartbeat::Beat;
use tokio::time::{Instant, Sleep};

use crate::clock::after;
use crate::close::{CloseFrame, CloseReason, ClosedBy};
use crate::counters::LiveConnectionCounters;
use crate::error::SessionError;
use crate::message::Message;
use crate::session::outbox::{OutboxStatus, Popped};

use codec::{Codec, Incoming, Outgoing, ReadError};
pub(crate) use plain::Plain;
pub(crate) use role::Role;
pub(crate) use tungstenite::TungsteniteCodec;

/// Runs a connection from its opening to its end.
///
/// An `async fn` would keep room for it thrice, and there are many.
pub(crate) fn run(codec: impl Codec, role: impl Role) -> impl Future<Output = ()> {
    let mut running = Running::Serving(Connection::new(codec, role));
    poll_fn(move |cx| running.poll(cx))
}

enum Running<C, R> {
    Serving(Connection<C, R>),
    /// The peer may be at work on what it sends until it reads the close frame, or the time is over.
    Lingering {
        codec: C,
        timer: Pin<Box<Sleep>>,
    },
    Over,
}

impl<C: Codec, R: Role> Running<C, R> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Serving(connection) = self {
            let end = ready!(connection.poll(cx));
            if let Self::Serving(connection) = std::mem::replace(self, Self::Over) {
                *self = connection.end(end);
            }
        }
        match self {
            Self::Lingering { codec, timer } => match codec.poll_linger(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => timer.as_mut().poll(cx),
            },
            Self::Serving(_) | Self::Over => Poll::Ready(()),
        }
    }
}

struct Connection<C, R> {
    codec: C,
    role: R,
    phase: Phase,
    timer: Pin<Box<Sleep>>,
    ping_due: bool,
    /// Whether something was given to the codec since its last complete flush.
    unflushed: bool,
    /// Whether reading stopped because the listener is behind.
    paused: bool,
}

/// What the connection is doing.
///
/// ```text
///  Open ──outbox closes──► Closing ──peer's close frame, deadline──► end
///   └──peer's close frame──► Replying ──flushed, deadline──► end ◄── terminated, lost, silent, violation: from any
/// ```
enum Phase {
    Open,
    /// Our close frame is on its way or queued; the peer's is awaited, and its messages are dropped.
    Closing {
        sent: bool,
        deadline: Instant,
    },
    /// The peer's close frame came first; the codec has the answer.
    Replying {
        frame: CloseFrame,
        deadline: Instant,
    },
}

/// How a connection ended.
pub(crate) struct End {
    pub(crate) reason: CloseReason,
    pub(crate) error: Option<SessionError>,
    /// Whether the peer may still be sending, which would destroy the close frame.
    lingers: bool,
}

impl<C: Codec, R: Role> Connection<C, R> {
    fn new(codec: C, role: R) -> Self {
        let timer = Box::pin(tokio::time::sleep_until(role.poll_timeout()));
        Self { codec, role, phase: Phase::Open, timer, ping_due: false, unflushed: false, paused: false }
    }

    /// Tells of the end; what is left to be done.
    fn end(self, end: End) -> Running<C, R> {
        let Self { codec, role, mut timer, .. } = self;
        let (lingers, deadline) = (end.lingers, after(Instant::now(), role.server().limits().close_timeout));
        end.count(&role.server().counters().connections);
        role.end(end);
        if !lingers {
            return Running::Over;
        }
        timer.as_mut().reset(deadline);
        Running::Lingering { codec, timer }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        loop {
            if let Phase::Replying { .. } = self.phase {
                return self.poll_reply(cx);
            }
            match (self.role.outbox().status(cx), &self.phase) {
                (OutboxStatus::Ended, _) => return Poll::Ready(End::abnormal(ClosedBy::Server, None)),
                (OutboxStatus::Closing, Phase::Open) => {
                    self.phase = Phase::Closing { sent: false, deadline: self.closing_deadline() };
                }
                (OutboxStatus::Closing | OutboxStatus::Open, _) => {}
            }
            if let Err(error) = self.write(cx) {
                return Poll::Ready(self.on_lost(error));
            }
            // Both must be polled before this returns `Pending`, for each wakes the task.
            let step = match self.read(cx) {
                Poll::Ready(step) => step,
                Poll::Pending => {
                    self.role.poll(cx);
                    ready!(self.poll_timer(cx))
                }
            };
            if let Some(end) = step {
                return Poll::Ready(end);
            }
        }
    }

    /// Gives the codec what waits, as far as it takes it, and flushes once for all of it.
    fn write(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while let Poll::Ready(ready) = self.codec.poll_ready(cx) {
            ready?;
            let outgoing = if std::mem::take(&mut self.ping_due) {
                Outgoing::Ping
            } else {
                match self.role.outbox().pop() {
                    Popped::Message(item) => Outgoing::Message(self.role.encode(item)),
                    Popped::Close(frame) => {
                        let deadline = match self.phase {
                            Phase::Closing { deadline, .. } => deadline,
                            Phase::Open | Phase::Replying { .. } => self.closing_deadline(),
                        };
                        self.phase = Phase::Closing { sent: true, deadline };
                        Outgoing::Close(frame)
                    }
                    Popped::Drained => {
                        self.role.on_drained();
                        continue;
                    }
                    Popped::Nothing => break,
                }
            };
            self.codec.start_send(outgoing)?;
            self.unflushed = true;
        }
        if self.unflushed {
            self.unflushed = match self.codec.poll_flush(cx) {
                Poll::Ready(flushed) => flushed.map(|()| false)?,
                Poll::Pending => true,
            };
        }
        Ok(())
    }

    /// Reads until there is nothing more; `None` when the phase has changed.
    fn read(&mut self, cx: &mut Context<'_>) -> Poll<Option<End>> {
        loop {
            self.paused = matches!(self.phase, Phase::Open) && !self.role.has_room(cx);
            if self.paused {
                return Poll::Pending;
            }
            match ready!(self.codec.poll_read(cx)) {
                Ok(Incoming::Message(message)) => self.on_message(message),
                Ok(Incoming::Control) => {}
                Ok(Incoming::Close(frame)) => return Poll::Ready(self.on_peer_close(frame)),
                Err(error) => return Poll::Ready(Some(self.on_read_error(error))),
            }
        }
    }

    fn on_message(&mut self, message: Message) {
        if matches!(self.phase, Phase::Open) {
            self.role.on_message(message);
        }
    }

    fn on_peer_close(&mut self, frame: CloseFrame) -> Option<End> {
        if let Phase::Closing { sent: true, .. } = self.phase {
            return Some(self.closed(true));
        }
        // Nothing may follow the answer (RFC 6455 §5.5.1), so from now on sends are refused.
        self.role.outbox().end();
        self.phase = Phase::Replying { frame, deadline: self.closing_deadline() };
        None
    }

    fn on_read_error(&mut self, error: ReadError) -> End {
        let (code, text, error) = match error {
            ReadError::Lost(error) => return self.on_lost(error),
            _ if matches!(self.phase, Phase::Closing { .. }) => return self.closed(false),
            ReadError::TooLarge => {
                let limit = self.role.server().limits().max_message_bytes;
                (CloseCode::MESSAGE_TOO_BIG, "message too big", SessionError::MessageTooLarge { limit })
            }
            ReadError::InvalidUtf8 => {
                (CloseCode::INVALID_PAYLOAD, "text is not UTF-8", SessionError::InvalidUtf8)
            }
            ReadError::Protocol(text) => {
                (CloseCode::PROTOCOL_ERROR, "protocol error", SessionError::Protocol(text))
            }
        };
        let frame = CloseFrame::new(code, text);
        // It fails where the codec has answered already, or the stream has failed; the linger that follows finds out.
        let _ = self.codec.start_send(Outgoing::Close(frame.clone()));
        End {
            reason: CloseReason::from_frame(frame, ClosedBy::Server, false),
            error: Some(error),
            lingers: true,
        }
    }

    fn on_lost(&self, error: io::Error) -> End {
        match self.phase {
            Phase::Closing { .. } => self.closed(false),
            Phase::Open | Phase::Replying { .. } => {
                End::abnormal(ClosedBy::Network, Some(SessionError::ConnectionLost(error)))
            }
        }
    }

    /// The end of a closing handshake that this side began.
    fn closed(&self, was_clean: bool) -> End {
        let Some(closing) = self.role.outbox().closing() else {
            return End::abnormal(ClosedBy::Server, None);
        };
        End {
            reason: CloseReason::from_frame(closing.frame, ClosedBy::Server, was_clean),
            error: closing.is_slow_reader.then_some(SessionError::SlowReader),
            lingers: false,
        }
    }

    /// The end of a closing handshake that the peer began.
    fn closed_by_peer(&self, was_clean: bool) -> End {
        let Phase::Replying { frame, .. } = &self.phase else {
            return End::abnormal(ClosedBy::Network, None);
        };
        End {
            reason: CloseReason::from_frame(frame.clone(), ClosedBy::Peer, was_clean),
            error: None,
            lingers: false,
        }
    }

    /// Sends the answer to the peer's close frame.
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        let flushed = self.codec.poll_flush(cx);
        if flushed.is_pending() {
            return self
                .poll_timer(cx)
                .map(|end| end.unwrap_or_else(|| End::abnormal(ClosedBy::Network, None)));
        }
        Poll::Ready(self.closed_by_peer(matches!(flushed, Poll::Ready(Ok(())))))
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<Option<End>> {
        let due = match self.phase {
            Phase::Open => self.role.poll_timeout(),
            Phase::Closing { deadline, .. } | Phase::Replying { deadline, .. } => deadline,
        };
        if self.timer.deadline() != due {
            self.timer.as_mut().reset(due);
        }
        ready!(self.timer.as_mut().poll(cx));
        Poll::Ready(match &self.phase {
            Phase::Open => self.beat(),
            Phase::Closing { .. } => Some(self.closed(false)),
            Phase::Replying { .. } => Some(self.closed_by_peer(false)),
        })
    }

    fn beat(&mut self) -> Option<End> {
        // While this side does not read, the peer's silence is this side's doing.
        let heard = self.codec.take_heard() || self.paused;
        match self.role.handle_timeout(heard) {
            // Doubt is for those who have another connection to turn to.
            Beat::Nothing | Beat::Doubtful => {}
            Beat::Ping => self.ping_due = true,
            Beat::Dead => return Some(End::abnormal(ClosedBy::Network, Some(SessionError::Silent))),
        }
        None
    }

    fn closing_deadline(&self) -> Instant {
        after(Instant::now(), self.role.server().close_timeout())
    }
}

impl End {
    fn count(&self, counters: &LiveConnectionCounters) {
        counters.closed.increment();
        let is_violation = self.error.as_ref().is_some_and(SessionError::is_violation);
        match self.reason.code {
            _ if is_violation => counters.violation.increment(),
            _ if matches!(self.error, Some(SessionError::Silent)) => counters.silent.increment(),
            CloseCode::HEARTBEAT_TIMEOUT if self.reason.by == ClosedBy::Server => counters.silent.increment(),
            CloseCode::SLOW_READER if self.reason.by == ClosedBy::Server => counters.slow_reader.increment(),
            _ => {}
        }
    }

    fn abnormal(by: ClosedBy, error: Option<SessionError>) -> Self {
        Self { reason: CloseReason::abnormal(by), error, lingers: false }
    }
}
