//! What waits for a session's listener.
//!
//! Owns: the events in their order, their bound in bytes, and whether a runner
//! is at work. Never: calls the listener; a runner does, one event at a time,
//! and it exists only while there is something to do.
//!
//! ```text
//!  connection's task ── push ──► events ── next ──► runner ──► listener
//!        ▲                         │ full
//!        └──── stops reading ◄─────┘
//! ```

use std::collections::VecDeque;
use std::task::{Context, Waker};

use tokio::task::AbortHandle;

use crate::capacity::Place;
use crate::close::CloseReason;
use crate::error::SessionError;
use crate::listener::Resumption;
use crate::message::Message;
use crate::session::Received;
use crate::session::backlog::Queued;
use crate::sync::Mutex;
use crate::topic::TopicName;

/// One call of a listener.
#[derive(Debug)]
pub(crate) enum Event {
    Open,
    Message {
        message: Message,
        /// In session mode, by which the machine is told that the listener has dealt with it.
        received: Option<Received>,
        /// Where the client publishes it to, if it does.
        topic: Option<TopicName>,
    },
    Error(SessionError),
    /// In session mode: the connection is gone.
    Suspend,
    /// In session mode: there is another connection.
    Resume(Resumption),
    /// In session mode, the last event: the session goes on in the next process.
    Leave,
    /// The last event. The session's place is free again once the listener has dealt with it.
    Close(CloseReason, Place),
}

#[derive(Debug)]
pub(crate) struct Inbox {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    message_bytes: usize,
    /// Of the message that the runner is at.
    received: Option<Received>,
    /// The listener cannot serve the session: what is still read must not reach it.
    drops_messages: bool,
    /// Invariant: a runner exists whenever there are events, and never two.
    has_runner: bool,
    runner: Option<AbortHandle>,
    /// The runner there was has been stopped, or is as soon as it can be reached.
    aborted: bool,
    /// The connection's task, if it waits for room.
    reader: Option<Waker>,
}

/// Whether whoever pushed must start a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Runner {
    Start,
    NotNeeded,
}

impl Inbox {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default() }
    }

    /// Appends `event`, unless it is a message and messages are dropped.
    /// It is never refused for want of room: the reader asks for that before it reads.
    pub(crate) fn push(&self, event: Event) -> Runner {
        let mut state = self.state.lock();
        match &event {
            Event::Message { .. } if state.drops_messages => return Runner::NotNeeded,
            Event::Message { message, .. } => state.message_bytes += message.queued_bytes(),
            Event::Resume(_) if state.is_a_blip() => {
                state.events.pop_back();
                return Runner::NotNeeded;
            }
            _ => {}
        }
        state.events.push_back(event);
        if std::mem::replace(&mut state.has_runner, true) { Runner::NotNeeded } else { Runner::Start }
    }

    /// Remembers how to stop the runner that was started; stops it if it was to be stopped meanwhile.
    pub(crate) fn set_runner(&self, runner: AbortHandle) {
        let mut state = self.state.lock();
        if state.aborted {
            drop(state);
            runner.abort();
        } else {
            state.runner = Some(runner);
        }
    }

    /// The next event for the runner. After `None` the runner must end: it no longer exists for the inbox.
    pub(crate) fn next(&self) -> Option<Event> {
        let mut state = self.state.lock();
        state.received = None;
        let Some(event) = state.events.pop_front() else {
            state.has_runner = false;
            state.runner = None;
            // A burst must not leave its memory behind in an idle session.
            state.events.shrink_to(IDLE_PLACES);
            return None;
        };
        if let Event::Message { message, received, .. } = &event {
            state.received = *received;
            state.message_bytes -= message.queued_bytes();
            state.wake_reader_if(self.limit);
        }
        Some(event)
    }

    /// What there is to know of the message that the runner is at.
    pub(crate) fn received(&self) -> Option<Received> {
        self.state.lock().received
    }

    /// Drops the messages that wait and all that come: the listener must not see them any more.
    pub(crate) fn drop_messages(&self) {
        let mut state = self.state.lock();
        state.drops_messages = true;
        state.events.retain(|event| !matches!(event, Event::Message { .. }));
        state.message_bytes = 0;
        state.wake_reader_if(self.limit);
    }

    /// Whether another message may be read; if not, the task of `cx` is woken when it may.
    pub(crate) fn has_room(&self, cx: &Context<'_>) -> bool {
        let mut state = self.state.lock();
        let has_room = state.message_bytes < self.limit;
        state.reader = (!has_room).then(|| cx.waker().clone());
        has_room
    }

    /// Stops the runner, wherever its listener waits, and forgets all events.
    ///
    /// Says whether there was a runner: then none comes after it.
    pub(crate) fn abort(&self) -> bool {
        let mut state = self.state.lock();
        let events = std::mem::take(&mut state.events);
        let (had_runner, runner) = (state.has_runner, state.runner.take());
        state.aborted |= had_runner;
        drop(state);
        if let Some(runner) = runner {
            runner.abort();
        }
        // Dropping the last event gives the session's place back, which wakes others: not under the lock.
        drop(events);
        had_runner
    }
}

/// Places that an idle inbox keeps, so that a quiet conversation allocates nothing.
const IDLE_PLACES: usize = 2;

impl Event {
    /// A message of a plain client.
    pub(crate) fn message(message: Message) -> Self {
        Self::Message { message, received: None, topic: None }
    }
}

impl State {
    /// Whether the listener has not yet heard that the session was resumed, let alone that it was suspended again.
    ///
    /// A busy listener is not told of each time, or a client that reconnects without end would fill the memory.
    fn is_a_blip(&self) -> bool {
        let mut newest = self.events.iter().rev();
        matches!(newest.next(), Some(Event::Suspend)) && matches!(newest.next(), Some(Event::Resume(_)))
    }

    fn wake_reader_if(&mut self, limit: usize) {
        if self.message_bytes < limit
            && let Some(reader) = self.reader.take()
        {
            reader.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Event {
        Event::message(text.into())
    }

    fn texts(inbox: &Inbox) -> Vec<String> {
        std::iter::from_fn(|| inbox.next())
            .map(|event| match event {
                Event::Message { message, .. } => message.as_text().unwrap().to_owned(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_runner_exists_whenever_there_are_events_and_never_two() {
        let inbox = Inbox::new(1_000);
        assert_eq!(inbox.push(message("1")), Runner::Start);
        assert_eq!(inbox.push(message("2")), Runner::NotNeeded);
        assert_eq!(texts(&inbox), ["1", "2"]);
        assert_eq!(inbox.push(message("3")), Runner::Start);
    }

    #[test]
    fn a_full_inbox_has_no_room_until_something_was_taken() {
        let inbox = Inbox::new(100);
        let cx = &Context::from_waker(Waker::noop());
        let _ = inbox.push(message(&"x".repeat(99)));
        assert!(!inbox.has_room(cx));
        inbox.next();
        assert!(inbox.has_room(cx));
    }

    #[test]
    fn what_is_known_of_a_message_is_there_until_the_next_event_is_taken() {
        let inbox = Inbox::new(100);
        let received = Some(Received { number: 7, is_redelivered: true });
        let _ = inbox.push(Event::Message { message: "1".into(), received, topic: None });
        assert_eq!(inbox.received(), None, "the listener is not at it yet");
        inbox.next();
        assert_eq!(inbox.received(), received);
        inbox.drop_messages();
        assert_eq!(inbox.received(), received);
        assert!(inbox.next().is_none());
        assert_eq!(inbox.received(), None);
    }

    #[test]
    fn dropping_messages_keeps_the_other_events() {
        let inbox = Inbox::new(100);
        let _ = inbox.push(message("1"));
        let _ = inbox.push(Event::Error(SessionError::Silent));
        let _ = inbox.push(message("2"));
        inbox.drop_messages();
        assert!(matches!(inbox.next(), Some(Event::Error(SessionError::Silent))));
        assert!(inbox.next().is_none());
    }

    #[test]
    fn messages_that_come_after_the_drop_are_dropped_too() {
        let inbox = Inbox::new(100);
        inbox.drop_messages();
        assert_eq!(inbox.push(message("late")), Runner::NotNeeded);
        assert!(inbox.next().is_none());
        assert_eq!(inbox.push(Event::Error(SessionError::Silent)), Runner::Start);
    }

    #[tokio::test(start_paused = true)]
    async fn a_runner_that_was_started_when_the_abort_came_is_stopped_too() {
        let inbox = Inbox::new(100);
        assert_eq!(inbox.push(Event::Open), Runner::Start);
        let runner = tokio::spawn(std::future::pending::<()>());
        assert!(inbox.abort());
        inbox.set_runner(runner.abort_handle());
        let outcome = tokio::time::timeout(std::time::Duration::from_secs(20), runner).await;
        assert!(outcome.is_ok_and(|ended| ended.is_err_and(|error| error.is_cancelled())));
    }
}
