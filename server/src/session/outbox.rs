//! What waits to be written to one connection.
//!
//! Owns: the bound of the backlog, the decision that a reader is too slow, and
//! the close that comes last. Never: waits, or touches the socket; any task
//! pushes, the connection's task pops.
//!
//! ```text
//!  open ──close / full queue──► closing: takes nothing more; what is queued, then the close frame
//!   └────────┴──terminate / connection over──► ended: holds nothing
//! ```

use std::task::{Context, Waker};

use staywire_protocol::CloseCode;
use tokio::sync::futures::OwnedNotified;

use super::SendError;
use super::backlog::{Backlog, Queued};
use crate::close::CloseFrame;
use crate::sync::Mutex;

/// What the connection's task does next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Popped<M> {
    Message(M),
    /// Everything queued has been popped: the close frame is next, and last.
    Close(CloseFrame),
    /// Everything queued has been popped, for which something is [held back](Outbox::is_behind). Told once.
    Drained,
    Nothing,
}

/// What the connection's task must know even while it cannot write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutboxStatus {
    Open,
    Closing,
    Ended,
}

/// A close that this side decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) frame: CloseFrame,
    pub(crate) is_slow_reader: bool,
}

#[derive(Debug)]
pub(crate) struct Outbox<M> {
    limit: usize,
    state: Mutex<State<M>>,
}

#[derive(Debug)]
struct State<M> {
    phase: Phase,
    backlog: Backlog<M>,
    /// The connection's task; woken when there is something new to know.
    task: Option<Waker>,
}

#[derive(Debug)]
enum Phase {
    Open,
    Closing { closing: Closing, popped: bool },
    Ended,
}

impl<M: Queued> Outbox<M> {
    pub(crate) fn new(limit: usize) -> Self {
        let state = State { phase: Phase::Open, backlog: Backlog::new(), task: None };
        Self { limit, state: Mutex::new(state) }
    }

    /// Queues `message`. A full queue closes the connection: its reader is too slow.
    pub(crate) fn push(&self, message: M) -> Result<(), SendError> {
        let bytes = message.queued_bytes();
        let limit = self.limit;
        let mut state = self.state.lock();
        match state.phase {
            Phase::Open => {}
            Phase::Closing { .. } | Phase::Ended => return Err(SendError::Closed),
        }
        if bytes > limit {
            return Err(SendError::TooLarge { bytes: message.payload_bytes(), limit });
        }
        if state.backlog.absorb(&message) {
            return Ok(());
        }
        if state.backlog.counted_bytes() + bytes > limit {
            state.backlog.clear();
            let frame = CloseFrame::new(CloseCode::SLOW_READER, "slow reader");
            state.begin_closing(Closing { frame, is_slow_reader: true });
            return Err(SendError::SlowReader { limit });
        }
        // With more than this one queued, the task already knows.
        if state.backlog.append(message) {
            state.wake();
        }
        Ok(())
    }

    /// Queues what a connection or a subscription begins with: the bound is that of the rings that it comes from.
    ///
    /// It comes before everything else, but for what is no backlog.
    pub(crate) fn replay(&self, message: M) {
        let mut state = self.state.lock();
        if matches!(state.phase, Phase::Open) && state.backlog.repeat(message) {
            state.wake();
        }
    }

    /// Whether more waits to be written than a connection that keeps up has. If so, [`pop`](Self::pop) tells when
    /// nothing does.
    pub(crate) fn is_behind(&self) -> bool {
        self.state.lock().backlog.hold_back()
    }

    /// Ready when what waits to be written is no backlog, or never will be written; `None` where it is none now.
    ///
    /// No bound counts what is [repeated](Self::replay), so that one repetition waits for the other.
    pub(crate) fn caught_up(&self) -> Option<OwnedNotified> {
        self.state.lock().backlog.caught_up()
    }

    /// Takes nothing more, and closes with `frame` after what is queued. The first close wins.
    pub(crate) fn close(&self, frame: CloseFrame) {
        let mut state = self.state.lock();
        if matches!(state.phase, Phase::Open) {
            state.begin_closing(Closing { frame, is_slow_reader: false });
        }
    }

    /// Forgets what is queued and refuses everything from now on.
    pub(crate) fn end(&self) {
        let mut state = self.state.lock();
        state.backlog.clear();
        state.phase = Phase::Ended;
        state.wake();
    }

    /// Has the connection's task ask anew for [how long](crate::connection::Role::poll_timeout) it may sleep.
    pub(crate) fn wake(&self) {
        self.state.lock().wake();
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state.lock().phase, Phase::Open)
    }

    /// How the session closes, if this side closes it.
    pub(crate) fn closing(&self) -> Option<Closing> {
        match &self.state.lock().phase {
            Phase::Closing { closing, .. } => Some(closing.clone()),
            Phase::Open | Phase::Ended => None,
        }
    }

    /// The status now; the task of `cx` is woken when it changes or the empty queue fills.
    pub(crate) fn status(&self, cx: &Context<'_>) -> OutboxStatus {
        let mut state = self.state.lock();
        if !state.task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
            state.task = Some(cx.waker().clone());
        }
        match state.phase {
            Phase::Open => OutboxStatus::Open,
            Phase::Closing { .. } => OutboxStatus::Closing,
            Phase::Ended => OutboxStatus::Ended,
        }
    }

    pub(crate) fn pop(&self) -> Popped<M> {
        let mut state = self.state.lock();
        if let Some(message) = state.backlog.pop() {
            return Popped::Message(message);
        }
        let State { phase, backlog, .. } = &mut *state;
        match phase {
            Phase::Closing { closing, popped } if !*popped => {
                *popped = true;
                Popped::Close(closing.frame.clone())
            }
            Phase::Open if backlog.release() => Popped::Drained,
            Phase::Open | Phase::Closing { .. } | Phase::Ended => Popped::Nothing,
        }
    }
}

impl<M> State<M> {
    fn begin_closing(&mut self, closing: Closing) {
        self.phase = Phase::Closing { closing, popped: false };
        self.wake();
    }

    fn wake(&self) {
        if let Some(task) = &self.task {
            task.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::message::Message;
    use crate::session::backlog::BACKLOG_BYTES;

    /// Room for exactly two messages of one byte.
    fn small() -> Outbox<Message> {
        Outbox::new(2 * Message::from("x").queued_bytes())
    }

    #[test]
    fn messages_come_out_in_order_and_the_close_frame_last() {
        let outbox = small();
        outbox.push("1".into()).unwrap();
        outbox.push("2".into()).unwrap();
        let frame = CloseFrame::new(CloseCode::NORMAL, "");
        outbox.close(frame.clone());
        assert_eq!(outbox.pop(), Popped::Message("1".into()));
        assert_eq!(outbox.pop(), Popped::Message("2".into()));
        assert_eq!(outbox.pop(), Popped::Close(frame));
        assert_eq!(outbox.pop(), Popped::Nothing);
    }

    #[test]
    fn a_full_queue_closes_the_slow_reader_and_frees_what_waited() {
        let outbox = small();
        outbox.push("1".into()).unwrap();
        outbox.push("2".into()).unwrap();
        assert!(matches!(outbox.push("3".into()), Err(SendError::SlowReader { .. })));
        assert!(outbox.closing().is_some_and(|closing| closing.is_slow_reader));
        assert_eq!(outbox.push("4".into()), Err(SendError::Closed));
        assert_eq!(outbox.pop(), Popped::Close(CloseFrame::new(CloseCode::SLOW_READER, "slow reader")));
    }

    #[test]
    fn popping_makes_room() {
        let outbox = small();
        for _ in 0..10 {
            outbox.push("1".into()).unwrap();
            assert_eq!(outbox.pop(), Popped::Message("1".into()));
        }
        assert!(outbox.is_open());
    }

    #[test]
    fn a_message_larger_than_the_queue_is_refused_alone() {
        let outbox = small();
        let error = outbox.push("x".repeat(1_000).into()).unwrap_err();
        assert!(matches!(error, SendError::TooLarge { bytes: 1_000, .. }));
        assert_eq!(outbox.push("1".into()), Ok(()));
    }

    #[test]
    fn who_holds_something_back_is_told_once_when_the_queue_is_empty() {
        let outbox = Outbox::new(1024 * 1024);
        outbox.push(Message::from("1")).unwrap();
        assert!(!outbox.is_behind());
        let long = Message::from("x".repeat(BACKLOG_BYTES));
        outbox.push(long.clone()).unwrap();
        assert!(outbox.is_behind());
        let popped: Vec<_> = (0..4).map(|_| outbox.pop()).collect();
        let (one, two) = (Popped::Message("1".into()), Popped::Message(long));
        assert_eq!(popped, [one, two, Popped::Drained, Popped::Nothing]);
    }

    #[test]
    fn who_waits_for_the_backlog_goes_on_when_it_is_written_or_never_will_be() {
        let behind = || {
            let outbox = Outbox::new(1024 * 1024);
            outbox.replay(Message::from("x".repeat(BACKLOG_BYTES)));
            (outbox.caught_up().unwrap(), outbox)
        };
        let (written, outbox) = behind();
        outbox.pop();
        assert!(written.now_or_never().is_none(), "the codec may have no room for it yet");
        let (written, outbox) = behind();
        assert!(matches!((outbox.pop(), outbox.pop()), (Popped::Message(_), Popped::Nothing)));
        assert!(outbox.caught_up().is_none());
        let (ended, outbox) = behind();
        outbox.end();
        let (gone, outbox) = behind();
        drop(outbox);
        for waiting in [written, ended, gone] {
            assert!(waiting.now_or_never().is_some());
        }
    }

    #[test]
    fn empty_messages_do_not_escape_the_bound() {
        let outbox = small();
        assert!((0..10).any(|_| outbox.push("".into()).is_err()));
    }

    #[test]
    fn the_first_close_wins() {
        let outbox = small();
        outbox.close(CloseFrame::new(CloseCode::NORMAL, "first"));
        outbox.close(CloseFrame::new(CloseCode::GOING_AWAY, "second"));
        assert_eq!(outbox.pop(), Popped::Close(CloseFrame::new(CloseCode::NORMAL, "first")));
    }

    #[test]
    fn an_ended_outbox_holds_and_takes_nothing() {
        let outbox = small();
        outbox.push("1".into()).unwrap();
        outbox.end();
        assert_eq!(outbox.pop(), Popped::Nothing);
        assert_eq!(outbox.push("2".into()), Err(SendError::Closed));
    }
}
